"""Rows of one parent travel together: two calls that save children of one parent at once are in each other's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import polars as pl

from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.source_copy import write_frame
from crmdesk.model.job import Action
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW

_ROWS_A_BUCKET = 100_000
_WITH_PARENTS = (Action.INSERT, Action.UPDATE, Action.UPSERT)
_NOBODYS = frozenset({"User", "Group", "RecordType", "systemuser", "team", "transactioncurrency"})
"""Objects that are not locked when a record that refers to them is saved."""


class Ordering(Protocol):
    """In which order prepared rows are packed."""

    def take(self, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """More rows; gives those that may be packed now."""
        ...

    def rest(self) -> Iterator[pl.DataFrame]:
        """The rows that were held back."""
        ...


class SourceOrder:
    """As they come."""

    def take(self, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """All of them."""
        yield frame

    def rest(self) -> Iterator[pl.DataFrame]:
        """None."""
        yield from ()


class ByParent:
    """All rows of one parent one after the other, over a source of any size in the memory of one bucket.

    The first `first` rows are not held back. What is held back stands in `folder` until `rest` has given it.
    """

    def __init__(self, folder: Path, parent: str, rows: int, first: int = 0) -> None:
        self._folder = folder
        self._parent = parent
        self._buckets = max(1, rows // _ROWS_A_BUCKET)
        self._first = first
        self._parts = 0
        for left in folder.glob("parents-*.arrow"):  # of a run that was killed while it was prepared
            left.unlink()

    def take(self, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The first rows; the others go into buckets by their parent."""
        at_once = frame.head(self._first)
        if not at_once.is_empty():
            self._first -= at_once.height
            yield at_once
        later = frame.slice(at_once.height)
        if later.is_empty():
            return
        self._parts += 1
        bucket = (later[self._parent].fill_null("").hash() % self._buckets).alias("bucket")
        for (number,), part in later.with_columns(bucket).partition_by("bucket", as_dict=True).items():
            write_frame(self._folder / f"parents-{number:05}-{self._parts:06}.arrow", part.drop("bucket"))

    def rest(self) -> Iterator[pl.DataFrame]:
        """Bucket by bucket, in each by parent and then in the order of the source."""
        for number in range(self._buckets):
            paths = sorted(self._folder.glob(f"parents-{number:05}-*.arrow"))
            if paths:
                yield pl.concat([pl.read_ipc(path) for path in paths]).sort(self._parent, ROW, maintain_order=True)
            for path in paths:
                path.unlink()


def parent_of(fields: Sequence[Field]) -> Field | None:
    """The field with the parent that rows compete for: one that a record cannot do without, else the first."""
    lookups = [
        field
        for field in fields
        if field.type is FieldType.REFERENCE and field.references and not _NOBODYS.intersection(field.references)
    ]
    return next((field for field in lookups if not field.is_nillable), lookups[0] if lookups else None)


def ordering_of(plan: WritingPlan, folder: Path, rows: int, rows_a_send: int, first: int) -> Ordering:
    """The order in which `rows` rows are sent, `rows_a_send` at most together; the first `first` stay the first."""
    parent = parent_of(plan.fields)
    if parent is None or rows <= rows_a_send or not may_be_by_parent(plan):
        return SourceOrder()
    return ByParent(folder, parent.name, rows, first)


def may_be_by_parent(plan: WritingPlan) -> bool:
    """Whether rows are ordered by parent when there are enough of them."""
    options = plan.options
    return options.sorts_by_parent and options.action in _WITH_PARENTS and parent_of(plan.fields) is not None
