"""SavedModels for TensorFlow Serving, and their signatures as TensorFlow graphs."""
