"""A job checked against the schema of today becomes a plan, or a list of problems."""
