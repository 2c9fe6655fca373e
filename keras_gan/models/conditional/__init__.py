"""Models that are told something: words, sounds, label sets, pasts; a paper a file."""
