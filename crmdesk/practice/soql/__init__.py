"""The query language of the practice org."""
