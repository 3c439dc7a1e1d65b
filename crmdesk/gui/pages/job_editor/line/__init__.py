"""The drawer about one line of the mapping."""
