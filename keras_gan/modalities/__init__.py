"""Kinds of data: how each is checked, read, written and shown."""
