"""Ids and keys that a person pastes, kept in a file of the profile so that a job can name it."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

from crmdesk.errors import UserError
from crmdesk.places import private_directory
from crmdesk.tabular.files.private import open_private

ID_COLUMN = "Id"

_BETWEEN = re.compile(r"[\s,;]+")
_QUOTES = "\"'"


def ids_in(text: str) -> list[str]:
    """The ids or keys between blanks, commas, semicolons or line ends of `text`, without quotes around them."""
    return [name for each in _BETWEEN.split(text) if (name := each.strip(_QUOTES))]


def keep_ids(home: Path, text: str) -> tuple[Path, int]:
    """Write the ids in `text` into a CSV of the profile; its path, and how many.

    The same ids come into the same file. Raises UserError when there are none.
    """
    names = ids_in(text)
    if not names:
        raise UserError("There is no id in that text.", hint="Paste ids or keys, one a line or with commas between.")
    rows = io.StringIO()
    csv.writer(rows).writerows([(ID_COLUMN,), *((name,) for name in names)])
    written = rows.getvalue().encode()
    folder = private_directory(home / "populations")
    path = folder / f"{hashlib.sha256(written).hexdigest()[:16]}.csv"
    with open_private(path, "wb") as file:
        file.write(written)
    return path, len(names)
