"""Models that repaint images, a paper a file."""
