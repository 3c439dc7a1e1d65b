"""A job checked against today's schema: ready to preview or run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdesk.model.index import MARK_COLUMN, Deletions
from crmdesk.model.job import Action, Engine, ExportOptions, Job
from crmdesk.model.read_options import Duplicates
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.tabular.convert import WriteLine, WritePlan, reading
from crmdesk.tabular.convert_read import layout_of

if TYPE_CHECKING:
    from crmdesk.connectors.contract import Query
    from crmdesk.connectors.deletions import Period
    from crmdesk.tabular.convert_read import ReadLine
    from crmdesk.tabular.files.contract import FileLayout

Describe = Callable[[str], RemoteObject]


@dataclass(frozen=True, slots=True)
class Distinct:
    """Duplicates with the fields in the CRM's own spelling, and those of the key in which case does not matter."""

    rule: Duplicates
    folded: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have to be read for it."""
        return (*self.rule.key, *((self.rule.by,) if self.rule.by else ()))


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """An import, checked: the query and what becomes of each column.

    `named_by` is the field by which a population names the records, None where a filter chooses them. `notices` are
    sentences about what has changed since the job last ran. `period` is that of deletions, None for other jobs and for
    a comparison of keys.
    """

    job: Job
    object: RemoteObject
    query: Query
    lines: tuple[ReadLine, ...]
    named_by: Field | None = None
    notices: tuple[str, ...] = ()
    distinct: Distinct | None = None
    period: Period | None = None

    @property
    def layout(self) -> FileLayout:
        """The columns of the target."""
        removes = self.job.deletions is Deletions.REMOVE
        lines = [line for line in self.lines if not (removes and line.local == MARK_COLUMN)]
        return layout_of(lines, reading(self.job.local).zone)

    @property
    def id_column(self) -> str:
        """The column of the remote id, which is always read."""
        return next(line.local for line in self.lines if line.remote == self.object.id_field)


@dataclass(frozen=True, slots=True)
class WritingPlan:
    """An export or a delete, checked.

    `convert` holds the lines, the record id among them when records are found by id. `key` is the field a request
    finds records by; `is_key_looked_up` tells that the job names a foreign key and the id is found beforehand.
    `inserts_apart`: rows of an upsert without a key become new records by requests of their own.
    """

    job: Job
    object: RemoteObject
    options: ExportOptions
    convert: WritePlan
    key: Field | None
    is_key_looked_up: bool
    engine: Engine = Engine.AUTO
    notices: tuple[str, ...] = ()
    inserts_apart: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns of prepared frames, in order."""
        return tuple(line.field for line in self.convert.lines)

    @property
    def asks_what_exists(self) -> bool:
        """Whether the CRM must be asked which records exist before values can be converted."""
        has_default = any(line.map.default_on_create for line in self.convert.lines)
        return has_default and self.options.action is Action.UPSERT

    @property
    def key_line(self) -> WriteLine | None:
        """The line that fills the key."""
        return next((line for line in self.convert.lines if self.key is not None and line.field == self.key), None)


Plan = ReadPlan | WritingPlan
