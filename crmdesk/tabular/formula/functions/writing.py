"""Functions that write values as texts of a given form, and the fingerprint of a text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import polars as pl

from crmdesk.tabular.formula.date_forms import writing_form
from crmdesk.tabular.formula.function import Argument, Function, Outcome, Parameter, Setting
from crmdesk.tabular.formula.functions.dates import clock, too_far
from crmdesk.tabular.formula.functions.texts import A_TEXT, text_of
from crmdesk.tabular.formula.kinds import ANY, DAYS, TEXT, Kind
from crmdesk.tabular.formula.written import written

_NUMBER_FORM = re.compile(r"(#,##)?0(?:\.(0{1,18}))?")


def _text(given: Sequence[Argument], setting: Setting) -> Outcome:
    value = given[0]
    if len(given) == 1:
        return Outcome(written(value.expr, value.kind))
    form = given[1].text()
    if value.kind is Kind.NUMBER:
        return Outcome(_formed(value.expr, form))
    if value.kind in DAYS - {Kind.BLANK}:
        shown = clock(value, setting)
        return Outcome(shown.dt.strftime(writing_form(form)).fill_null(""), (too_far(shown),))
    return Outcome(written(value.expr, value.kind))


def _formed(number: pl.Expr, form: str) -> pl.Expr:
    match = _NUMBER_FORM.fullmatch(form)
    places = len(match[2] or "") if match else 0
    digits = number.round(places, mode="half_away_from_zero").cast(pl.String)
    whole = digits.str.extract(r"^(-?[0-9]+)", 1)
    if match and match[1]:
        whole = whole.str.reverse().str.replace_all(r"([0-9]{3})", "$1,").str.reverse().str.replace(r"^(-?),", "$1")
    behind = digits.str.extract(r"\.([0-9]+)$", 1).str.head(places)
    return pl.concat_str([whole, pl.lit("."), behind] if places else [whole]).fill_null("")


def _bad_form(given: Sequence[Argument]) -> str | None:
    if len(given) == 1:
        return None
    form = given[1].text()
    if given[0].kind is Kind.NUMBER and _NUMBER_FORM.fullmatch(form) is None:
        return f"“{form}” is no form of numbers: use 0, 0.00 or #,##0.00."
    if given[0].kind in DAYS - {Kind.BLANK}:
        try:
            writing_form(form)
        except ValueError as error:
            return str(error)
    return None


def _hash(given: Sequence[Argument], _: Setting) -> Outcome:
    def hashed(texts: pl.Series) -> pl.Series:
        # The library of columns has no hash that is the same tomorrow, so each different text is hashed by itself.
        distinct = texts.unique()
        digests = [hashlib.sha256(text.encode()).hexdigest() for text in distinct.to_list()]
        return texts.replace_strict(distinct, pl.Series(digests, dtype=pl.String), return_dtype=pl.String)

    return Outcome(text_of(given[0]).map_batches(hashed, return_dtype=pl.String))


WRITING = (
    Function(
        "TEXT",
        (Parameter("value", ANY), Parameter("form", TEXT, is_fixed=True)),
        Kind.TEXT,
        _text,
        1,
        refuses=_bad_form,
    ),
    Function("HASH", (A_TEXT,), Kind.TEXT, _hash, 1),
)
