"""JavaScript values: expressions evaluated before a run, in a process of their own."""
