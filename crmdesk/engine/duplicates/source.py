"""Rows of an import that agree in a key: all are read and kept on the disk, then one of each is handed on.

Which one that is can be known only when the last row is there. The others are problems of their rows, so that each is
listed with the row that stands for it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import CursorGone, Session, Source
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.duplicates.rule import DuplicateRule
from crmdesk.engine.planning.plan import Distinct, ReadPlan
from crmdesk.engine.preparing.disk import keeping
from crmdesk.tabular.batch import ROW, Batch
from crmdesk.tabular.files.private import open_private

_PREFIX = "distinct"
_INDEX = "incoming.json"


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows as they came, in a file; `cursor` is where the source goes on behind them, None where it ends."""

    name: str
    problems: str
    cursor: str | None


class DistinctSource:
    """See Source. `folder` is the run's own."""

    def __init__(self, source: Source, distinct: Distinct, folder: Path) -> None:
        self._source = source
        self._rule = DuplicateRule(distinct)
        self._folder = folder

    def count(self) -> int | None:
        """How many rows there are, those that agree among them."""
        return self._source.count()

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source; the first batch comes when the last row has been read."""
        parts = self._gathered(token)
        stands = self._rule.stands([self._rule.ranked(self._read(part)[0]) for part in parts])
        begin = int(after.removeprefix(f"{_PREFIX} ")) if after is not None else 0
        for number in range(begin, len(parts)):
            token.check()
            frame, known = self._read(parts[number])
            problems = pl.concat([known, self._rule.problems(frame, stands)]).sort(ROW, maintain_order=True)
            cursor = f"{_PREFIX} {number + 1}" if number + 1 < len(parts) else None
            yield Batch(frame, cursor, problems)

    def _gathered(self, token: CancelToken) -> list[_Part]:
        """All rows, on the disk; what an earlier life of the run has read is not read again."""
        parts = self._kept()
        if parts and parts[-1].cursor is None:
            return parts
        try:
            return self._gather(parts, token)
        except CursorGone:
            return self._gather([], token)

    def _gather(self, parts: list[_Part], token: CancelToken) -> list[_Part]:
        for batch in self._source.batches(token, parts[-1].cursor if parts else None):
            name = f"incoming-{len(parts):05}"
            _write(self._folder / f"{name}.arrow", batch.frame)
            _write(self._folder / f"{name}.problems.arrow", batch.problems)
            parts.append(_Part(f"{name}.arrow", f"{name}.problems.arrow", batch.cursor))
            self._keep(parts)
        if parts and parts[-1].cursor is not None:
            parts[-1] = _Part(parts[-1].name, parts[-1].problems, None)
            self._keep(parts)
        return parts

    def _read(self, part: _Part) -> tuple[pl.DataFrame, pl.DataFrame]:
        return pl.read_ipc(self._folder / part.name), pl.read_ipc(self._folder / part.problems)

    def _kept(self) -> list[_Part]:
        try:
            found = json.loads((self._folder / _INDEX).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return [_Part(**each) for each in found]

    def _keep(self, parts: Sequence[_Part]) -> None:
        place = self._folder / _INDEX
        part = place.with_suffix(".part")
        with keeping(place), open_private(part, "wb") as file:
            file.write(json.dumps([asdict(each) for each in parts]).encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)


def distinct_rows(session: Session, plan: ReadPlan, rows: Source | None, folder: Path) -> Source | None:
    """Where the rows of an import come from when one of each is wanted, else `rows`."""
    if plan.distinct is None:
        return rows
    return DistinctSource(rows or session.source(plan.query), plan.distinct, folder)


def forget_gathered(folder: Path) -> None:
    """Remove what was kept of a run that is done."""
    for place in folder.glob("incoming*"):
        place.unlink(missing_ok=True)


def _write(place: Path, frame: pl.DataFrame) -> None:
    with keeping(place), open_private(place, "wb") as file:
        frame.write_ipc(file, compression="lz4")
        file.flush()
        os.fsync(file.fileno())
