"""Files that a job names elsewhere than in [local]: what is wrong with one of them belongs there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crmdesk.errors import FileFormatError

_LOCAL = "local"


@contextmanager
def named_in(table: str) -> Iterator[None]:
    """What cannot be read in here is told at the key of the same name in `table`; "" for a file that no job names."""
    try:
        yield
    except FileFormatError as error:
        error.place = error.place.replace(_LOCAL, table, 1) if table else ""
        raise
