"""The text of a mapping line before any conversion: a column, a constant, a formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

import polars as pl

from crmdesk.model.mapping import Column, Constant, Conversion, Expression, Lookup, Owner, RecordType
from crmdesk.tabular.formula.kinds import Kind
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.cells import Cells, as_they_are
from crmdesk.tabular.write_plan import WriteLine


def source_text(line: WriteLine, frame: pl.DataFrame) -> Cells:
    """The text of a line, whole values replaced as the line says; never null. A formula may fail."""
    match line.map.origin:
        case Column(name) | Lookup(column=name) | Owner(column=name) | RecordType(column=name):
            cells = as_they_are(frame[name])
        case Constant(value):
            cells = as_they_are(pl.repeat(value, frame.height, dtype=pl.String, eager=True))
        case Expression():
            if line.formula is None:
                raise TypeError(line)
            cells = line.formula.cells(frame, line.field.name)
        case _:
            assert_never(line.map.origin)
    text = cells.value.fill_null("") if cells.value.null_count() else cells.value
    return Cells(_replaced(text, line.map.values) if line.map.values else text, cells.faults)


def _replaced(text: pl.Series, values: Mapping[str, str]) -> pl.Series:
    """Whole values replaced; one with white space around it is the value itself, unless it is named with that."""
    bare = text.str.strip_chars()
    names = pl.Series(list(values), dtype=pl.String())
    named = text.zip_with(text.is_in(names) | ~bare.is_in(names), bare)
    return named.replace(list(values), list(values.values()))


def reading_of(line: WriteLine, reading: Reading) -> Reading:
    """How the text of a line is read: what a formula computed is written in the wire's own form."""
    if line.formula is None or line.formula.kind is Kind.TEXT:
        return reading
    return replace(reading, decimal=".", date_format="")


def is_blank(text: pl.Series, line: WriteLine, *, is_key: bool) -> pl.Series:
    """Which cells are empty. White space alone is a value under Copy/Paste only, and not of a key.

    A CRM that takes white space off would clear the field, whatever the line says of empty cells.
    """
    if line.map.conversion is Conversion.COPY_PASTE and not is_key:
        return text == ""
    # Every text of blanks sorts before "!", and comparing is twenty times cheaper than stripping.
    low = text < "!"
    if not (low & (text != "")).any():
        return low
    return low & (text.str.strip_chars() == "")
