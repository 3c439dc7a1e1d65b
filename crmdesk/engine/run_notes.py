"""What is kept beside a run that writes: which before-values there are, and until when it wrote by the CRM's clock."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from crmdesk.engine.preparing.disk import keeping, reading_back
from crmdesk.tabular.files.private import open_private

_NAME = "notes.json"


@dataclass(frozen=True, slots=True)
class RunNotes:
    """`before` names the fields of the before-values, None while they are not whole.

    `records` is how many records there are, `known` how many keys they have: of a key that is not unique both differ.
    `until` is ISO 8601, empty until the run has sent for the last time; `halted` is when it first came to a halt, or
    was gone on with after a kill: from then on somebody may have changed what it had written. `id_field` is the field
    of the record id.
    """

    before: tuple[str, ...] | None = None
    records: int = 0
    known: int = 0
    until: str = ""
    halted: str = ""
    id_field: str = ""


def read_notes(folder: Path) -> RunNotes:
    """The notes of the run whose folder it is."""
    try:
        text = (folder / _NAME).read_bytes()
    except FileNotFoundError:
        return RunNotes()
    with reading_back(folder / _NAME):
        return msgspec.json.decode(text, type=RunNotes)


def note_halt(folder: Path, at: str) -> None:
    """The run has sent until `at`."""
    note(folder, until=at, halted=read_notes(folder).halted or at)


def note(folder: Path, **changes: object) -> None:
    """Change some of the notes; durable when it returns."""
    path = folder / _NAME
    part = path.with_suffix(".part")
    with keeping(path):
        with open_private(part, "wb") as file:
            file.write(msgspec.json.encode(replace(read_notes(folder), **changes)))  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
