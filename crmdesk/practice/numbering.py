"""Record ids in rising order, made many at a time."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from crmdesk.practice import ids
from crmdesk.practice.schema import PracticeObject, quoted

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SAMPLES = ("00", "A0", "0A", "AA")  # the four ways in which two characters bear on the check characters
_PAIRS = [
    (first + second, ("A" if first.isupper() else "0") + ("A" if second.isupper() else "0"))
    for first in _DIGITS
    for second in _DIGITS
]
_BLOCK = len(_PAIRS)


class Numbering:
    """Gives out ids that no record of the org has; only the holder of the write lock may ask."""

    def __init__(self) -> None:
        self._streams: dict[str, Iterator[str]] = {}

    def take(self, connection: sqlite3.Connection, practice_object: PracticeObject) -> Iterator[str]:
        """An endless stream of new ids of the object; ids taken and not used are never given again by this process."""
        stream = self._streams.get(practice_object.name)
        if stream is None:
            stream = self._streams[practice_object.name] = _ids(
                practice_object.key_prefix, _next_number(connection, practice_object)
            )
        return stream


def _next_number(connection: sqlite3.Connection, practice_object: PracticeObject) -> int:
    # Records that were copied from another org keep its ids, in which other characters stand behind the prefix.
    own = f"{practice_object.key_prefix}{ids.POD}"
    (last,) = connection.execute(
        f"SELECT max(Id) FROM {quoted(practice_object.name)} WHERE Id >= ? AND Id < ?", (own, f"{own}~")
    ).fetchone()
    return ids.number_of(last) + 1 if last else 1


def _ids(prefix: str, number: int) -> Iterator[str]:
    # Only the last two of 15 characters differ within a block, and of the check characters only the last.
    while True:
        block, start = divmod(number, _BLOCK)
        first = ids.new_id(prefix, block * _BLOCK)
        head, checks = first[:13], first[15:17]
        last = {sample: ids.suffix(head + sample)[2] for sample in _SAMPLES}
        endings = [pair + checks + last[sample] for pair, sample in _PAIRS]
        for ending in endings[start:]:
            yield head + ending
        number = (block + 1) * _BLOCK
