"""A local source of rows, as the engine needs it: a file, or the rejects of an earlier run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from crmdesk.tabular.batch import Batch


class LocalSource(Protocol):
    """Rows as frames of ROW, LINE and one String column a header; cells are never null."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        ...

    def batches(self) -> Iterator[Batch]:
        """All rows, in order, once; raises FileFormatError."""
        ...

    def fingerprint(self) -> str:
        """A text that changes when the content does."""
        ...
