"""Query cursors: the ids of a result, fixed at its first page and kept in a file, so that they outlive the server."""

from __future__ import annotations

import os
import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from crmdesk.practice import refusals
from crmdesk.practice.clock import Clock
from crmdesk.practice.private import new_private_file

ID_LENGTH = 18
_LIFETIME = timedelta(days=2)
_LOCATOR = re.compile(r"(01g[0-9a-z]{15})-(\d{1,12})", re.ASCII)
_LETTERS = string.ascii_lowercase + string.digits  # some file systems do not tell capitals apart


class _Header(msgspec.Struct):
    soql: str
    include_deleted: bool
    created: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """soql: the query as it was asked. total: how many records it had."""

    name: str
    soql: str
    include_deleted: bool
    total: int
    path: Path
    ids_at: int

    def page(self, first: int, count: int) -> list[str]:
        """The ids from the first-th on (0 is the very first)."""
        with self.path.open("rb") as file:
            file.seek(self.ids_at + first * ID_LENGTH)
            text = file.read(count * ID_LENGTH).decode("ascii")
        return [text[place : place + ID_LENGTH] for place in range(0, len(text), ID_LENGTH)]


def keep_cursor(folder: Path, soql: str, clock: Clock, ids: Iterable[list[str]], *, include_deleted: bool) -> Cursor:
    """Write the ids, which come in blocks, beside their place and then name the file: a kill leaves no half cursor."""
    name = "01g" + "".join(secrets.choice(_LETTERS) for _ in range(15))
    path = _path(folder, name)
    beside = path.with_suffix(".part")
    header = msgspec.json.encode(_Header(soql, include_deleted, clock.now())) + b"\n"
    total = 0
    with new_private_file(beside) as file:
        file.write(header)
        for block in ids:
            file.write("".join(block).encode("ascii"))
            total += len(block)
    beside.replace(path)
    return Cursor(name, soql, include_deleted, total, path, len(header))


def find_cursor(folder: Path, locator: str, clock: Clock) -> tuple[Cursor, int]:
    """The cursor and the place of the page that a locator means. Raises INVALID_QUERY_LOCATOR."""
    parts = _LOCATOR.fullmatch(locator)
    if not parts:
        raise refusals.BAD_LOCATOR()
    path = _path(folder, parts[1])
    try:
        with path.open("rb") as file:
            line = file.readline()
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise refusals.BAD_LOCATOR() from None
    header = msgspec.json.decode(line, type=_Header)
    if clock.now() - header.created > _LIFETIME:
        raise refusals.BAD_LOCATOR()
    total = (size - len(line)) // ID_LENGTH
    if int(parts[2]) > total:
        raise refusals.BAD_LOCATOR()
    return Cursor(parts[1], header.soql, header.include_deleted, total, path, len(line)), int(parts[2])


def sweep_cursors(folder: Path, clock: Clock) -> None:
    """Remove the files of cursors that have expired, and those that were never finished."""
    oldest = (clock.now() - _LIFETIME).timestamp()
    for path in (folder / "cursors").iterdir():
        if path.suffix == ".part" or path.stat().st_mtime < oldest:
            path.unlink()


def _path(folder: Path, name: str) -> Path:
    return folder / "cursors" / f"{name}.ids"
