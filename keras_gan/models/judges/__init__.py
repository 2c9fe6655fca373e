"""Classifiers, whose features and classes judge generated images."""
