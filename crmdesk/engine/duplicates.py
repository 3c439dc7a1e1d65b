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
from crmdesk.engine.disk import keeping
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.model.read_options import Duplicates, Keep
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, Batch
from crmdesk.tabular.files.private import open_private

CODE = "DUPLICATE_ROW"
_PREFIX = "distinct"
_INDEX = "incoming.json"
_FIRST, _SECOND, _RANK, _STANDS = "__first__", "__second__", "__rank__", "__stands__"
_SEEDS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
_WHY = {
    Keep.FIRST: "the first one was kept",
    Keep.LAST: "the last one was kept",
    Keep.MOST_RECENT: "the most recent one was kept",
    Keep.FULLEST: "the one with the fewest empty fields was kept",
}


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows as they came, in a file; `cursor` is where the source goes on behind them, None where it ends."""

    name: str
    problems: str
    cursor: str | None


class DistinctSource:
    """See Source. `folder` is the run's own; `folded` are those fields of the key in which case does not matter."""

    def __init__(self, source: Source, rule: Duplicates, folded: Sequence[str], folder: Path) -> None:
        self._source = source
        self._rule = rule
        self._folded = frozenset(folded)
        self._folder = folder

    def count(self) -> int | None:
        """How many rows there are, those that agree among them."""
        return self._source.count()

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source; the first batch comes when the last row has been read."""
        parts = self._gathered(token)
        stands = self._stands(parts)
        begin = int(after.removeprefix(f"{_PREFIX} ")) if after is not None else 0
        for number in range(begin, len(parts)):
            token.check()
            frame, known = self._read(parts[number])
            twins = frame.select(ROW).join(stands, on=ROW, how="inner").filter(pl.col(ROW) != pl.col(_STANDS))
            problems = pl.concat([known, self._problems(twins)]).sort(ROW, maintain_order=True)
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

    def _stands(self, parts: Sequence[_Part]) -> pl.DataFrame:
        """For each row with a key the row that stands for it: ROW and _STANDS."""
        ranked = [self._ranked(self._read(part)[0]) for part in parts]
        empty = pl.DataFrame(schema={ROW: pl.Int64, _FIRST: pl.UInt64, _SECOND: pl.UInt64, _RANK: pl.String})
        rows = pl.concat([empty, *ranked])
        order = rows.sort(_RANK, ROW, descending=[True, False], nulls_last=True)
        best = order.group_by(_FIRST, _SECOND, maintain_order=True).agg(pl.col(ROW).first().alias(_STANDS))
        return rows.join(best, on=[_FIRST, _SECOND]).select(ROW, _STANDS)

    def _ranked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows whose key is whole: ROW, the key as two hashes, and a text that is greatest for the row to keep."""
        keys = [
            pl.col(name).str.strip_chars().str.to_lowercase()
            if name in self._folded
            else pl.col(name).str.strip_chars()
            for name in self._rule.key
        ]
        hashes = [pl.struct(keys).hash(seed).alias(name) for seed, name in zip(_SEEDS, (_FIRST, _SECOND), strict=True)]
        is_whole = pl.all_horizontal((key.is_not_null() & (key != "")) for key in keys)
        return frame.filter(is_whole).select(ROW, *hashes, self._rank(frame).alias(_RANK))

    def _rank(self, frame: pl.DataFrame) -> pl.Expr:
        match self._rule.keep:
            case Keep.FIRST:
                return pl.lit("")
            case Keep.LAST:
                return pl.col(ROW).cast(pl.String).str.zfill(12)
            case Keep.MOST_RECENT:
                return pl.col(self._rule.by)
            case Keep.FULLEST:
                fields = [pl.col(name) for name in frame.columns if name != ROW]
                filled = pl.sum_horizontal((field.is_not_null() & (field != "")).cast(pl.Int64) for field in fields)
                return filled.cast(pl.String).str.zfill(6)

    def _problems(self, twins: pl.DataFrame) -> pl.DataFrame:
        key = ", ".join(self._rule.key)
        why = _WHY[self._rule.keep]
        message = pl.format(f"Row {{}} has the same {key}; {why}.", pl.col(_STANDS))
        return twins.select(
            pl.col(ROW).cast(PROBLEM_SCHEMA[ROW]),
            pl.lit(key).alias("field"),
            pl.lit(CODE).alias("code"),
            message.alias("message"),
        )

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
    return DistinctSource(rows or session.source(plan.query), plan.distinct.rule, plan.distinct.folded, folder)


def forget_gathered(folder: Path) -> None:
    """Remove what was kept of a run that is done."""
    for place in folder.glob("incoming*"):
        place.unlink(missing_ok=True)


def _write(place: Path, frame: pl.DataFrame) -> None:
    with keeping(place), open_private(place, "wb") as file:
        frame.write_ipc(file, compression="lz4")
        file.flush()
        os.fsync(file.fileno())
