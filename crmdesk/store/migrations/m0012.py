"""Migration 12: how long a run stood still, and undos found quickly. Frozen: a change is a migration of its own."""

from __future__ import annotations

STATEMENTS = (
    # Seconds, over all pauses.
    "ALTER TABLE run ADD COLUMN paused REAL NOT NULL DEFAULT 0",
    # Which runs took another one back is asked for every line of a list.
    "CREATE INDEX run_by_undone ON run (json_extract(settings, '$.undo_of'))",
)
