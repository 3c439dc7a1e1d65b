"""Arithmetic with exact decimals: 18 digits before the point and 18 behind it, never binary fractions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import polars as pl

from crmdesk.tabular.formula.function import Argument, Failure, Function, Outcome, Parameter, Setting, common
from crmdesk.tabular.formula.functions.texts import text_of
from crmdesk.tabular.formula.kinds import ANY, DIGITS, DTYPES, NUMBER, TEXT, Kind

_DECIMAL = DTYPES[Kind.NUMBER]
_LIMIT = 10.0**DIGITS
_TOO_BIG = f"the number has more than {DIGITS} digits before the point"
_A_NUMBER = Parameter("number", NUMBER)
_PLACES = Parameter("places", NUMBER, is_fixed=True)
UNBREAKABLE = "[\u00a0\u202f]"
"""Blanks that do not break, which stand between groups of digits as others do."""

ZERO = pl.lit(0, dtype=_DECIMAL)


def number_of(argument: Argument) -> pl.Expr:
    """An argument that is a number or blank, as a number."""
    return argument.as_kind(Kind.NUMBER)


def bounded(value: pl.Expr, estimate: pl.Expr, *more: Failure) -> Outcome:
    """`value` where the binary `estimate` of it fits: Polars refuses a whole column for one number that does not."""
    return Outcome(value, (*more, Failure(estimate.abs() >= _LIMIT, _TOO_BIG)))


def _where_fits(number: pl.Expr, estimate: pl.Expr) -> pl.Expr:
    return pl.when(estimate.abs() < _LIMIT).then(number)


def multiplied(left: pl.Expr, right: pl.Expr) -> Outcome:
    """The product, its digits behind the eighteenth rounded."""
    estimate = left.cast(pl.Float64) * right.cast(pl.Float64)
    return bounded(_where_fits(left, estimate) * right, estimate)


def added(left: pl.Expr, right: pl.Expr) -> Outcome:
    """The sum; two numbers of 18 digits never reach the 20 that the type holds."""
    value = left + right
    return bounded(value, value.cast(pl.Float64))


def _divided(given: Sequence[Argument], _: Setting) -> Outcome:
    left, right = number_of(given[0]), number_of(given[1])
    divisor = pl.when(right != ZERO).then(right)
    estimate = left.cast(pl.Float64) / divisor.cast(pl.Float64)
    return bounded(_where_fits(left, estimate) / divisor, estimate, Failure(right == ZERO, "division by zero"))


def _mod(given: Sequence[Argument], _: Setting) -> Outcome:
    left, right = number_of(given[0]), number_of(given[1])
    divisor = pl.when(right != ZERO).then(right)
    rest = left % divisor
    # Of Excel: the result has the sign of the divisor, whatever sign the remainder of Polars has.
    is_other = (rest != ZERO) & ((rest < ZERO) != (divisor < ZERO))
    return Outcome(
        pl.when(is_other).then(rest + divisor).otherwise(rest), (Failure(right == ZERO, "division by zero"),)
    )


def _round(given: Sequence[Argument], _: Setting) -> Outcome:
    number, places = number_of(given[0]), given[1].whole() if len(given) > 1 else 0
    if places >= DIGITS:
        return Outcome(number)
    if places < 0:
        unit = pl.lit(10 ** min(-places, DIGITS), dtype=_DECIMAL)
        rounded = (number / unit).round(0, mode="half_away_from_zero") * unit
        return bounded(rounded, rounded.cast(pl.Float64))
    rounded = number.round(places, mode="half_away_from_zero")
    return bounded(rounded, rounded.cast(pl.Float64))


def _simple(name: str, change: Callable[[pl.Expr], pl.Expr]) -> Function:
    return Function(name, (_A_NUMBER,), Kind.NUMBER, lambda given, _: Outcome(change(number_of(given[0]))), 1)


def _truncated(number: pl.Expr) -> pl.Expr:
    return pl.when(number < ZERO).then(-((-number).floor())).otherwise(number.floor())


def _extreme(pick: Callable[..., pl.Expr]) -> Callable[[Sequence[Argument], Setting], Outcome]:
    def compute(given: Sequence[Argument], _: Setting) -> Outcome:
        kind = common([each.kind for each in given])
        if kind is Kind.BLANK:
            return Outcome(pl.lit("", dtype=pl.String))
        return Outcome(pick(*(each.as_kind(kind) for each in given)))

    return compute


def read_number(given: Sequence[Argument], setting: Setting) -> Outcome:
    text, mark = text_of(given[0]).str.strip_chars(), setting.reading.decimal
    if len(given) > 1:
        mark = given[1].text()
    point = re.escape(mark)
    shape = rf"^[+-]?(?:[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?$"
    groups = setting.reading.thousands
    if groups == " ":
        text = text.str.replace_all(UNBREAKABLE, " ")
    if groups and groups != mark:
        grouped = rf"^[+-]?[0-9]{{1,3}}(?:{re.escape(groups)}[0-9]{{3}})+(?:{point}[0-9]*)?$"
        text = pl.when(text.str.contains(grouped)).then(text.str.replace_all(groups, "", literal=True)).otherwise(text)
    plain = pl.when(text.str.contains(shape)).then(text.str.replace(mark, ".", literal=True).str.strip_prefix("+"))
    estimate = plain.cast(pl.Float64, strict=False)
    number = pl.when(estimate.abs() < _LIMIT).then(plain).cast(_DECIMAL, strict=False)
    is_wrong = (text != "") & plain.is_null()
    return bounded(number, estimate, Failure(is_wrong, "cannot be read as a number", text))


def _bad_mark(given: Sequence[Argument]) -> str | None:
    is_fine = len(given) < 2 or given[1].text() in (".", ",")  # noqa: PLR2004 - the second is optional
    return None if is_fine else 'The decimal mark is "." or ",".'


NUMBERS = (
    Function("*", (_A_NUMBER, _A_NUMBER), Kind.NUMBER, lambda g, _: multiplied(number_of(g[0]), number_of(g[1])), 2),
    Function("/", (_A_NUMBER, _A_NUMBER), Kind.NUMBER, _divided, 2),
    Function("MOD", (_A_NUMBER, Parameter("divisor", NUMBER)), Kind.NUMBER, _mod, 2),
    Function("ROUND", (_A_NUMBER, _PLACES), Kind.NUMBER, _round, 1),
    _simple("ABS", lambda number: number.abs()),
    _simple("FLOOR", lambda number: number.floor()),
    _simple("CEILING", lambda number: -((-number).floor())),
    _simple("TRUNC", _truncated),
    Function("MIN", (Parameter("value", ANY),), common, _extreme(pl.min_horizontal), 1, repeats=1),
    Function("MAX", (Parameter("value", ANY),), common, _extreme(pl.max_horizontal), 1, repeats=1),
    Function(
        "VALUE",
        (Parameter("text", TEXT), Parameter("decimal mark", TEXT, is_fixed=True)),
        Kind.NUMBER,
        read_number,
        1,
        refuses=_bad_mark,
    ),
)
