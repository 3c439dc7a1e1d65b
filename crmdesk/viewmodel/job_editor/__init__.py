"""The job editor without its page: the draft, what is known about it, its mapping, filter, order and rows."""
