"""Migration 11: when the answer to a send was there. Frozen: a change is a migration of its own."""

from __future__ import annotations

STATEMENTS = (
    # By the CRM's clock, ISO 8601 in UTC; '' where nobody knows, as when the program was killed in between.
    "ALTER TABLE send ADD COLUMN answered_at TEXT NOT NULL DEFAULT ''",
)
