"""Migration 6: what an import made of the rows it found at its target. Frozen: a change is one of its own."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE landed ADD COLUMN updated INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE landed ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE landed ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0",
    # Rows that were read and wait to be put where they belong, in one step with all others.
    "ALTER TABLE landed ADD COLUMN staged INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE landed ADD COLUMN is_applied INTEGER NOT NULL DEFAULT 0",
)
