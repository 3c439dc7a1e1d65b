"""How dates are written, as people describe it: `dd.MM.yyyy HH:mm`."""

from __future__ import annotations

import re
from datetime import datetime

_READ = {"yyyy": "%Y", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d", "HH": "%H", "H": "%H", "mm": "%M", "ss": "%S"}
_WRITTEN = {**_READ, "M": "%-m", "d": "%-d", "H": "%-H"}
_PIECE = re.compile(r"'([^']*)'|(y+|M+|d+|H+|m+|s+)|([A-Za-z])|(.)", re.DOTALL)


def reading_form(form: str) -> str:
    """The strptime pattern of a form; raises ValueError with a sentence."""
    pattern = _pattern(form, _READ)
    if not all(part in pattern for part in ("%Y", "%m", "%d")):
        raise ValueError(f"“{form}” does not say where day, month and year stand (dd, MM, yyyy).")
    day = datetime(2001, 2, 13)  # noqa: DTZ001 - a date without a place
    try:
        datetime.strptime(day.strftime(pattern), pattern)  # noqa: DTZ007 - as above
    except (ValueError, re.error) as error:
        raise ValueError(f"Dates cannot be read by “{form}”.") from error
    return pattern


def writing_form(form: str) -> str:
    """The strftime pattern of a form; raises ValueError with a sentence."""
    return _pattern(form, _WRITTEN)


def _pattern(form: str, pieces: dict[str, str]) -> str:
    made = []
    for quoted, letters, letter, sign in _PIECE.findall(form):
        if letter or (letters and letters not in pieces):
            raise ValueError(
                f"“{letter or letters}” means nothing in “{form}”: use yyyy, MM, dd, HH, mm, ss, and 'T' for a letter."
            )
        made.append(pieces[letters] if letters else (quoted or sign).replace("%", "%%"))
    return "".join(made)
