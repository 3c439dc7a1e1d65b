"""Prepared rows become the stored bodies of sends, cut where the remote's limits or a pause ask for it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Body, Packing, Road
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.preparing.disk import keeping
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.files.private import open_private

_SLICE = 8192  # rows encoded at a time: large enough for column speed, small enough to meet a limit of bytes closely


class Packer:
    """Writes bodies one behind the other into one file.

    A body is complete when it is yielded as Prepared; its bytes are durable only after `sync`. `road` is the one that
    the sends take.
    """

    def __init__(self, packing: Packing, path: Path, *, road: Road | None = None) -> None:
        self._packing = packing
        self._road = road
        self._path = path
        with keeping(path):
            self._file = open_private(path, "ab")
            self._start = self._file.tell()
        self._hash = hashlib.sha256()
        self._length = 0
        self._rows: list[pl.Series] = []
        self._count = 0

    def add(self, frame: pl.DataFrame) -> Iterator[Prepared]:
        """Pack rows of a prepared frame; yields the bodies that became full."""
        at = 0
        take = _SLICE
        while at < frame.height:
            take = min(take, self._room(), frame.height - at)
            part = frame.slice(at, take)
            body = self._packing.encode(part)
            if self._overflows(len(body)) and (self._count or take > 1):
                if self._count and take <= max(1, _SLICE // 16):
                    yield self._close_body()  # nearly full: what is left would only be cut into crumbs
                else:
                    take = max(1, take // 2)
                continue
            self._append(body, part[ROW])
            at += take
            take = _SLICE
            if self._room() == 0:
                yield self._close_body()

    def cut(self) -> Iterator[Prepared]:
        """The body at hand, if there is one: rows that come later go into another."""
        if self._count:
            yield self._close_body()

    def close(self) -> Iterator[Prepared]:
        """The last body, if there is one, and the end of the file."""
        yield from self.cut()
        self.sync()
        self._file.close()

    def sync(self) -> None:
        """Make all bodies yielded so far durable."""
        with keeping(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def _room(self) -> int:
        return self._packing.max_rows - self._count

    def _overflows(self, more: int) -> bool:
        ends = len(self._packing.head) + len(self._packing.separator) + len(self._packing.tail)
        return self._length + more + ends > self._packing.max_bytes

    def _append(self, body: bytes, rows: pl.Series) -> None:
        self._put(self._packing.separator if self._count else self._packing.head)
        self._put(body)
        self._rows.append(rows)
        self._count += len(rows)

    def _put(self, part: bytes) -> None:
        with keeping(self._path):
            self._file.write(part)
        self._hash.update(part)
        self._length += len(part)

    def _close_body(self) -> Prepared:
        self._put(self._packing.tail)
        prepared = Prepared(
            rows=pl.concat(self._rows, rechunk=True),
            body=Body(self._path, self._start, self._length, self._hash.hexdigest()),
            road=self._road,
        )
        self._start += self._length
        self._hash, self._length, self._rows, self._count = hashlib.sha256(), 0, [], 0
        return prepared
