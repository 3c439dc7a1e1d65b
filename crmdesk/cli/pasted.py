"""Ids or keys that somebody pastes for a job that reads named records."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from crmdesk.desk import LoadedJob
from crmdesk.errors import UserError

Ids = Annotated[
    str,
    typer.Option(
        "--ids",
        metavar="FILE",
        help="Read the records with these ids, in a file or on standard input (-), not the job's own population.",
    ),
]


def named(loaded: LoadedJob, ids: str) -> LoadedJob:
    """The job with the pasted names, if there are any; raises UserError."""
    if not ids:
        return loaded
    try:
        text = sys.stdin.read() if ids == "-" else Path(ids).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{ids} cannot be read: {error}.", hint="Give a text file in UTF-8, or - and paste.") from error
    if not text.strip():
        raise UserError("There is no id to read.", hint="Paste ids, one a line.")
    return replace(loaded, pasted=text)
