"""A first look at a local file: how it is written, and its first rows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from crmdesk.desk.window.answers import FileLook
from crmdesk.model.job import LocalFile
from crmdesk.tabular.files.csv import CsvSource
from crmdesk.tabular.files.kinds import open_source
from crmdesk.tabular.files.text import reading
from crmdesk.tabular.local_source import LocalSource

_ROWS = 100
_NOTICES = 3


def look(local: LocalFile) -> FileLook:
    """The file as it is; raises FileFormatError when it is missing, empty, not of its kind, without a header."""
    source = open_source(local)
    shape = source.shape if isinstance(source, CsvSource) else None
    sample: list[tuple[str, ...]] = []
    notices: list[str] = []
    for batch in islice(source.batches(), 1):
        sample += batch.frame.head(_ROWS).select(source.header).iter_rows()
        notices += batch.problems["message"].head(_NOTICES).to_list()
    notices += source.notices
    if not sample:
        notices.append("The file has a header and no rows.")
    with reading(Path(local.path)) as file:
        size = file.seek(0, 2)
    return FileLook(
        path=local.path,
        encoding=shape.encoding if shape else "",
        delimiter=shape.delimiter if shape else "",
        columns=source.header,
        sample=tuple(sample),
        size=size,
        notices=tuple(notices),
    )


def rows_of(source: LocalSource) -> int:
    """How many rows there are; raises FileFormatError."""
    return sum(batch.frame.height for batch in source.batches())
