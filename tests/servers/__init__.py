"""Servers that we did not write, started for tests."""
