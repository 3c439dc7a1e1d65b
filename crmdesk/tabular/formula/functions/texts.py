"""Functions that cut, join and change texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from crmdesk.tabular.formula.function import Argument, Function, Outcome, Parameter, Setting
from crmdesk.tabular.formula.kinds import ANY, DTYPES, NUMBER, TEXT, Kind
from crmdesk.tabular.formula.written import written

A_TEXT = Parameter("text", TEXT)
_COUNT = Parameter("count", NUMBER)
_PART = 32
"""Bytes that a part of a text takes beside its own while it lies in a list."""

_INVISIBLE = r"[\s\p{Cc}\p{Zs}\u{200B}\u{FEFF}]+"


def text_of(argument: Argument) -> pl.Expr:
    """An argument that is a text or blank, as text."""
    return argument.as_kind(Kind.TEXT)


def whole(argument: Argument) -> pl.Expr:
    """Numbers without their decimals, cut at a million; blank counts as 0."""
    number = argument.as_kind(Kind.NUMBER)
    return number.cast(pl.Float64).fill_null(0.0).clip(-1e6, 1e6).cast(pl.Int64)


def counted(count: pl.Expr) -> pl.Expr:
    """A count of Polars as a number of formulas."""
    return count.cast(pl.Int64).cast(DTYPES[Kind.NUMBER])


def _changing(name: str, change: Callable[[pl.Expr], pl.Expr]) -> Function:
    return Function(name, (A_TEXT,), Kind.TEXT, lambda given, _: Outcome(change(text_of(given[0]))), 1)


def _joined(given: Sequence[Argument], _: Setting) -> Outcome:
    parts = [written(each.expr, each.kind) for each in given]
    size = pl.sum_horizontal(part.str.len_bytes().cast(pl.Int64) for part in parts)
    return Outcome(pl.concat_str(parts), size=size)


def _left(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(text_of(given[0]).str.head(whole(given[1]).clip(0)))


def _right(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(text_of(given[0]).str.tail(whole(given[1]).clip(0)))


def _mid(given: Sequence[Argument], _: Setting) -> Outcome:
    start, count = whole(given[1]).clip(1) - 1, whole(given[2]).clip(0)
    return Outcome(text_of(given[0]).str.slice(start, count.cast(pl.UInt64)))


def _len(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(counted(text_of(given[0]).str.len_chars()))


def _repeated(text: pl.Expr, times: pl.Expr) -> pl.Expr:
    return text.repeat_by(times.cast(pl.UInt32)).list.join("")


def _rept(given: Sequence[Argument], _: Setting) -> Outcome:
    text, times = text_of(given[0]), whole(given[1]).clip(0)
    return Outcome(_repeated(text, times), size=text.str.len_bytes().cast(pl.Int64) * times)


def _padded(*, is_left: bool) -> Callable[[Sequence[Argument], Setting], Outcome]:
    def compute(given: Sequence[Argument], _: Setting) -> Outcome:
        text, width = text_of(given[0]), whole(given[1]).clip(0)
        sign = given[2].text() if len(given) > 2 else " "  # noqa: PLR2004 - the third is optional
        short = (width - text.str.len_chars().cast(pl.Int64)).clip(0)
        pad = _repeated(pl.lit(sign), short).str.head(short) if sign else pl.lit("")
        parts = [pad, text.str.head(width)] if is_left else [text.str.head(width), pad]
        return Outcome(pl.concat_str(parts), size=text.str.len_bytes().cast(pl.Int64) + short * len(sign.encode()))

    return compute


def _substitute(given: Sequence[Argument], _: Setting) -> Outcome:
    text, old, new = text_of(given[0]), given[1].text(), text_of(given[2])
    if not old:
        return Outcome(text)
    hits = text.str.count_matches(old, literal=True).cast(pl.Int64)
    size = text.str.len_bytes().cast(pl.Int64) + hits * new.str.len_bytes().cast(pl.Int64)
    if given[2].is_fixed:
        return Outcome(text.str.replace_all(old, given[2].text(), literal=True), size=size)
    # Polars replaces by one text only; splitting and joining again is the same for texts that differ by row. It takes
    # no text that is the same for all rows there: the condition, which always holds, makes a column of one.
    column = pl.when(new.is_not_null()).then(text)
    return Outcome(column.str.split(old).list.join(new), size=size, effort=size + hits * _PART)


def _split(given: Sequence[Argument], _: Setting) -> Outcome:
    text, mark, number = text_of(given[0]), given[1].text(), whole(given[2])
    if not mark:
        return Outcome(pl.when(number.abs() == 1).then(text).otherwise(pl.lit("")))
    place = pl.when(number > 0).then(number - 1).otherwise(number)
    part = text.str.split(mark).list.get(place, null_on_oob=True)
    effort = text.str.len_bytes().cast(pl.Int64) + text.str.count_matches(mark, literal=True).cast(pl.Int64) * _PART
    return Outcome(pl.when(number == 0).then(pl.lit("")).otherwise(part).fill_null(""), effort=effort)


_FIXED_TEXT = Parameter("separator", TEXT, is_fixed=True)

TEXTS = (
    Function("&", (Parameter("value", ANY), Parameter("value", ANY)), Kind.TEXT, _joined, 2),
    Function("CONCAT", (Parameter("value", ANY),), Kind.TEXT, _joined, 1, repeats=1),
    _changing("UPPER", lambda text: text.str.to_uppercase()),
    _changing("LOWER", lambda text: text.str.to_lowercase()),
    _changing("PROPER", lambda text: text.str.to_titlecase()),
    _changing("TRIM", lambda text: text.str.strip_chars()),
    _changing("CLEAN", lambda text: text.str.replace_all(_INVISIBLE, " ").str.strip_chars()),
    Function("LEFT", (A_TEXT, _COUNT), Kind.TEXT, _left, 2),
    Function("RIGHT", (A_TEXT, _COUNT), Kind.TEXT, _right, 2),
    Function("MID", (A_TEXT, Parameter("start", NUMBER), _COUNT), Kind.TEXT, _mid, 3),
    Function("LEN", (A_TEXT,), Kind.NUMBER, _len, 1),
    Function("REPT", (A_TEXT, _COUNT), Kind.TEXT, _rept, 2),
    Function(
        "LPAD",
        (A_TEXT, _COUNT, Parameter("fill", TEXT, is_fixed=True)),
        Kind.TEXT,
        _padded(is_left=True),
        2,
    ),
    Function(
        "RPAD",
        (A_TEXT, _COUNT, Parameter("fill", TEXT, is_fixed=True)),
        Kind.TEXT,
        _padded(is_left=False),
        2,
    ),
    Function(
        "SUBSTITUTE", (A_TEXT, Parameter("old", TEXT, is_fixed=True), Parameter("new", TEXT)), Kind.TEXT, _substitute, 3
    ),
    Function("SPLIT", (A_TEXT, _FIXED_TEXT, Parameter("number", NUMBER)), Kind.TEXT, _split, 3),
)
"""Decimal places of a number argument are cut off; a count below 0 is 0."""
