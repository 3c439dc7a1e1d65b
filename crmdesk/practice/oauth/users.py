"""The users of the org and how they prove who they are.

Everybody has the same password and security token: they stand in the documentation and guard made-up records. The
password can be changed, for everybody, as by an administrator who wants it to be.
"""

from __future__ import annotations

import hmac
import sqlite3
from enum import Enum, auto

from crmdesk.practice.identity import Identity

PASSWORD = "practice"  # noqa: S105 - see above
SECURITY_TOKEN = "PracticeSecurityToken"  # noqa: S105 - see above


class Proof(Enum):
    """What a password is worth."""

    RIGHT = auto()
    WRONG = auto()
    LACKS_SECURITY_TOKEN = auto()


def proof_of(given: str, password: str, *, wants_security_token: bool) -> Proof:
    """What `given` is worth where `password` is the right one.

    Loopback counts as a trusted network, where the password alone will do, unless the org was told otherwise.
    """
    if hmac.compare_digest(given.encode(), (password + SECURITY_TOKEN).encode()):
        return Proof.RIGHT
    if hmac.compare_digest(given.encode(), password.encode()):
        return Proof.LACKS_SECURITY_TOKEN if wants_security_token else Proof.RIGHT
    return Proof.WRONG


def user_named(connection: sqlite3.Connection, username: str) -> tuple[Identity, bool] | None:
    """The user of that name, in any case of letters, and whether he is active."""
    return _user(connection, 'crmfold("Username") = crmfold(?)', username)


def user_of_id(connection: sqlite3.Connection, user_id: str) -> tuple[Identity, bool] | None:
    return _user(connection, '"Id" = ?', user_id)


def _user(connection: sqlite3.Connection, condition: str, value: str) -> tuple[Identity, bool] | None:
    row = connection.execute(
        "SELECT (SELECT Id FROM Organization), Id, Username, Name, Email, IsActive FROM User"  # noqa: S608 - ours
        f" WHERE {condition} AND IsDeleted = 0",
        (value,),
    ).fetchone()
    return (Identity(*row[:5]), bool(row[5])) if row else None
