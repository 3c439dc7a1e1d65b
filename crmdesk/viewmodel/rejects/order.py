"""The order of the rejects that are shown: only such as is known without reading every reject again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain


class By(StrEnum):
    """What rejects are ordered by."""

    ROW = "row"  # as in the source
    STATE = "state"  # the corrected ones first
    VALUE = "value"  # what stands in the column in question now, whatever its case


@dataclass(frozen=True, slots=True)
class Order:
    """An order; rows that are alike in it stay as in the source."""

    by: By = By.ROW
    is_downward: bool = False

    def turned_to(self, by: By) -> Order:
        """The order that is meant when somebody asks for `by`: the other way round where it is the order already."""
        return Order(by, not self.is_downward if by is self.by else False)


def ordered(
    rows: Sequence[int],
    order: Order,
    drafts: Mapping[int, Mapping[str, str]],
    column: str,
    by_value: Mapping[str, Sequence[int]],
) -> Sequence[int]:
    """`rows`, which are in the order of the source, in another one; `by_value` are the rows by value of `column`."""
    match order.by:
        case By.ROW:
            return rows[::-1] if order.is_downward else rows
        case By.STATE if not drafts:
            return rows
        case By.STATE:
            corrected, others = [row for row in rows if row in drafts], [row for row in rows if row not in drafts]
            return others + corrected if order.is_downward else corrected + others
        case By.VALUE:
            return _by_value(rows, by_value, drafts, column, is_downward=order.is_downward)


def _by_value(
    rows: Collection[int],
    by_value: Mapping[str, Sequence[int]],
    drafts: Mapping[int, Mapping[str, str]],
    column: str,
    *,
    is_downward: bool,
) -> list[int]:
    alike = {value: list(those) for value, those in by_value.items()}
    if sum(map(len, alike.values())) != len(rows):  # else all of a million are, which need not be looked up
        wanted = set(rows)
        alike = {value: [row for row in those if row in wanted] for value, those in alike.items()}
    _move_corrected(alike, {row: values[column] for row, values in drafts.items() if column in values})
    values = sorted(alike, key=lambda value: (value.casefold(), value), reverse=is_downward)
    return [*chain.from_iterable(alike[value] for value in values)]


def _move_corrected(alike: dict[str, list[int]], now: Mapping[int, str]) -> None:
    """Put the rows that were corrected to what stands there `now`."""
    if not now:
        return
    moved: dict[str, list[int]] = {}
    for value, those in alike.items():
        gone = [row for row in those if row in now]
        for row in gone:
            moved.setdefault(now[row], []).append(row)
        if gone:
            alike[value] = [row for row in those if row not in now]
    for value, those in moved.items():
        alike[value] = sorted(alike.get(value, []) + those)
