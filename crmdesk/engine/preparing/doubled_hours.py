"""A source that notices times which the clocks showed twice: what they were taken for is told in the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.model.mapping import Column, Conversion
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW, Batch
from crmdesk.tabular.local_source import LocalSource
from crmdesk.tabular.types.times import doubled


class DoubledHours:
    """See LocalSource. `source` gives the rows of `plan`."""

    def __init__(self, source: LocalSource, plan: WritingPlan) -> None:
        self._source = source
        self._reading = plan.convert.reading
        self._counts: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._columns = [
            line.map.origin.name
            for line in plan.convert.lines
            if line.field.type is FieldType.DATETIME
            and line.map.conversion is Conversion.DEFAULT
            and isinstance(line.map.origin, Column)
        ]

    @property
    def header(self) -> tuple[str, ...]:
        """See LocalSource."""
        return self._source.header

    @property
    def notices(self) -> Sequence[str]:
        """See LocalSource."""
        zone = self._reading.zone.key
        own = [
            f"“{name}” holds {count:,} time{'' if count == 1 else 's'} (row {self._first[name]:,} first) that the "
            f"clocks of {zone} show twice; the earlier one was taken."
            for name, count in self._counts.items()
        ]
        return (*self._source.notices, *own)

    def batches(self) -> Iterator[Batch]:
        """See LocalSource."""
        for batch in self._source.batches():
            for name in self._columns:
                places = doubled(batch.frame[name], self._reading)
                if len(places):
                    self._first.setdefault(name, int(batch.frame[ROW][int(places[0])]))
                    self._counts[name] = self._counts.get(name, 0) + len(places)
            yield batch

    def fingerprint(self) -> str:
        """See LocalSource."""
        return self._source.fingerprint()
