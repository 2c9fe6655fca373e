"""Models whose generators have a condition: images, sounds, words, pasts; a paper a file."""
