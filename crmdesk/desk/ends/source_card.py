"""The card of a source: all rows are read once, a batch at a time, and nothing is kept of them."""

from __future__ import annotations

from typing import assert_never

from crmdesk.connectors.token import CancelToken
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import Local, LocalFile
from crmdesk.model.local import LocalTable
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.source_card import SourceCard
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.card.column import ColumnCard
from crmdesk.tabular.files.csv import CsvSource
from crmdesk.tabular.files.xlsx import XlsxSource
from crmdesk.tabular.local_source import LocalSource

_NOTICES = 5
_LINE_ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}


def source_card(source: LocalSource, local: Local, token: CancelToken) -> SourceCard:
    """Read all of `source`, which is `local` opened; raises FileFormatError and Cancelled."""
    columns = {name: ColumnCard(name) for name in source.header}
    rows = bad = 0
    notices: list[str] = []
    for batch in source.batches():
        token.check()
        numbers = batch.frame[ROW]
        for name, column in columns.items():
            column.add(numbers, batch.frame[name])
        rows += batch.frame.height
        bad += batch.problems[ROW].n_unique()
        notices += batch.problems["message"].head(_NOTICES - len(notices)).to_list()
    if bad > len(notices):
        notices.append(f"{bad:,} rows in all could be read only in part.")
    if not rows:
        notices.append("There are no rows.")
    shape = source.shape if isinstance(source, CsvSource) else None
    return SourceCard(
        source=local.path,
        kind=_kind(local),
        rows=rows,
        columns=tuple(column.facts() for column in columns.values()),
        encoding=shape.encoding if shape else "",
        has_mark=bool(shape and shape.mark),
        delimiter=shape.delimiter if shape else "",
        line_end=_LINE_ENDS.get(shape.line_end, "") if shape else "",
        sheet=source.sheet if isinstance(source, XlsxSource) else "",
        bad_rows=bad,
        notices=(*notices, *source.notices),
    )


def _kind(local: Local) -> str:
    match local:
        case LocalFile():
            kind = kind_of(local.path)
            return "csv" if kind is FileKind.TEXT else kind.value
        case LocalTable():
            return "table"
        case LocalRun():
            return "run"
        case LocalAccount():
            return "account"
        case _:
            assert_never(local)
