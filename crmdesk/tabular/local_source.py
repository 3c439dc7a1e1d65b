"""Rows from wherever a job takes them: a file, a table, another account, or an earlier run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from crmdesk.tabular.batch import Batch


class LocalSource(Protocol):
    """Rows as frames of ROW, LINE and one String column a header; cells are never null."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, trimmed and distinct; a column without one is called `Column N`."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """Sentences about what a person may want to know of the rows read so far; they stop nothing."""
        ...

    def batches(self) -> Iterator[Batch]:
        """All rows in order, once; raises FileFormatError where the file cannot be read on.

        A problem that names a column belongs to that column alone; one without a name to the whole row.
        """
        ...

    def fingerprint(self) -> str:
        """A text that changes when the content does; raises FileFormatError."""
        ...
