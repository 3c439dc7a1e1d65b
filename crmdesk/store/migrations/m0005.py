"""Migration 5: options, which tell how far the imports of a job have come. Frozen: a change is one of its own."""

from __future__ import annotations

STATEMENTS = (
    # Every value an option ever had; the newest line of a name is its value. `changed_by` is a person, unless `run`
    # set it; `bound` is what the value was reached with, as JSON, '' = set by hand, for anything.
    """
    CREATE TABLE option_value (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        changed_by TEXT NOT NULL,
        run INTEGER,
        bound TEXT NOT NULL
    )
    """,
    "CREATE INDEX option_value_by_name ON option_value (name, id)",
)
