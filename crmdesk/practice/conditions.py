"""Requests that hold only if a thing was, or was not, changed since a moment (REST guide, conditional requests)."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from email.utils import parsedate_to_datetime

from crmdesk.practice.lookup import rows_by_id
from crmdesk.practice.schema import PracticeObject


def is_since(header: str | None, changed: datetime) -> bool:
    """Does the HTTP date name the moment of the change, or a later one? False for what is no date."""
    try:
        return header is not None and parsedate_to_datetime(header) >= changed
    except (ValueError, TypeError):
        return False


def last_change(connection: sqlite3.Connection, what: PracticeObject, record_id: str) -> datetime | None:
    row = rows_by_id(connection, what, ["LastModifiedDate"], [record_id]).get(record_id)
    return datetime.fromisoformat(str(row[1])) if row and row[1] else None
