"""Whole and decimal numbers, exact to the last digit: text in, text out, never through binary fractions."""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.cells import Cells, Fault, Rule, by_distinct, by_rule_if_few, fault_at, on_odd, quoted

_MOST = 400
"""Digits on one side of the point of a number in a field without a limit; a binary double has 309 before it."""

_ANY = Field("", "", FieldType.DECIMAL)
"""A field that takes any number."""

_BLANKS = " \u00a0\u202f"

_FAST = 40
"""Digits on one side of the point that the column-wide check knows; longer numbers are looked at one by one."""


def numbers(text: pl.Series, field: Field, decimal: str = ".") -> Cells:
    """Numbers written with the decimal mark `decimal`, as `-12.5`: no exponent, no plus, no zeros at either end.

    The limits are the field's: more than precision - scale digits before the point, or more than scale behind it, are
    OUT_OF_RANGE. A text in another style (`1.234,5`, `0x1F`, `NaN`) is not guessed at.
    """
    shape = _canonical(field, decimal)

    def is_fine(texts: pl.Series) -> pl.Series:
        return texts.str.contains(shape) & (texts != "-0")

    def convert(odd: pl.Series) -> Cells:
        short = _without_zeros(odd, decimal)
        fine = is_fine(short)
        return by_distinct(short.zip_with(fine, odd), fine, rule)

    rule = _rule(field, decimal)
    cells = on_odd(text, is_fine(text), lambda odd: by_rule_if_few(odd, rule, convert))
    plain = cells if decimal == "." else Cells(cells.value.str.replace(decimal, ".", literal=True), cells.faults)
    return _within(plain, field)


def _within(cells: Cells, field: Field) -> Cells:
    """The numbers, with a fault at those below the smallest or above the largest one that the field takes."""
    if field.least is None and field.most is None:
        return cells
    number = cells.value.cast(pl.Float64, strict=False)
    least, most = (None if limit is None else float(limit) for limit in (field.least, field.most))
    is_out = pl.repeat(value=False, n=len(number), dtype=pl.Boolean, eager=True)
    is_out = is_out if least is None else is_out | (number < least)
    is_out = is_out if most is None else is_out | (number > most)
    takes = [
        f"{word} {limit.normalize():,f}"
        for word, limit in (("from", field.least), ("up to", field.most))
        if limit is not None
    ]
    message = f"{field.name} takes numbers {' '.join(takes)}."
    return fault_at(cells, is_out.fill_null(value=False), Check.OUT_OF_RANGE, message)


def alike(text: pl.Series) -> pl.Series:
    """Numbers in their one form, however they are written: `7.0` and `07` are `7`, `1.0E7` is `10000000`.

    A CRM gives them back in another form than it took them. A text that is no number stays as it is.
    """
    return numbers(text, _ANY).value.fill_null(text)


def ungrouped(text: pl.Series, reading: Reading) -> pl.Series:
    """Numbers without the marks between groups of three digits, where each stands at its place; other texts stay.

    A blank stands for the ones that do not break as well.
    """
    if not reading.thousands:
        return text
    mark = f"[{_BLANKS}]" if reading.thousands == " " else re.escape(reading.thousands)
    shape = rf"^[{_BLANKS}]*[+-]?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{re.escape(reading.decimal)}[0-9]*)?[{_BLANKS}]*$"
    cell = pl.col("cell")
    plain = pl.when(cell.str.contains(shape)).then(cell.str.replace_all(mark, "")).otherwise(cell)
    return text.to_frame("cell").select_seq(plain).to_series().alias(text.name)


def _without_zeros(text: pl.Series, decimal: str) -> pl.Series:
    """Texts without the zeros at the end of a fraction; those without a fraction stay."""
    cell = pl.col("cell")
    has_fraction = cell.str.contains(rf"^-?[0-9]+{re.escape(decimal)}[0-9]+$")
    short = cell.str.strip_chars_end("0").str.strip_chars_end(decimal)
    return text.to_frame("cell").select_seq(pl.when(has_fraction).then(short).otherwise(cell)).to_series()


def without_limits(field: Field) -> Field:
    """A decimal field of the same name that takes any number."""
    return Field(field.name, field.label, FieldType.DECIMAL)


def _limits(field: Field) -> tuple[int, int]:
    """How many digits may stand before the point, and how many behind it."""
    if field.type is FieldType.INTEGER:
        return field.precision or _MOST, 0
    return (field.precision - field.scale, field.scale) if field.precision else (_MOST, _MOST)


def _canonical(field: Field, decimal: str) -> str:
    before, behind = (min(limit, _FAST) for limit in _limits(field))
    whole = f"(?:0|[1-9][0-9]{{0,{before - 1}}})" if before > 0 else "0"
    fraction = f"(?:{re.escape(decimal)}[0-9]{{0,{behind - 1}}}[1-9])?" if behind > 0 else ""
    return f"^-?{whole}{fraction}$"


def _rule(field: Field, decimal: str) -> Rule:
    mark = re.escape(decimal)
    shape = re.compile(rf"[+-]?(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]{{1,9}})?")
    before, behind = _limits(field)

    def rule(text: str) -> str | Fault:
        plain = text.strip()
        if shape.fullmatch(plain) is None:
            return _no_number(text, field, decimal)
        number = Decimal(plain.replace(decimal, "."))
        if number == 0:
            return "0"
        # An exponent may stand for more zeros than fit in memory, so digits are counted before they are written out.
        if number.adjusted() >= before:
            return _too_big(text, field, before)
        if -number.adjusted() > max(behind, 1) + _MOST:
            return _too_fine(text, field, behind)
        digits = format(number, "f")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        if len(digits.partition(".")[2]) > behind:
            return _too_fine(text, field, behind)
        return digits

    return rule


def _no_number(text: str, field: Field, decimal: str) -> Fault:
    if field.type is FieldType.INTEGER:
        return Fault(Check.CONVERSION_ERROR, f"{quoted(text)} cannot be read as a whole number (expected 1234).")
    return Fault(Check.CONVERSION_ERROR, f"{quoted(text)} cannot be read as a number (expected 1234{decimal}5).")


def _too_big(text: str, field: Field, before: int) -> Fault:
    message = f"{quoted(text)} is too large: {field.name} takes {before} digits before the point."
    return Fault(Check.OUT_OF_RANGE, message)


def _too_fine(text: str, field: Field, behind: int) -> Fault:
    if behind == 0:
        return Fault(Check.OUT_OF_RANGE, f"{quoted(text)} has decimals: {field.name} takes whole numbers only.")
    return Fault(Check.OUT_OF_RANGE, f"{quoted(text)} has too many decimals: {field.name} takes {behind}.")
