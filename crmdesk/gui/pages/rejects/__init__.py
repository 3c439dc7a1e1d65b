"""The page of the rejects."""
