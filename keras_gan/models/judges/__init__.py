"""Classifiers, whose features and classes measure generated images."""
