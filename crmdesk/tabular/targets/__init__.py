"""Where the rows of an import go: files and tables, replaced, appended to or merged into."""
