"""Migration 8: when a row was rejected, in seconds since 1970; 0 of those that are older. Frozen: see the others."""

from __future__ import annotations

STATEMENTS = ("ALTER TABLE reject ADD COLUMN at INTEGER NOT NULL DEFAULT 0",)
