"""The pages of the runs: their history, and one of them."""
