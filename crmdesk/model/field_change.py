"""What an export would change in records that are there, field by field."""

from __future__ import annotations

from dataclasses import dataclass

EMPTY = "(empty)"
"""What stands for no value."""


@dataclass(frozen=True, slots=True)
class Transition:
    """`rows` records would change from `old` to `new`; "" is no value. What references name stands for their ids."""

    old: str
    new: str
    rows: int


@dataclass(frozen=True, slots=True)
class RowChange:
    """One record that would change: its row in the source, its id, and the value before and after."""

    row: int
    record: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in all records that would be updated; `changes`, `fills`, `clears` and `same` add up to these.

    `largest` are the most frequent of the first three, `rows` the first records among them.
    """

    field: str
    label: str
    changes: int
    fills: int
    clears: int
    same: int
    largest: tuple[Transition, ...] = ()
    rows: tuple[RowChange, ...] = ()

    @property
    def touched(self) -> int:
        """Records whose value would be another one."""
        return self.changes + self.fills + self.clears

    @property
    def records(self) -> int:
        """Records that would be updated."""
        return self.touched + self.same

    @property
    def cleared_percent(self) -> float:
        """In which share of the records the field would be emptied, 0 to 100."""
        return 100 * self.clears / self.records if self.records else 0.0
