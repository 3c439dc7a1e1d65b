"""A job checked against a schema."""
