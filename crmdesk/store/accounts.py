"""Saved CRM accounts, without their secrets."""

from __future__ import annotations

import sqlite3

import msgspec

from crmdesk.errors import UserError
from crmdesk.model.account import Account
from crmdesk.model.run import RunOutcome
from crmdesk.store.database import Database
from crmdesk.store.decisions import note

_COLUMNS = "name, label, kind, url, auth, settings, is_enabled"
_RESUMABLE = (RunOutcome.STOPPED, RunOutcome.PAUSED)


class Accounts:
    """The accounts of a profile. Each method raises StoreError; a UserError says what the admin can mend."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: Account) -> None:
        """Save a new account; a name or label that another one answers to is refused with UserError."""
        with self._database.transaction() as connection:
            _refuse_taken(connection, account)
            connection.execute(
                f"INSERT INTO account ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own words
                (
                    account.name,
                    account.label,
                    account.kind,
                    account.url,
                    account.auth,
                    msgspec.json.encode(account.settings).decode(),
                    account.is_enabled,
                ),
            )
            note(connection, f"The account “{account.label}” was added.")

    def refuse_taken(self, account: Account) -> None:
        """Raise the UserError that `add` would raise."""
        with self._database.reading() as connection:
            _refuse_taken(connection, account)

    def change(self, account: Account) -> None:
        """Keep everything else about the account with this internal name; UserError for a label that is taken."""
        text = msgspec.json.encode(account.settings).decode()
        with self._database.transaction() as connection:
            holder = _find(connection, account.label)
            if holder is not None and holder.name != account.name:
                raise _taken(account.label)
            before = next((one for one in _all(connection) if one.name == account.name), account)
            connection.execute(
                "UPDATE account SET label = ?, url = ?, auth = ?, settings = ?, is_enabled = ? WHERE name = ?",
                (account.label, account.url, account.auth, text, account.is_enabled, account.name),
            )
            note(connection, f"The account “{before.label}” was changed{_changes(before, account)}.")

    def get(self, word: str) -> Account:
        """The account with this internal name or label; UserError when there is none."""
        with self._database.reading() as connection:
            return _get(connection, word)

    def list(self) -> tuple[Account, ...]:
        """All accounts by label."""
        with self._database.reading() as connection:
            return _all(connection)

    def remove(self, word: str) -> Account:
        """Forget the account with this name or label, and give it back; its secret is not in here.

        UserError when saved jobs use it, or runs that are not finished.
        """
        with self._database.transaction() as connection:
            account = _get(connection, word)
            _refuse_if_used(connection, account)
            connection.execute("DELETE FROM account WHERE name = ?", (account.name,))
            connection.execute("DELETE FROM identity WHERE account = ?", (account.name,))
            note(connection, f"The account “{account.label}” was removed.")
            return account


def _changes(before: Account, after: Account) -> str:
    """What differs, as far as everybody may read it."""
    names = sorted(
        {
            name
            for name in before.settings.keys() | after.settings.keys()
            if before.settings.get(name) != after.settings.get(name)
        }
    )
    told = [
        *([f"now “{after.label}”"] if after.label != before.label else []),
        *([f"it leads to {after.url}"] if after.url != before.url else []),
        *([f"it signs in by {after.auth}"] if after.auth != before.auth else []),
        *(["switched on" if after.is_enabled else "switched off"] if after.is_enabled != before.is_enabled else []),
        *([f"settings: {', '.join(names)}"] if names else []),
    ]
    return f" ({'; '.join(told)})" if told else ""


def _all(connection: sqlite3.Connection) -> tuple[Account, ...]:
    found = connection.execute(f"SELECT {_COLUMNS} FROM account ORDER BY label COLLATE NOCASE")  # noqa: S608
    return tuple(
        Account(name, label, kind, url, auth, msgspec.json.decode(settings, type=dict[str, str]), bool(is_enabled))
        for name, label, kind, url, auth, settings, is_enabled in found.fetchall()
    )


def _find(connection: sqlite3.Connection, word: str) -> Account | None:
    accounts = _all(connection)
    named = [account for account in accounts if account.name == word]
    labelled = [account for account in accounts if account.label == word]
    return next(iter(named + labelled), None)


def _refuse_taken(connection: sqlite3.Connection, account: Account) -> None:
    for word in (account.name, account.label):
        if _find(connection, word) is not None:
            raise _taken(word)


def _taken(word: str) -> UserError:
    return UserError(f'There is an account "{word}" already.', hint="Choose another name, or remove that account.")


def _get(connection: sqlite3.Connection, word: str) -> Account:
    account = _find(connection, word)
    if account is None:
        known = ", ".join(f'"{account.label}"' for account in _all(connection)) or "none yet"
        raise UserError(f'There is no account "{word}".', hint=f"The saved accounts are: {known}.")
    return account


def _refuse_if_used(connection: sqlite3.Connection, account: Account) -> None:
    jobs = connection.execute(
        "SELECT name FROM job WHERE account IN (?, ?) ORDER BY name", (account.name, account.label)
    ).fetchall()
    if jobs:
        names = ", ".join(f'"{row[0]}"' for row in jobs)
        raise UserError(
            f'The account "{account.label}" is used by saved jobs: {names}.',
            hint="Remove these jobs first, or give them another account.",
        )
    runs = connection.execute(
        "SELECT id, is_prepared FROM run WHERE account = ? AND (outcome IS NULL OR outcome IN (?, ?)) ORDER BY id",
        (account.name, *_RESUMABLE),
    ).fetchall()
    if runs:
        numbers, (first, has_list) = ", ".join(str(row[0]) for row in runs), runs[0]
        raise UserError(
            f'The account "{account.label}" is needed by runs that are not finished: {numbers}.',
            hint=f"Finish them first: crmdesk resume {first}{f', or crmdesk end {first}' if has_list else ''}.",
        )
