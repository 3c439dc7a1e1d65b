"""Jobs become plans, plans become runs."""
