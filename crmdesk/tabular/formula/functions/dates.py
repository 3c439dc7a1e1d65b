"""Functions over dates and points in time; a point in time shows the clock of the job's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import polars as pl

from crmdesk.tabular.formula.date_forms import reading_form
from crmdesk.tabular.formula.function import COMPUTED, Argument, Failure, Function, Outcome, Parameter, Setting
from crmdesk.tabular.formula.functions.numbers import added, number_of
from crmdesk.tabular.formula.functions.texts import counted, text_of, whole
from crmdesk.tabular.formula.kinds import DATE, DAYS, DTYPES, NUMBER, TEXT, Kind
from crmdesk.tabular.formula.written import DATE_FORM, in_zone
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.times import wire_dates, wire_moments

FIRST, LAST = 1, 9999
"""Years of ISO 8601 without an agreement, as wide as any CRM takes them; each field is held against its own range."""

_MS_A_DAY = 86_400_000
_MOST_MONTHS = 12 * LAST
_DAY, _TIME = DTYPES[Kind.DATE], DTYPES[Kind.DATETIME]


def too_far(day: pl.Expr) -> Failure:
    """Where a day or a clock time lies outside the years that can be written."""
    return Failure(~day.dt.year().is_between(FIRST, LAST), f"the date lies outside the years {FIRST} to {LAST}")


_TOO_FAR = too_far(pl.col(COMPUTED))


def clock(argument: Argument, setting: Setting) -> pl.Expr:
    """A date, or the clock time of a point in time in the job's zone."""
    if argument.kind is Kind.DATETIME:
        return in_zone(argument.expr, setting.reading.zone)
    return argument.as_kind(Kind.DATE)


def _sum_kind(kinds: Sequence[Kind]) -> Kind:
    if Kind.TEXT in kinds:
        raise ValueError("Texts are not added: & joins texts, and VALUE(text) makes a number of one.")
    if Kind.BOOLEAN in kinds:
        raise ValueError("True and false are not added.")
    days = [kind for kind in kinds if kind in (Kind.DATE, Kind.DATETIME)]
    if len(days) > 1:
        raise ValueError("Two dates cannot be added; a date and a number of days can.")
    return days[0] if days else Kind.NUMBER


def _difference_kind(kinds: Sequence[Kind]) -> Kind:
    left, right = kinds
    if right in (Kind.DATE, Kind.DATETIME):
        if left is not right:
            raise ValueError(f"A {right} cannot be taken from a {left}.")
        return Kind.NUMBER
    return _sum_kind(kinds)


def _later(day: Argument, number: pl.Expr) -> Outcome:
    """`day` so many days later; a date takes whole days only."""
    days = number.cast(pl.Float64).clip(-4e6, 4e6)
    if day.kind is Kind.DATE:
        value = (day.expr + pl.duration(days=days.cast(pl.Int64))).cast(_DAY)
    else:
        value = day.expr + (days * _MS_A_DAY).round().cast(pl.Int64).cast(pl.Duration("ms"))
    return Outcome(value, (_TOO_FAR,))


def _plus(given: Sequence[Argument], _: Setting) -> Outcome:
    for day, other in (given, given[::-1]):
        if day.kind in (Kind.DATE, Kind.DATETIME):
            return _later(day, number_of(other))
    return added(number_of(given[0]), number_of(given[1]))


def _minus(given: Sequence[Argument], _: Setting) -> Outcome:
    left, right = given
    if right.kind in (Kind.DATE, Kind.DATETIME):
        between = (left.expr.cast(_TIME) - right.expr.cast(_TIME)).dt.total_milliseconds()
        number = DTYPES[Kind.NUMBER]
        return Outcome(between.cast(number) / pl.lit(Decimal(_MS_A_DAY), dtype=number))
    if left.kind in (Kind.DATE, Kind.DATETIME):
        return _later(left, -number_of(right))
    return added(number_of(left), -number_of(right))


def _date(given: Sequence[Argument], _: Setting) -> Outcome:
    numbers = [whole(each) for each in given]
    is_given = pl.all_horizontal(number_of(each).is_not_null() for each in given)
    year, month, day = numbers
    is_month = is_given & year.is_between(FIRST, LAST) & month.is_between(1, 12)
    first = pl.date(pl.when(is_month).then(year), pl.when(is_month).then(month), 1)
    value = pl.when(day.is_between(1, first.dt.days_in_month())).then(first + pl.duration(days=day - 1)).cast(_DAY)
    return Outcome(value, (Failure(is_given & pl.col(COMPUTED).is_null(), "there is no such day"),))


