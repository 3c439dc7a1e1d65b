"""The command line: the same Desk as the window's, without the window."""
