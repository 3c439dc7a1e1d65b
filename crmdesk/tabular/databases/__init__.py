"""Tables of SQLite and PostgreSQL as sources and as targets, by SQLAlchemy Core."""
