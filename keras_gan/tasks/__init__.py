"""Tasks: base classes that own the verb a model is used by."""
