"""Which of the records that stand in the org are the ones that we sent: pure functions over both lists.

Nothing here may call a row unsent unless every record that could be it is explained otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmdesk.connectors.contract import Settled

Values = Mapping[str, str]
"""Field name to value in normal form; a field that was not sent is absent."""


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row that was sent."""

    row: int
    values: Values


@dataclass(frozen=True, slots=True)
class Found:
    """A record that stands in the org, with all fields that any row sent."""

    id: str
    values: Values

    def has(self, values: Values) -> bool:
        """Whether the record holds everything that was sent."""
        return all(self.values.get(name) == value for name, value in values.items())


Outcomes = dict[int, tuple[Settled, str | None]]
"""ROW to what became of it and the record id."""


def match_new(rows: Sequence[SentRow], found: Sequence[Found]) -> Outcomes:
    """Rows of keyless inserts against the new records that nobody else explains.

    Rows equal in every sent value are interchangeable: of n such rows as many were created as records of these values
    stand there. Where rows that differ compete for one record, or a new record fits no row (it may be one of ours that
    the org has changed while saving), what is left over is unknown.
    """
    classes: dict[tuple[tuple[str, str], ...], list[SentRow]] = defaultdict(list)
    for row in rows:
        classes[tuple(sorted(row.values.items()))].append(row)
    fitting = {key: [record for record in found if record.has(dict(key))] for key in classes}
    rivals: dict[str, int] = defaultdict(int)
    for records in fitting.values():
        for record in records:
            rivals[record.id] += 1
    has_strays = any(record.id not in rivals for record in found)
    taken: set[str] = set()
    outcomes: Outcomes = {}
    # The rows that say most have the fewest records to choose from.
    for key in sorted(classes, key=len, reverse=True):
        same = classes[key]
        free = [record for record in fitting[key] if record.id not in taken]
        is_contested = any(rivals[record.id] > 1 for record in fitting[key])
        if len(free) > len(same) and not is_contested:
            # Somebody else made records of these values too; whose is whose cannot be told.
            outcomes |= {row.row: (Settled.UNKNOWN, None) for row in same}
            continue
        left = Settled.UNKNOWN if has_strays or is_contested else Settled.UNSENT
        for position, row in enumerate(same):
            outcomes[row.row] = (Settled.CREATED, free[position].id) if position < len(free) else (left, None)
        taken |= {record.id for record in free[: len(same)]}
    return outcomes


def match_unique(rows: Sequence[tuple[str, SentRow]], found: Mapping[str, Found]) -> Outcomes:
    """Rows of inserts by the unique value they carry, against the new records that have one.

    A record of that value that is not new, or none at all, proves the row unsent: sending it again can only be refused.
    """
    outcomes: Outcomes = {}
    taken: set[str] = set()
    # Of two rows with one value at most one was accepted: rather the one that the record equals.
    for key, row in sorted(rows, key=lambda item: item[0] in found and not found[item[0]].has(item[1].values)):
        record = found.get(key)
        if record is None or record.id in taken:
            outcomes[row.row] = (Settled.UNSENT, None)
        else:
            outcomes[row.row] = (Settled.CREATED, record.id)
            taken.add(record.id)
    return outcomes
