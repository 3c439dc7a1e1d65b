"""Rejects over all runs, by what they and their runs are."""

from __future__ import annotations

import json
import sqlite3
from itertools import groupby

from crmdesk.model.reject import Reject
from crmdesk.model.reject_search import RejectSearch
from crmdesk.store import reject_rows
from crmdesk.store.codes import STATES, place, run_of

_RUNS = {"job": "job = ?", "account": "account = ?", "since": "started >= ?", "until": "substr(started, 1, 10) <= ?"}
_NEWEST = 1 << 62


def find(connection: sqlite3.Connection, search: RejectSearch, before: str, limit: int) -> list[Reject]:
    """`limit` rejects at most, those of the newest run first and in a run the last row first.

    `before` is the id of the reject behind which to go on, "" for the first ones.
    """
    which, values = _which(search)
    run, _, row = before.removeprefix("R").partition("-")
    last = place(int(run), int(row)) if before else _NEWEST
    found = connection.execute(
        f"SELECT place FROM reject WHERE {which} AND place < ? ORDER BY place DESC LIMIT ?",  # noqa: S608 - our own words
        (*values, last, limit),
    )
    rejects: list[Reject] = []
    for number, places in groupby((each for (each,) in found.fetchall()), run_of):
        chosen = "reject.place IN (SELECT value FROM json_each(?)) ORDER BY reject.place DESC"
        rejects += reject_rows.select(connection, number, chosen, json.dumps(list(places)))
    return rejects


def count(connection: sqlite3.Connection, search: RejectSearch) -> int:
    """How many there are."""
    which, values = _which(search)
    return int(connection.execute(f"SELECT count(*) FROM reject WHERE {which}", values).fetchone()[0])  # noqa: S608


def _which(search: RejectSearch) -> tuple[str, list[str]]:
    """The condition on rejects: the index of causes has all that it asks for, so none of them is read."""
    runs = [(text, str(getattr(search, name))) for name, text in _RUNS.items() if getattr(search, name)]
    if search.object:
        runs.append(("object = ? COLLATE NOCASE", search.object))
    conditions = [text for text, _ in runs]
    of_runs = f"run IN (SELECT id FROM run WHERE {' AND '.join(conditions)})" if conditions else "TRUE"  # noqa: S608
    of_code = " AND code = ?" if search.code else ""
    which = f"cause IN (SELECT id FROM cause WHERE {of_runs}{of_code})"  # noqa: S608 - our own words
    if search.states:
        which += f" AND state IN ({', '.join(str(STATES[state]) for state in search.states)})"
    return which, [value for _, value in runs] + ([search.code] if search.code else [])
