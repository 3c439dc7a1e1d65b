"""How an import reads, beside its fields and its filter: named records, a schema that moves, duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crmdesk.model.local import LocalTable


class Take(StrEnum):
    """Which rows of an earlier run are meant: what it wrote, or what it could not."""

    OUTPUT = "output"
    REJECTS = "rejects"


@dataclass(frozen=True, slots=True)
class Population:
    """Records named beforehand, in their order: those whose `key` ("": the record id) stands in column `column`.

    At most one of `path`, `table` and `run` is set; without one the names are given when the job is run. `take` belongs
    to `run`. `carry` are columns that travel with the rows.
    """

    column: str
    key: str = ""
    carry: tuple[str, ...] = ()
    path: str = ""
    table: LocalTable | None = None
    run: str = ""
    take: Take = Take.OUTPUT


class WhenNew(StrEnum):
    """What becomes of a field that was not there before."""

    LEAVE = "leave"
    ADD = "add"
    STOP = "stop"


class WhenOther(StrEnum):
    """What a run does when a field it reads has changed its type, or is gone."""

    STOP = "stop"
    GO_ON = "go-on"


@dataclass(frozen=True, slots=True)
class SchemaRule:
    """What a job does when fields appear, change or vanish between two runs of it."""

    new: WhenNew = WhenNew.LEAVE
    changed: WhenOther = WhenOther.STOP
    gone: WhenOther = WhenOther.STOP


class Keep(StrEnum):
    """Which of several rows with the same key stays."""

    FIRST = "first"
    LAST = "last"
    MOST_RECENT = "most-recent"
    FULLEST = "fullest"


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Rows that agree in all fields of `key` are one: `keep` says which. `by` is the date of MOST_RECENT."""

    key: tuple[str, ...]
    keep: Keep = Keep.FIRST
    by: str = ""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`all_except` None maps what the mapping says; else all readable fields beside it, but for these."""

    population: Population | None = None
    all_except: tuple[str, ...] | None = None
    schema: SchemaRule = SchemaRule()
    duplicates: Duplicates | None = None


READ_PLAINLY = ReadOptions()
"""The filter chooses, the mapping says which fields, and every row is wanted."""
