"""Models that translate images, a paper a file."""
