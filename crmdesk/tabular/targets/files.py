"""Files as targets: what becomes of the rows that are there already."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from crmdesk.errors import FileFormatError
from crmdesk.model.index import Deletions
from crmdesk.model.job import LocalFile
from crmdesk.model.local import Mode
from crmdesk.tabular.files.contract import FileLayout
from crmdesk.tabular.files.csv import CsvSource
from crmdesk.tabular.files.kinds import open_target
from crmdesk.tabular.files.part_file import writing
from crmdesk.tabular.targets.contract import Target
from crmdesk.tabular.targets.in_place import FileInPlace
from crmdesk.tabular.targets.old_rows import OldRows
from crmdesk.tabular.targets.open_elsewhere import refuse_open
from crmdesk.tabular.targets.owner import Owner

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def open_file_target(
    local: LocalFile, layout: FileLayout, key: str, owner: Owner, deletions: Deletions = Deletions.NO
) -> Target:
    """The file that an import makes; `key` is the column of the remote id. Raises FileFormatError.

    `deletions` is what becomes of rows whose records were deleted, in a file that is merged into.
    """
    place = place_of(local)
    part = _part(place, owner.run)
    match local.mode:
        case Mode.REPLACE:
            return FileInPlace(place, part, open_target(local, part, layout), None)
        case Mode.APPEND:
            old = OldRows(local, layout)
            return FileInPlace(place, part, open_target(_alike(local, old), part, layout), old.frames())
        case Mode.MERGE:
            from crmdesk.tabular.targets.merged import MergedFile  # noqa: PLC0415 - SQLAlchemy for those who need it

            return MergedFile(_alike(local, OldRows(local, layout)), place, part, layout, key, owner, deletions)
        case _:
            assert_never(local.mode)


def place_of(local: LocalFile) -> Path:
    """Where the file is really: a link stays a link, and what it leads to is made."""
    return Path(os.path.realpath(local.path))


def _part(place: Path, run: str) -> Path:
    return place.with_name(f".{place.name}.{run}.part")


def remove_parts(local: LocalFile, runs: Sequence[str]) -> None:
    """Remove what these runs have left beside the file; what cannot be removed stays."""
    place = place_of(local)
    starts = tuple(_part(place, run).name for run in runs)
    with suppress(OSError):
        left = [path for path in place.parent.iterdir() if starts and path.name.startswith(starts)]
        for path in left:
            path.unlink(missing_ok=True)


def refuse_file(local: LocalFile, layout: FileLayout) -> None:
    """Raise FileFormatError when the file cannot be made, or what is there cannot be added to; nothing is left behind.

    Whether it can be made is found by trying: rights alone do not tell.
    """
    place = place_of(local)
    with writing(place):
        if not place.parent.is_dir():
            msg = f"The folder {place.parent} does not exist."
            raise FileFormatError(msg, hint="Make it, or choose another place.", place="local.path")
        if place.is_dir():
            msg = f"{place} is a folder, not a file."
            raise FileFormatError(msg, hint="Add the name of the file.", place="local.path")
        if place.exists() and not place.is_file():
            msg = f"{place} is no ordinary file, and cannot be replaced by one."
            raise FileFormatError(msg, hint="Choose another place.", place="local.path")
        if place.exists() and not place.stat().st_mode & _WRITABLE:
            msg = f"{place} is write-protected."
            raise FileFormatError(msg, hint="Take the protection off, or choose another place.", place="local.path")
        for path in {Path(local.path), place}:
            refuse_open(path)
        open_target(local, place, layout)  # which writes nothing yet
        with tempfile.TemporaryFile(dir=place.parent):
            pass
    if local.mode is not Mode.REPLACE:
        OldRows(local, layout).refuse_others()


def _alike(local: LocalFile, old: OldRows) -> LocalFile:
    """A text file that is there keeps its delimiter and its encoding."""
    source = old.source
    if not isinstance(source, CsvSource):
        return local
    encoding = source.shape.encoding
    if source.shape.mark:
        encoding = "utf-8-sig" if encoding == "utf-8" else "utf-16"
    return replace(local, delimiter=source.shape.delimiter, encoding=encoding)
