"""What a run would change in records that are there, as the rehearsal of the draft knows it: by field, then by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crmdesk.model.field_change import EMPTY, FieldChange, RowChange, Transition
from crmdesk.model.figures import counted, number
from crmdesk.model.job import Action, Job
from crmdesk.viewmodel.job_editor.rehearsal import RehearsalResult

_SHOWN = 3  # transitions of a field


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field: in how many records it changes, fills, clears and stays, and its largest changes in words."""

    field: str
    label: str
    changes: int
    fills: int
    clears: int
    same: int
    largest: str


class WhatChanges:
    """Of the draft that `job_of` gives, and the rehearsal that `rehearsed_of` gives, which is one of the very draft."""

    def __init__(self, job_of: Callable[[], Job], rehearsed_of: Callable[[], RehearsalResult | None]) -> None:
        self._job_of = job_of
        self._rehearsed_of = rehearsed_of
        self._chosen = ""

    @property
    def applies(self) -> bool:
        """Whether the job can change records that are there."""
        export = self._job_of().export
        return export is not None and export.action in (Action.UPDATE, Action.UPSERT)

    @property
    def found(self) -> tuple[FieldChange, ...]:
        """The fields as they were compared; nothing before the very draft was rehearsed."""
        result = self._rehearsed_of()
        return result.changes if result is not None else ()

    @property
    def title(self) -> str:
        """“What will change 3”, the number that of the fields that would have another value."""
        touched = sum(1 for each in self.found if each.touched)
        return f"What will change {number(touched)}" if touched else "What will change"

    @property
    def hint(self) -> tuple[str, str]:
        """A headline and a sentence that stand where there is nothing to list; two empty ones where there is."""
        if self._rehearsed_of() is None:
            sentence = "Every row is compared with the record that it finds. Nothing is sent."
            return "Rehearse all rows to see what will change", sentence
        if not self.found:
            return "No record of these rows is there yet", "There is nothing that could change."
        if not any(each.touched for each in self.found):
            same = counted(self.found[0].records, "record says", "records say")
            return "Nothing would change", f"{same} the same already."
        return "", ""

    @property
    def lines(self) -> tuple[ChangeLine, ...]:
        """A line for each field, the one that changes most first."""
        return tuple(_line(each) for each in self.found)

    @property
    def warning(self) -> tuple[str, str]:
        """What is emptied most, with the share, and what guards against it; two empty texts where nothing is."""
        cleared = sorted((each for each in self.found if each.clears), key=lambda each: -each.clears)
        if not cleared:
            return "", ""
        most, others = cleared[0], len(cleared) - 1
        of = f"{number(most.clears)} of {counted(most.records, 'record')} ({most.cleared_percent:.1f} %)"
        more = f", and {counted(others, 'more field')}" if others else ""
        guard = self._job_of().guard.max_cleared_percent
        guarded = f"A run is stopped above {guard} %." if guard is not None else "No guard stops a run for that."
        return f"Empties {most.label} in {of}{more}.", guarded

    @property
    def emptied_line(self) -> int | None:
        """The line of the mapping that empties most records; None where none does."""
        most = max(self.found, key=lambda each: each.clears, default=None)
        if most is None or not most.clears:
            return None
        return next(
            at for at, each in enumerate(self._job_of().mapping) if each.remote.casefold() == most.field.casefold()
        )

    # --- the rows of one field ---

    def choose(self, field: str) -> None:
        """Look at the rows of one field; "" for all fields again."""
        self._chosen = field

    @property
    def chosen(self) -> FieldChange | None:
        """The field whose rows are looked at."""
        return next((each for each in self.found if each.field == self._chosen), None)

    @property
    def rows(self) -> tuple[RowChange, ...]:
        """The first records in which the chosen field would be another."""
        return self.chosen.rows if self.chosen is not None else ()

    @property
    def rows_title(self) -> str:
        """“Fax: the first 100 of 1,308 records”."""
        if self.chosen is None:
            return ""
        shown, all_of_them = len(self.rows), self.chosen.touched
        first = f"the first {number(shown)} of " if shown < all_of_them else ""
        return f"{self.chosen.label}: {first}{counted(all_of_them, 'record')}"


def shown_value(text: str) -> str:
    """A value on the screen, and a word for none."""
    return text or EMPTY


def _line(each: FieldChange) -> ChangeLine:
    largest = " · ".join(_words(one) for one in each.largest[:_SHOWN])
    return ChangeLine(each.field, each.label, each.changes, each.fills, each.clears, each.same, largest)


def _words(one: Transition) -> str:
    return f"{shown_value(one.old)} → {shown_value(one.new)} {number(one.rows)}"
