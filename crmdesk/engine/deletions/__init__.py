"""Imports of deleted records."""
