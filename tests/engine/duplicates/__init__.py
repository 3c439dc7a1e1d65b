"""Duplicates among the rows of an import."""
