"""The desk as the window asks it: a process that answers, runs as children, and the history."""
