"""The one door to local files: which kind a file is of is told by how its name ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import LocalFile
from crmdesk.model.local import Readers

if TYPE_CHECKING:
    from crmdesk.tabular.files.contract import FileLayout, FileTarget
    from crmdesk.tabular.local_source import LocalSource


def open_source(local: LocalFile) -> LocalSource:
    """The rows of a file; raises FileFormatError: missing, empty, of another kind than its name says, no header."""
    match kind_of(local.path):
        case FileKind.TEXT:
            from crmdesk.tabular.files.csv import open_csv

            return open_csv(local)
        case FileKind.XLSX:
            from crmdesk.tabular.files.xlsx import XlsxSource

            return XlsxSource(local)
        case FileKind.PARQUET:
            from crmdesk.tabular.files.parquet import ParquetSource

            return ParquetSource(Path(local.path))
        case FileKind.JSON_LINES:
            from crmdesk.tabular.files.jsonl import JsonLinesSource

            return JsonLinesSource(local)
        case kind:
            assert_never(kind)


def open_target(local: LocalFile, part: Path, layout: FileLayout) -> FileTarget:
    """The file `local` in the making; its rows are kept in the file `part`, which nobody else may touch."""
    match kind_of(local.path):
        case FileKind.TEXT:
            return _text_target(local, part, layout)
        case FileKind.XLSX:
            from crmdesk.tabular.files.xlsx_target import XlsxTarget

            return XlsxTarget(part, layout)
        case FileKind.PARQUET:
            from crmdesk.tabular.files.parquet_target import ParquetTarget

            return ParquetTarget(part, layout)
        case FileKind.JSON_LINES:
            from crmdesk.tabular.files.jsonl_target import JsonLinesTarget

            return JsonLinesTarget(part, layout)
        case kind:
            assert_never(kind)


def _text_target(local: LocalFile, part: Path, layout: FileLayout) -> FileTarget:
    """What the job says, else a comma (in .tsv a tab) and UTF-8, for people with a mark that spreadsheets look for."""
    from crmdesk.tabular.files.csv_target import CsvDialect, CsvTarget

    for_people = local.made_for is Readers.PEOPLE
    delimiter = local.delimiter or ("\t" if local.path.lower().endswith(".tsv") else ",")
    encoding = local.encoding or ("utf-8-sig" if for_people else "utf-8")
    return CsvTarget(part, layout, CsvDialect(delimiter, encoding, for_people))
