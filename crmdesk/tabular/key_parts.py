"""The text of a key of several fields: the texts of its parts with commas between, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

_PART = re.compile(r"((?:[^\\,]|\\.)*)(?:, |\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FRACTION = r"^([+-]?[0-9]+)(?:\.0*|(\.[0-9]*[1-9])0*)$"


def joined(parts: Sequence[pl.Series]) -> pl.Series:
    """One text a row, as `joined_text` makes it; null where a part is null or has white space alone."""
    plain = [part.str.strip_chars().replace("", None) for part in parts]
    escaped = [part.str.replace_all(r"([\\,])", r"\${1}") for part in plain]
    return pl.DataFrame([part.alias(str(place)) for place, part in enumerate(escaped)]).select(
        pl.concat_str(pl.all(), separator=", ", ignore_nulls=False)
    )["0"]


def joined_text(parts: Sequence[str | None]) -> str | None:
    """The text of one key; None where a part is None or has white space alone."""
    plain = [(part or "").strip() for part in parts]
    return ", ".join(re.sub(r"[\\,]", r"\\\g<0>", part) for part in plain) if all(plain) else None


def parted(text: str) -> list[str]:
    """The parts of such a text."""
    return [_ESCAPED.sub(r"\1", part) for part in _PART.findall(text + ", ")[:-1]]


def plain_numbers(text: pl.Series) -> pl.Series:
    """Decimal numbers without zeros behind what counts: a CRM writes as many as the field has places."""
    return text.str.replace(_FRACTION, "${1}${2}")


def plain_number(text: str) -> str:
    """The same of one number."""
    return re.sub(_FRACTION, lambda found: found[1] + (found[2] or ""), text)
