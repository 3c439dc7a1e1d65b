"""Migration 7: open rejects counted by cause, because counting a million takes long. Frozen: see the others."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE cause ADD COLUMN open INTEGER NOT NULL DEFAULT 0",
    "UPDATE cause SET open = (SELECT count(*) FROM reject WHERE reject.cause = cause.id AND state = 1)",
    # The state 1 is `open`; whoever moves a reject keeps the count without thinking of it.
    """
    CREATE TRIGGER reject_closes AFTER UPDATE OF state ON reject WHEN OLD.state = 1 AND NEW.state <> 1
    BEGIN UPDATE cause SET open = open - 1 WHERE id = NEW.cause; END
    """,
    """
    CREATE TRIGGER reject_opens AFTER UPDATE OF state ON reject WHEN OLD.state <> 1 AND NEW.state = 1
    BEGIN UPDATE cause SET open = open + 1 WHERE id = NEW.cause; END
    """,
)
