"""SavedModels and their signatures, for TensorFlow Serving."""
