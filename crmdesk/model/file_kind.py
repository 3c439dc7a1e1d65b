"""The kinds of local files, told by how their names end."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath


class FileKind(StrEnum):
    """A kind of file with rows."""

    TEXT = "text"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"


_SUFFIXES = {
    ".csv": FileKind.TEXT,
    ".tsv": FileKind.TEXT,
    ".txt": FileKind.TEXT,
    ".xlsx": FileKind.XLSX,
    ".parquet": FileKind.PARQUET,
    ".jsonl": FileKind.JSON_LINES,
    ".ndjson": FileKind.JSON_LINES,
}

SUFFIXES = tuple(_SUFFIXES)
"""How the names of files with rows end, the dot included."""


JOB_FILE = ".toml"
"""How the name of a file with a job ends."""


def is_job_file(path: str) -> bool:
    """Whether a file of that name holds a job."""
    return PurePath(path).suffix.lower() == JOB_FILE


def is_known(path: str) -> bool:
    """Whether a file of that name can hold rows."""
    return PurePath(path).suffix.lower() in _SUFFIXES


def kind_of(path: str) -> FileKind:
    """The kind of the file; one whose name tells nothing is text."""
    return _SUFFIXES.get(PurePath(path).suffix.lower(), FileKind.TEXT)
