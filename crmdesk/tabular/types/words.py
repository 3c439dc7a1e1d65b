"""Text and what is a kind of text: truth values, choices, e-mail addresses, clock times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from operator import or_

import polars as pl

from crmdesk.model.reject import Check
from crmdesk.model.schema import Field
from crmdesk.tabular.types.cells import FEW, Cells, Fault, Rule, as_they_are, by_distinct, quoted

_BOOLEANS = {
    **dict.fromkeys(("true", "1", "yes", "y", "t"), "true"),
    **dict.fromkeys(("false", "0", "no", "n", "f"), "false"),
}
_EMAIL = r"^[^\s@]+@[^\s@]+$"
_TIME = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?Z?$"


def booleans(text: pl.Series, truths: tuple[str, str] | None = None) -> Cells:
    """`true` and `false`, from the words Bulk API 2.0 takes and from `truths`, upper and lower case alike."""
    own = dict(zip((word.casefold() for word in truths or ()), ("true", "false"), strict=False))
    known = {**_BOOLEANS, **own}

    def rule(text: str) -> str | Fault:
        found = known.get(text.strip().casefold())
        if found is None:
            return Fault(Check.CONVERSION_ERROR, f"{quoted(text)} cannot be read as true or false.")
        return found

    return by_distinct(text, _is_one_of(text, ("true", "false")), rule)


def _is_one_of(text: pl.Series, values: Sequence[str]) -> pl.Series:
    """Which cells are one of `values`; null for an empty one."""
    if len(values) > FEW:
        return text.is_in(list(values))
    return reduce(or_, (text == value for value in values))


def texts(text: pl.Series, field: Field) -> Cells:
    """Text as it is, at most `field.length` characters of it; white space around it is not counted.

    The CRM takes that white space off itself. It counts UTF-16 units, two of an emoji.
    """
    # A character has at least one byte, so bytes, which cost nothing to count, settle nearly every column.
    if not field.length or int(text.str.len_bytes().max() or 0) <= field.length:  # type: ignore[arg-type]
        return as_they_are(text)
    # A text of n characters in b bytes has at most (b - n) / 3 that count twice, for each of these has four bytes.
    return by_distinct(text, 2 * text.str.len_chars() + text.str.len_bytes() <= 3 * field.length + 2, _length(field))


def _length(field: Field) -> Rule:
    def rule(text: str) -> str | Fault:
        plain = text.strip()
        length = len(plain.encode("utf-16-le", "surrogatepass")) // 2
        if length <= field.length:
            return text
        doubled = " (an emoji counts as two)" if length > len(plain) else ""
        message = f"{quoted(text)} is too long: it has {length} characters{doubled}, {field.name} takes {field.length}."
        return Fault(Check.TOO_LONG, message)

    return rule


def emails(text: pl.Series, field: Field) -> Cells:
    """What has something before and behind a single @; the CRM has the last word on the rest."""
    length = _length(field)

    def rule(value: str) -> str | Fault:
        plain = value.strip()
        if re.match(_EMAIL, plain) is None:
            return Fault(Check.NOT_AN_EMAIL, f"{quoted(value)} is not an e-mail address.")
        return length(plain) if field.length else plain

    fine = text.str.contains(_EMAIL)
    return by_distinct(text, fine & (text.str.len_bytes() <= field.length) if field.length else fine, rule)


def choices(text: pl.Series, field: Field) -> Cells:
    """One of the choices of a restricted list; any text for another list."""
    if not (field.is_restricted and field.values):
        return texts(text, field)
    if field.codes:
        return _coded(text, field)
    return by_distinct(text, _is_one_of(text, field.values), lambda value: _chosen(value.strip(), field))


def _coded(text: pl.Series, field: Field) -> Cells:
    """The codes of choices that are written as codes or words."""
    words = {word.casefold(): code for word, code in field.codes}
    codes = [value for value in field.values if value.casefold() not in words]

    def rule(value: str) -> str | Fault:
        plain = value.strip()
        return _chosen(words.get(plain.casefold(), plain), field)

    return by_distinct(text, _is_one_of(text, codes), rule)


def _chosen(value: str, field: Field) -> str | Fault:
    if value in field.values:
        return value
    return Fault(Check.NOT_IN_LIST, f"{quoted(value)} is not in the list of {field.name}.")


def several_choices(text: pl.Series, field: Field) -> Cells:
    """Choices with semicolons between them, each of which is in the list when the list is restricted.

    Words for codes become the codes.
    """
    if not (field.is_restricted and field.values):
        return texts(text, field)

    words = {word.casefold(): code for word, code in field.codes}
    plain = [value for value in field.values if value.casefold() not in words]

    def rule(value: str) -> str | Fault:
        parts = [part.strip() for part in value.split(";") if part.strip()]
        chosen = [_chosen(words.get(part.casefold(), part), field) for part in parts]
        wrong = next((answer for answer in chosen if isinstance(answer, Fault)), None)
        return wrong or ";".join(str(answer) for answer in chosen)

    return by_distinct(text, _is_one_of(text, plain), rule)


def clock_times(text: pl.Series) -> Cells:
    """Times of day without a date, as they are."""

    def rule(value: str) -> str | Fault:
        if re.match(_TIME, value.strip()):
            return value.strip()
        return Fault(Check.CONVERSION_ERROR, f"{quoted(value)} cannot be read as a time of day (expected 10:30:00).")

    return by_distinct(text, text.str.contains(_TIME), rule)
