"""The mapping of a draft: its lines as they are shown, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from crmdesk.desk.window.answers import FileLook
from crmdesk.model.job import Action, Job
from crmdesk.model.mapping import (
    Column,
    Conversion,
    Expression,
    FieldMap,
    Mapping,
    Origin,
    WhenEmpty,
)
from crmdesk.model.schema import Field
from crmdesk.viewmodel.job_editor.auto_map import AutoMap, Match, fold, holds_record_ids, match_columns
from crmdesk.viewmodel.job_editor.draft import with_line, with_proposed_key
from crmdesk.viewmodel.job_editor.field_words import may_be_mapped, why_not_mapped
from crmdesk.viewmodel.job_editor.line_choices import OriginKind, column_of, preset_for, turned_into
from crmdesk.viewmodel.job_editor.line_text import lines_of_text, lines_text
from crmdesk.viewmodel.job_editor.probes import missing_fields
from crmdesk.viewmodel.job_editor.surroundings import Surroundings
from crmdesk.viewmodel.job_editor.writing.formulas import columns_in


class JobMapping:
    """The lines of the draft; every intent hands the changed job to `change`."""

    def __init__(self, job: Callable[[], Job], around: Surroundings, change: Callable[..., None]) -> None:
        self._job = job
        self._around = around
        self._change = change

    @property
    def lines(self) -> Mapping:
        return self._job().mapping

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file, as far as it has been looked at."""
        look = self._around.look
        return look.columns if look is not None else ()

    @property
    def left_behind(self) -> tuple[str, ...]:
        """Columns of the file that no line takes a value from."""
        used = {column_of(line.origin) for line in self.lines}
        for line in self.lines:
            if isinstance(line.origin, Expression):
                used |= columns_in(line.origin.text, self.columns)
        return tuple(column for column in self.columns if column not in used)

    @property
    def used(self) -> int:
        """How many columns of the file a line takes a value from."""
        return len(self.columns) - len(self.left_behind)

    @property
    def missing(self) -> tuple[Field, ...]:
        """Fields that a new record must have and that have no line."""
        job, remote = self._job(), self._around.remote
        if remote is None or job.export is None or job.export.action not in (Action.INSERT, Action.UPSERT):
            return ()
        return missing_fields(remote, {line.remote.casefold() for line in job.mapping})

    def free_fields(self, number: int | None = None) -> tuple[Field, ...]:
        """The fields that line `number`, or a new one, may name, by label."""
        job, remote = self._job(), self._around.remote
        if remote is None:
            return ()
        taken = {line.remote.casefold() for place, line in enumerate(job.mapping) if place != number}
        free = [field for field in remote.fields if may_be_mapped(field, job) and field.name.casefold() not in taken]
        return tuple(sorted(free, key=lambda field: (field.label.casefold(), field.name)))

    def closed_fields(self) -> tuple[tuple[Field, str], ...]:
        """The fields that no line may name, by label, each with the reason."""
        job, remote = self._job(), self._around.remote
        fields = sorted(
            remote.fields if remote is not None else (), key=lambda each: (each.label.casefold(), each.name)
        )
        return tuple((field, why) for field in fields if (why := why_not_mapped(field, job)))

    def add(self, remote: str = "") -> int:
        """Append a line, with the column that is called like the field; its number."""
        column = remote if self._job().operation.is_reading else self._column_like(remote)
        self._put((*self.lines, FieldMap(remote, Column(column))))
        return len(self.lines) - 1

    def add_column(self, column: str) -> int:
        """Append a line for a column, with the field that is called like it; its number."""
        fields = {fold(name): each.name for each in self.free_fields() for name in (each.label, each.name)}
        self._put((*self.lines, self._searched(FieldMap(fields.get(fold(column), ""), Column(column)))))
        return len(self.lines) - 1

    def add_all(self) -> None:
        """A line for every field that can be read and has none."""
        self._put((*self.lines, *(FieldMap(field.name, Column(field.name)) for field in self.free_fields())))

    def remove(self, numbers: Collection[int]) -> None:
        """Take lines out."""
        self._put(tuple(line for number, line in enumerate(self.lines) if number not in numbers))

    def move(self, numbers: Collection[int], by: int) -> tuple[int, ...]:
        """Move lines together up (-1) or down (1) past their neighbours; where they are now."""
        lines, places = list(self.lines), sorted(numbers, reverse=by > 0)
        if not places or not all(0 <= place + by < len(lines) for place in places):
            return tuple(sorted(numbers))
        for place in places:
            lines[place], lines[place + by] = lines[place + by], lines[place]
        self._put(tuple(lines))
        return tuple(sorted(place + by for place in places))

    def set_field(self, number: int, remote: str) -> None:
        """Let the line fill another field; a reading line's column is called like it until somebody names it."""
        line = self.lines[number]
        is_named_after = isinstance(line.origin, Column) and line.origin.name == line.remote
        if self._job().operation.is_reading and is_named_after:
            line = replace(line, origin=Column(remote))
        elif line.origin == Column(""):
            line = replace(line, origin=Column(self._column_like(remote)))
        self.set_line(number, self._searched(replace(line, remote=remote)))

    def set_origin(self, number: int, origin: Origin) -> None:
        """Take the line's value from elsewhere."""
        self.set_line(number, replace(self.lines[number], origin=origin))

    def set_when_empty(self, numbers: Collection[int], when_empty: WhenEmpty) -> None:
        """What an empty value does in these lines."""
        self._put(
            tuple(
                replace(line, when_empty=when_empty) if number in numbers else line
                for number, line in enumerate(self.lines)
            )
        )

    def set_conversion(self, number: int, conversion: Conversion) -> None:
        self.set_line(number, replace(self.lines[number], conversion=conversion))

    def set_default(self, number: int, text: str) -> None:
        """The value of a new record whose value is empty."""
        self.set_line(number, replace(self.lines[number], default_on_create=text))

    def takes_default(self, number: int) -> bool:
        """Whether a line can have a value for new records alone: where some are made, and for no key and no search."""
        job, line = self._job(), self.lines[number]
        is_key = job.export is not None and line.remote.casefold() in job.export.key_fields
        is_made = job.export is not None and job.export.action in (Action.INSERT, Action.UPSERT)
        return is_made and not is_key and isinstance(line.origin, Column | Expression)

    def set_values(self, number: int, values: dict[str, str]) -> None:
        """Replace whole values before the conversion."""
        self.set_line(number, replace(self.lines[number], values=values))

    def set_line(self, number: int, line: FieldMap, strand: object = None) -> None:
        """Put another line in its place; changes in a row of one `strand` are undone in one step."""
        self._change(with_proposed_key(with_line(self._job(), number, line), self._around.remote), strand)

    def copied(self, numbers: Collection[int]) -> str:
        """The lines as text for a spreadsheet."""
        return lines_text(tuple(line for number, line in enumerate(self.lines) if number in numbers))

    def paste(self, text: str, at: int) -> tuple[int, ...]:
        """Put the lines of `text` before line `at`; a field that has a line already gets the pasted one.

        Where they are now. Raises UserError.
        """
        pasted = lines_of_text(text)
        names = {line.remote.casefold() for line in pasted if line.remote}
        before = [line for line in self.lines[:at] if line.remote.casefold() not in names]
        after = [line for line in self.lines[at:] if line.remote.casefold() not in names]
        self._put((*before, *pasted, *after))
        return tuple(range(len(before), len(before) + len(pasted)))

    @property
    def can_match(self) -> bool:
        """Whether file and object are known, so that names can be compared."""
        return self._around.look is not None and self._around.remote is not None

    def proposal(self) -> AutoMap:
        """What goes together by its names, for all columns of the file."""
        job, look, remote = self._job(), self._around.look, self._around.remote
        if look is None or remote is None:
            return AutoMap()
        action = job.export.action if job.export is not None else None
        return match_columns(samples_of(look), remote, job.operation, action)

    def apply(self, matches: Sequence[Match]) -> None:
        """Make the pairs lines; a field that has a line already keeps its place, and takes the column."""
        chosen = {match.field.name.casefold(): match for match in matches}
        kept = tuple(
            replace(line, origin=Column(chosen.pop(line.remote.casefold()).column))
            if line.remote.casefold() in chosen
            else line
            for line in self.lines
        )
        self._put((*kept, *(match.line for match in matches if match.field.name.casefold() in chosen)))

    def _put(self, mapping: Mapping) -> None:
        self._change(with_proposed_key(replace(self._job(), mapping=mapping), self._around.remote))

    def _searched(self, line: FieldMap) -> FieldMap:
        """The line as one that finds an owner or a record type, where its column names those instead of holding ids."""
        kind, look = preset_for(self._around.remote, line.remote), self._around.look
        if look is None or self._job().export is None or not isinstance(line.origin, Column):
            return line
        values = [each for each in samples_of(look).get(line.origin.name, ()) if each.strip()]
        is_named = bool(values) and not holds_record_ids(values)
        if kind is OriginKind.OWNER:
            is_named = is_named and all("@" in each for each in values)
        return replace(line, origin=turned_into(kind, line, self._around.remote)) if kind and is_named else line

    def _column_like(self, remote: str) -> str:
        field = self._around.remote.field(remote) if self._around.remote is not None else None
        wanted = {fold(remote), fold(field.label)} if field is not None else {fold(remote)}
        return next((column for column in self.left_behind if fold(column) in wanted), "")


def samples_of(look: FileLook) -> dict[str, tuple[str, ...]]:
    """The first values of each column."""
    return {
        column: tuple(row[place] for row in look.sample if place < len(row))
        for place, column in enumerate(look.columns)
    }
