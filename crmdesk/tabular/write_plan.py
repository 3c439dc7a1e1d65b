"""What converting a source into records needs to know, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from crmdesk.model.job import Action, WhenKeyEmpty
from crmdesk.model.mapping import FieldMap
from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.search import Search

if TYPE_CHECKING:
    from crmdesk.tabular.formula.formula import Formula


@dataclass(frozen=True, slots=True)
class WriteLine:
    """One line of a mapping and the field it fills.

    `search` is set where the value is the id of a record, `formula` where it is computed. `folds_case`: whether the CRM
    takes upper and lower case for one in the field's values, or in the texts that are searched for. `parts` are the
    lines of the fields of a key of several: the text is made of theirs, and `map` says nothing.
    """

    map: FieldMap
    field: Field
    folds_case: bool = True
    search: Search | None = None
    formula: Formula | None = None
    parts: tuple[WriteLine, ...] = ()


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The lines in mapping order, how local text is read, and what is to be done with the rows.

    `key` is the field that finds the record, None for an insert. `code` gives the code a problem of a check carries.
    `clear_word` is the text that the CRM would take for "clear this field" (empty: none).
    """

    lines: tuple[WriteLine, ...]
    reading: Reading
    action: Action
    key: Field | None
    when_key_empty: WhenKeyEmpty
    code: Callable[[Check], str]
    clear_word: str

    def is_key(self, line: WriteLine) -> bool:
        """Whether a line fills the key."""
        return self.key is not None and line.field.name == self.key.name

    @property
    def inserts_without_key(self) -> bool:
        """Whether a row without a key becomes a new record."""
        return self.action is Action.UPSERT and (self.is_by_id or self.when_key_empty is WhenKeyEmpty.INSERT)

    @property
    def is_by_id(self) -> bool:
        """Whether records are found by their id."""
        return self.key is not None and self.key.type is FieldType.ID


@dataclass(frozen=True, slots=True)
class Converted:
    """`ready`: ROW and one String column a line, of the rows without problems. `problems` (PROBLEM_SCHEMA): all found.

    In `ready` of a write, columns bear the fields' names; null leaves the remote value alone, "" clears it. `rest` has
    the rows with a problem in the same columns, as far as they could be converted: null where a cell could not.
    """

    ready: pl.DataFrame
    problems: pl.DataFrame
    rest: pl.DataFrame
