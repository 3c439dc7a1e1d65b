"""Formula injection: text that a spreadsheet would take for a formula is disarmed, and armed again when it comes back.

OWASP, "CSV injection": the characters that begin a formula.
"""

from __future__ import annotations

import polars as pl


def disarmed(column: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet would take for a formula, made harmless by a leading apostrophe; plain numbers stay."""
    risky = column.str.contains(r"^'*[=+\-@\t\r]") & ~column.str.contains(r"^[+-]?[\d.,]+$")
    return pl.when(risky).then(pl.concat_str(pl.lit("'"), column)).otherwise(column)


def armed_texts(texts: pl.Series) -> pl.Series:
    """A column of what `disarmed` was given."""
    marked = texts.filter(texts.str.starts_with("'")).unique().to_list()
    return texts.replace(marked, [armed(text) for text in marked]) if marked else texts


def armed(text: str) -> str:
    """What `disarmed` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'")[:1] in tuple("=+-@\t\r") and text.lstrip("'") else text
