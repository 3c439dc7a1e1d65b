"""A source that notices times which the clocks showed twice, or whose date moves: what they became is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.model.figures import counted
from crmdesk.model.mapping import Column, Conversion
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW, Batch
from crmdesk.tabular.local_source import LocalSource
from crmdesk.tabular.types.times import doubled, moved

_CLOCKED = (Conversion.DEFAULT, Conversion.DATE_ONLY)
"""The conversions by which a date is that of the job's zone."""


class _Noted:
    """How many cells of each column were noticed, and in which row the first one stands."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._first: dict[str, int] = {}

    def note(self, name: str, batch: Batch, places: pl.Series) -> None:
        """Count the cells of the column at these places of the batch."""
        if len(places):
            self._first.setdefault(name, int(batch.frame[ROW][int(places[0])]))
            self._counts[name] = self._counts.get(name, 0) + len(places)

    def sentences(self) -> Iterator[str]:
        """The beginning of what is to be told of each column."""
        for name, count in self._counts.items():
            yield f"“{name}” holds {counted(count, 'time')} (row {self._first[name]:,} first)"


class DoubledHours:
    """See LocalSource. `source` gives the rows of `plan`."""

    def __init__(self, source: LocalSource, plan: WritingPlan) -> None:
        self._source = source
        self._reading = plan.convert.reading
        self._doubled = _Noted()
        self._moved = _Noted()
        columns = [
            (line.map.origin.name, line.field.type, line.map.conversion)
            for line in plan.convert.lines
            if isinstance(line.map.origin, Column)
        ]
        self._times = [name for name, kind, how in columns if kind is FieldType.DATETIME and how is Conversion.DEFAULT]
        self._dates = [name for name, kind, how in columns if kind is FieldType.DATE and how in _CLOCKED]

    @property
    def header(self) -> tuple[str, ...]:
        """See LocalSource."""
        return self._source.header

    @property
    def notices(self) -> Sequence[str]:
        """See LocalSource."""
        zone = self._reading.zone.key
        doubled = [
            f"{times} that the clocks of {zone} show twice; the earlier one was taken."
            for times in self._doubled.sentences()
        ]
        moved = [
            f"{times} of a day that is another one in {zone}; that one was taken. Where the day is meant as it is "
            'written, conversion = "without-offset" keeps it.'
            for times in self._moved.sentences()
        ]
        return (*self._source.notices, *doubled, *moved)

    def batches(self) -> Iterator[Batch]:
        """See LocalSource."""
        for batch in self._source.batches():
            for name in self._times:
                self._doubled.note(name, batch, doubled(batch.frame[name], self._reading))
            for name in self._dates:
                self._moved.note(name, batch, moved(batch.frame[name], self._reading))
            yield batch

    def fingerprint(self) -> str:
        """See LocalSource."""
        return self._source.fingerprint()
