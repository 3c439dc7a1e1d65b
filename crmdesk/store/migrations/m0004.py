"""Migration 4: why people set rejects aside, and what people decided. Frozen: a change is a migration of its own."""

from __future__ import annotations

STATEMENTS = (
    # `place` as in migration 1; `waits` is 1 for a reject that waits for its parent.
    """
    CREATE TABLE reject_note (
        place INTEGER PRIMARY KEY, waits INTEGER NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL
    )
    """,
    "CREATE TABLE decision (id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL)",
    # The list of decisions only grows.
    "CREATE TRIGGER decision_stays BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'a decision stays'); END",
    "CREATE TRIGGER decision_is_kept BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'a decision stays'); END",
)
