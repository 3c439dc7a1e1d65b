"""Migration 10: rejects that a later run has rejected again. Frozen: a change is a migration of its own."""

from __future__ import annotations

STATEMENTS = (
    # `heir` is the place of the reject that stands for the one at `place`; both as in migration 1.
    "CREATE TABLE reject_heir (place INTEGER PRIMARY KEY, heir INTEGER NOT NULL)",
    "CREATE INDEX reject_by_heir ON reject_heir (heir)",
)
