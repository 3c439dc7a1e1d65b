"""Refresh tokens: kept with the org, as digests, so that a client of yesterday can still come back."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from crmdesk.practice.oauth.sessions import digest

TABLE = (
    "CREATE TABLE IF NOT EXISTS _refresh_token"
    " (digest TEXT PRIMARY KEY, grant_id TEXT, client_id TEXT, user_id TEXT, scope TEXT) WITHOUT ROWID"
)


@dataclass(frozen=True, slots=True)
class Refreshment:
    """What a refresh token stands for; grant is the consent of the user, which outlives a rotation."""

    grant: str
    client_id: str
    user_id: str
    scope: str


def make_refresh_token(connection: sqlite3.Connection, what: Refreshment) -> str:
    token = f"5Aep861{secrets.token_urlsafe(60).replace('-', '.')}"
    connection.execute(
        "INSERT INTO _refresh_token VALUES (?, ?, ?, ?, ?)",
        (digest(token), what.grant, what.client_id, what.user_id, what.scope),
    )
    return token


def find_refresh_token(connection: sqlite3.Connection, token: str) -> Refreshment | None:
    row = connection.execute(
        "SELECT grant_id, client_id, user_id, scope FROM _refresh_token WHERE digest = ?", (digest(token),)
    ).fetchone()
    return Refreshment(*row) if row else None


def forget_refresh_token(connection: sqlite3.Connection, token: str) -> None:
    connection.execute("DELETE FROM _refresh_token WHERE digest = ?", (digest(token),))


def forget_grant(connection: sqlite3.Connection, grant: str) -> None:
    connection.execute("DELETE FROM _refresh_token WHERE grant_id = ?", (grant,))
