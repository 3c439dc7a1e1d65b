"""The page of the saved jobs."""
