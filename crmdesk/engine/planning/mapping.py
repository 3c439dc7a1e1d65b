"""The lines of a writing job, each checked against the source's columns and the CRM's fields."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import TYPE_CHECKING, assert_never

import polars as pl

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.planning.plan import Describe
from crmdesk.engine.planning.problems import Problems, unknown_field
from crmdesk.engine.planning.searches import owner_search, record_search, record_type_search
from crmdesk.model.job import Action, ExportOptions
from crmdesk.model.mapping import Column, Constant, Expression, FieldMap, Lookup, Owner, RecordType
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.tabular.convert import WriteLine
from crmdesk.tabular.formula.function import Setting
from crmdesk.tabular.search import Search
from crmdesk.tabular.types.wire import to_wire

if TYPE_CHECKING:
    from crmdesk.tabular.formula.formula import Formula


_SHOWN = 60
"""Characters of a header that are repeated."""


@dataclass(frozen=True, slots=True)
class LineCheck:
    """What lines are checked against; what is wrong goes to `problems`."""

    remote: RemoteObject
    header: Sequence[str]
    options: ExportOptions
    can: Capabilities
    describe: Describe
    setting: Setting
    problems: Problems

    def line(self, number: int, item: FieldMap) -> WriteLine | None:
        """The line, None for a field that is not there; `number` is 1 for the first."""
        place = f"mapping[{number}]"
        field = self.remote.field(item.remote)
        if field is None:
            self.problems.add(f"{place}.remote", *unknown_field(item.remote, self.remote))
            return None
        self._check_writable(field, place)
        line = self._with_origin(WriteLine(item, field), place)
        if item.default_on_create:
            self._check_default(line, place)
        return line

    def _is_key(self, field: Field) -> bool:
        return field.name.casefold() == self.options.key.casefold()

    def _finds(self, field: Field) -> bool:
        """Whether a field is the key or a part of it: what finds the record is not changed."""
        key = self.remote.key(self.options.key) if self.options.key else None
        return self._is_key(field) or (key is not None and field.name in key.parts)

    def _check_writable(self, field: Field, place: str) -> None:
        if self.options.action is Action.DELETE and len(self.options.key_fields) > 1:
            return  # all lines together are the key, of which it is said whether it is one
        is_id = field.name == self.remote.id_field
        if is_id and self.options.action is Action.INSERT and not field.is_creatable:
            self.problems.add(
                f"{place}.remote", f"{field.name} is given by the CRM; an insert cannot set it.", "Remove the line."
            )
        elif not (is_id or self._finds(field)) and not is_writable(field, self.options.action):
            self.problems.add(f"{place}.remote", *self._read_only(field))

    def _read_only(self, field: Field) -> tuple[str, str]:
        named, leave = f"{field.label} ({field.name})", "Leave the field out."
        needs = self.can.audit_fields.get(field.name)
        if needs is not None and self.options.action is Action.UPDATE:
            return f"{named} can only be set while a record is created, and never afterwards.", leave
        if needs is not None:
            hint = "Leave the field out, or have the right given to you first."
            return f"You may not write {named} now. {needs}", hint
        if field.why_not:
            return f"{named} cannot be written. {field.why_not}", leave
        if field.is_calculated:
            return f"{named} is worked out by the CRM itself; nobody can write it.", leave
        if field.is_creatable:
            return f"{named} can only be set while a record is created.", "Leave the field out, or insert."
        return f"You may not write {named}: it is read-only for you.", leave

    def _with_origin(self, line: WriteLine, place: str) -> WriteLine:
        origin = line.map.origin
        match origin:
            case Column(name):
                check_column(name, self.header, f"{place}.local", self.problems)
            case Constant(value):
                if value:
                    self._check_value(line, value, f"{place}.constant")
                if self._is_key(line.field):
                    self.problems.add(
                        f"{place}.constant", "The key cannot be the same for every row.", "Map a column to it."
                    )
            case Expression(text):
                return replace(line, formula=self._formula(text, f"{place}.expression"))
            case Lookup(column):
                check_column(column, self.header, f"{place}.lookup.column", self.problems)
                search = record_search(origin, self.can, self.describe, place, self.problems)
                self._check_object(line.field, search, f"{place}.lookup.object")
                return replace(line, search=search)
            case Owner(column):
                check_column(column, self.header, f"{place}.owner.column", self.problems)
                search = owner_search(origin, line.field, self.can, self.describe, f"{place}.owner", self.problems)
                return replace(line, search=search)
            case RecordType(column):
                check_column(column, self.header, f"{place}.record_type.column", self.problems)
                return replace(line, search=record_type_search(origin, self.remote, place, self.problems))
            case _:
                assert_never(origin)
        return line

    def _check_object(self, field: Field, search: Search | None, place: str) -> None:
        """Report a search for records that the field does not take: the CRM would refuse every row."""
        if search is not None and field.references and search.object not in field.references:
            known = ", ".join(field.references)
            what = f"{field.label} ({field.name}) holds ids of {known}, not of {search.object}."
            self.problems.add(place, what, f"Look up {field.references[0]}.")

    def _formula(self, text: str, place: str) -> Formula | None:
        from crmdesk.tabular.formula.errors import FormulaError
        from crmdesk.tabular.formula.formula import formula

        try:
            return formula(text, self.header, self.setting)
        except FormulaError as error:
            self.problems.add(place, str(error), error.hint)
            return None

    def _check_default(self, line: WriteLine, place: str) -> None:
        at = f"{place}.default_on_create"
        if line.search is not None:
            self.problems.add(at, "A record that is searched for has no default.", "Write instead = … there.")
        elif self._is_key(line.field):
            self.problems.add(at, "The key has no default: it would be the same in several rows.", "Remove it.")
        elif self.options.action not in (Action.INSERT, Action.UPSERT):
            self.problems.add(at, f"An {self.options.action} creates no records.", "Remove it.")
        else:
            self._check_value(line, line.map.default_on_create, at)

    def _check_value(self, line: WriteLine, value: str, place: str) -> None:
        """Report a value that every row would be rejected for."""
        text = line.map.values.get(value, value)
        converted = to_wire(line.field, line.map.conversion, self.setting.reading)(pl.Series([text], dtype=pl.String))
        if not converted.faults.is_empty():
            why = str(converted.faults["message"][0])
            self.problems.add(place, why, f"Give a value that {line.field.name} can hold.")


def is_writable(field: Field, action: Action) -> bool:
    """Whether the user may write a field with an action."""
    match action:
        case Action.INSERT:
            return field.is_creatable
        case Action.UPDATE:
            return field.is_updatable
        case Action.UPSERT:
            return field.is_creatable and field.is_updatable
        case Action.DELETE | Action.UNDELETE:
            return False


def check_column(name: str, header: Sequence[str], place: str, problems: Problems) -> None:
    """Report a column that the source has not."""
    if name not in header:
        folded = {column.casefold(): column for column in header}
        near = folded.get(name.casefold()) or next(iter(difflib.get_close_matches(name, header, n=1)), "")
        hint = f"Did you mean “{near}”?" if near else f"The columns are: {', '.join(header[:12])}."
        if len(header) == 1 and name in header[0]:
            hint = f"All of the header is one column, “{shorten(header[0], _SHOWN)}”: is the delimiter right?"
        problems.add(place, f"The source has no column “{name}”.", hint)
