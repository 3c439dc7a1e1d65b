"""Migration 2: what the window keeps. Frozen: a change is a migration of its own."""

from __future__ import annotations

STATEMENTS = (
    # What was typed into the reject grid and not sent yet; `place` as in migration 1.
    """
    CREATE TABLE correction (
        place INTEGER NOT NULL, "column" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (place, "column")
    ) WITHOUT ROWID
    """,
    # Who an account was when it was last asked, as JSON.
    "CREATE TABLE identity (account TEXT PRIMARY KEY, identity TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # A cause belongs to one run. With the state in it, open rejects are counted without a look at the rejects.
    "CREATE INDEX reject_by_cause ON reject (cause, state)",
    "CREATE INDEX run_by_parent ON run (retry_of) WHERE retry_of IS NOT NULL",
)
