"""The window's own way to a profile: history read directly, questions to the engine child, runs as children."""
