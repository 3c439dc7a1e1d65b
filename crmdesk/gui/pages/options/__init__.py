"""The options: what the window looks like, up to when jobs have read, and whether this computer is well."""
