"""Models that generate images, a paper a file."""
