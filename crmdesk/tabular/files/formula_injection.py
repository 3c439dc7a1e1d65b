"""Formula injection: text that a spreadsheet would take for a formula is disarmed, and armed again when it comes back.

OWASP, "CSV injection": the characters that begin a formula, in their full width too. Spreadsheets pass over some of
what is not seen before them (LibreOffice: NUL).
"""

from __future__ import annotations

import re

import polars as pl

_UNSEEN = r"\x00-\x20\x7f-\u00a0\u200b-\u200f\u2060\u3000\ufeff"
_RISKY = rf"^(?:['{_UNSEEN}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n])"
_NUMBER = r"^[+-]?[\d.,]+$"


def disarmed(column: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet would take for a formula, made harmless by a leading apostrophe; plain numbers stay."""
    risky = column.str.contains(_RISKY) & ~column.str.contains(_NUMBER)
    return pl.when(risky).then(pl.concat_str(pl.lit("'"), column)).otherwise(column)


def armed_texts(texts: pl.Series) -> pl.Series:
    """A column of what `disarmed` was given."""
    marked = texts.filter(texts.str.starts_with("'")).unique().to_list()
    return texts.replace(marked, [armed(text) for text in marked]) if marked else texts


def armed(text: str) -> str:
    """What `disarmed` was given."""
    return text[1:] if text.startswith("'") and re.match(_RISKY, text[1:]) else text