def _reading(given: Sequence[Argument], setting: Setting) -> Reading:
    if len(given) == 1:
        return setting.reading
    return replace(setting.reading, date_format=reading_form(given[1].text()))


def _date_value(given: Sequence[Argument], setting: Setting) -> Outcome:
    if given[0].kind is Kind.DATETIME:
        return Outcome(clock(given[0], setting).cast(_DAY), (_TOO_FAR,))
    how, text = _reading(given, setting), text_of(given[0]).str.strip_chars()

    def read(cells: pl.Series) -> pl.Series:
        return wire_dates(cells.set(cells == "", None), how).value.str.to_date(DATE_FORM)

    is_wrong = (text != "") & pl.col(COMPUTED).is_null()
    return Outcome(text.map_batches(read, return_dtype=_DAY), (Failure(is_wrong, "cannot be read as a date", text),))


def _moment_value(given: Sequence[Argument], setting: Setting) -> Outcome:
    how, text = _reading(given, setting), text_of(given[0]).str.strip_chars()

    def read(cells: pl.Series) -> pl.Series:
        moments = wire_moments(cells.set(cells == "", None), how).value
        return moments.str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms")

    is_wrong = (text != "") & pl.col(COMPUTED).is_null()
    why = "cannot be read as a date with time"
    return Outcome(text.map_batches(read, return_dtype=_TIME), (Failure(is_wrong, why, text),))


def _bad_form(given: Sequence[Argument]) -> str | None:
    try:
        return reading_form(given[1].text()) and None if len(given) > 1 else None
    except ValueError as error:
        return str(error)


def _add_months(given: Sequence[Argument], _: Setting) -> Outcome:
    day, months = given[0].as_kind(Kind.DATE), whole(given[1]).clip(-_MOST_MONTHS, _MOST_MONTHS)
    month = day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - 1 + months
    year = month.floordiv(12)
    first = pl.date(pl.when(year.is_between(FIRST, LAST)).then(year), month % 12 + 1, 1)
    length = first.dt.days_in_month().cast(pl.Int64)
    own = day.dt.day().cast(pl.Int64)
    # ADDMONTHS of Salesforce: the last day of a month becomes the last day of the other.
    is_last = own == day.dt.days_in_month()
    wanted = pl.when(is_last).then(length).otherwise(pl.min_horizontal(own, length))
    value = (first + pl.duration(days=wanted - 1)).cast(_DAY)
    is_wrong = day.is_not_null() & pl.col(COMPUTED).is_null()
    return Outcome(value, (Failure(is_wrong, _TOO_FAR.why),))


def _part(name: str, kinds: frozenset[Kind] = DAYS) -> Function:
    def compute(given: Sequence[Argument], setting: Setting) -> Outcome:
        moment = clock(given[0], setting)
        if name == "WEEKDAY":  # of Salesforce and Excel: 1 is Sunday
            return Outcome(counted(moment.dt.weekday().cast(pl.Int64) % 7 + 1))
        return Outcome(counted(getattr(moment.dt, name.lower())()))

    return Function(name, (Parameter("date", kinds),), Kind.NUMBER, compute, 1)


_FORM = Parameter("form", TEXT, is_fixed=True)
_ADDED = (Parameter("value", DAYS | NUMBER | TEXT | {Kind.BOOLEAN}),) * 2
_CLOCKS = frozenset({Kind.DATETIME})

DATES = (
    Function("+", _ADDED, _sum_kind, _plus, 2),
    Function("-", _ADDED, _difference_kind, _minus, 2),
    Function("DATE", tuple(Parameter(name, NUMBER) for name in ("year", "month", "day")), Kind.DATE, _date, 3),
    Function(
        "DATEVALUE", (Parameter("text", TEXT | {Kind.DATETIME}), _FORM), Kind.DATE, _date_value, 1, refuses=_bad_form
    ),
    Function("DATETIMEVALUE", (Parameter("text", TEXT), _FORM), Kind.DATETIME, _moment_value, 1, refuses=_bad_form),
    Function("ADDMONTHS", (Parameter("date", DATE), Parameter("months", NUMBER)), Kind.DATE, _add_months, 2),
    _part("YEAR"),
    _part("MONTH"),
    _part("DAY"),
    _part("WEEKDAY"),
    _part("HOUR", _CLOCKS),
    _part("MINUTE", _CLOCKS),
)
