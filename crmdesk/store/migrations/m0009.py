"""Migration 9: rejects are found by state through their causes, by one index less. Frozen: see the others."""

from __future__ import annotations

# A run has few causes and `reject_by_cause` ends in the state: what the other index told is read from this one.
STATEMENTS = ("DROP INDEX reject_by_state",)
