"""The rows of a source that may hold NUL characters, which no CRM takes: those cells are told where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, Batch
from crmdesk.tabular.local_source import LocalSource

_NUL = "\x00"


@dataclass(frozen=True, slots=True)
class NulFreeSource:
    """See LocalSource. A cell with a NUL character has a problem of its column, and is shown without it."""

    source: LocalSource

    @property
    def header(self) -> tuple[str, ...]:
        """See LocalSource."""
        return self.source.header

    @property
    def notices(self) -> Sequence[str]:
        """See LocalSource."""
        return self.source.notices

    def batches(self) -> Iterator[Batch]:
        """See LocalSource."""
        return (_told(batch, self.header) for batch in self.source.batches())

    def fingerprint(self) -> str:
        """See LocalSource."""
        return self.source.fingerprint()


def _told(batch: Batch, header: Sequence[str]) -> Batch:
    frame, found = batch.frame, [batch.problems]
    for name in header:
        is_broken = frame[name].str.contains(_NUL, literal=True)
        if is_broken.any():
            message = f"There is a NUL character in {name}, which no CRM takes; the value is shown without it."
            rows = frame.filter(is_broken)[ROW]
            told = {"field": name, "code": Check.CELL_ERROR.value, "message": message}
            problems = pl.DataFrame([rows]).with_columns(pl.lit(text).alias(key) for key, text in told.items())
            found.append(problems.cast(pl.Schema(PROBLEM_SCHEMA)))
            frame = frame.with_columns(pl.col(name).str.replace_all(_NUL, "", literal=True))
    if len(found) == 1:
        return batch
    return replace(batch, frame=frame, problems=pl.concat(found).sort(ROW, maintain_order=True), text=None)
