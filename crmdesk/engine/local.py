"""A local source of rows, as the engine needs it: a file (FileSource), or the rejects of an earlier run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from crmdesk.tabular.batch import Batch


class LocalSource(Protocol):
    """Rows as frames of ROW, LINE and one String column a header; cells are never null."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """Sentences about what a person may want to know of the rows read so far; they stop nothing."""
        ...

    def batches(self) -> Iterator[Batch]:
        """All rows, in order, once; raises FileFormatError.

        A problem that names a column belongs to that column alone; one without a name to the whole row.
        """
        ...

    def fingerprint(self) -> str:
        """A text that changes when the content does."""
        ...
