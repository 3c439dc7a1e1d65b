"""Local files as sources and targets."""
