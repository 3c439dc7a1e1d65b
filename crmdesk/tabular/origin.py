"""Where the values of a mapping line come from: a column, a constant, or a record of the CRM found by a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import polars as pl

from crmdesk.model.mapping import Column, Constant, Conversion, FieldMap, Lookup, NotFound
from crmdesk.model.reject import Check
from crmdesk.model.schema import FieldType
from crmdesk.tabular.keys import fold_key
from crmdesk.tabular.types.cells import Cells, Fault, by_distinct, quoted
from crmdesk.tabular.write_plan import WriteLine

FOUND_SCHEMA: dict[str, pl.DataType] = {"key": pl.String(), "id": pl.String(), "n": pl.Int64()}
"""One line a key that exists in the CRM: the key as it is compared, the id of a record, how many records have it."""


def source_text(line: FieldMap, frame: pl.DataFrame) -> pl.Series:
    """The text of a line before any conversion, whole values replaced as the line says; never null."""
    match line.origin:
        case Column(name):
            text = frame[name]
        case Constant(value):
            text = pl.repeat(value, frame.height, dtype=pl.String, eager=True)
        case Lookup(column):
            text = frame[column]
        case _:
            assert_never(line.origin)
    text = text.fill_null("") if text.null_count() else text
    return text.replace(list(line.values), list(line.values.values())) if line.values else text


def is_blank(text: pl.Series, line: WriteLine, *, is_key: bool) -> pl.Series:
    """Which cells are empty. White space alone is a value only of a text field that is no key, and under Copy/Paste."""
    is_text = line.field.type is FieldType.TEXT and not isinstance(line.map.origin, Lookup)
    if (is_text or line.map.conversion is Conversion.COPY_PASTE) and not is_key:
        return text == ""
    # Every text of blanks sorts before "!", and comparing is twenty times cheaper than stripping.
    low = text < "!"
    return low & (text.str.strip_chars() == "") if low.any() else low


def look_up(text: pl.Series, line: WriteLine, lookup: Lookup, found: pl.DataFrame) -> Cells:
    """The ids of the records whose key is `text` (null where there is none), by what was `found` (FOUND_SCHEMA)."""
    keys = fold_key(text, line.folds_case).alias("key")
    hits = pl.DataFrame([keys]).join(found, on="key", how="left", maintain_order="left")
    records, blank = hits["n"].fill_null(0), text.is_null()
    none = by_distinct(text, blank | (records > 0) | (lookup.not_found is NotFound.EMPTY), _not_found(lookup))
    many = by_distinct(text, blank | (records <= 1) | (lookup.several is NotFound.EMPTY), _several(lookup))
    ids = hits.select(pl.when(pl.col("n") == 1).then("id")).to_series()
    return Cells(ids, pl.concat([none.faults, many.faults]))


def _not_found(lookup: Lookup) -> Callable[[str], Fault]:
    return lambda value: Fault(Check.PARENT_NOT_FOUND, f"No {lookup.object} has {lookup.key} = {quoted(value)}.")


def _several(lookup: Lookup) -> Callable[[str], Fault]:
    return lambda value: Fault(
        Check.PARENT_SEVERAL, f"Several records of {lookup.object} have {lookup.key} = {quoted(value)}."
    )
