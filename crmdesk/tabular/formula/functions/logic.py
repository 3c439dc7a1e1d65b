"""Functions that decide: they fail only by what they choose, so that a test can keep a failure away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from crmdesk.tabular.formula.function import Argument, Function, Outcome, Parameter, Setting, common
from crmdesk.tabular.formula.functions.numbers import read_number
from crmdesk.tabular.formula.kinds import ANY, BOOLEAN, TEXT, Kind

_NEVER = pl.lit(value=False)


def truth(argument: Argument) -> pl.Expr:
    """True where the argument is; blank is not."""
    return argument.as_kind(Kind.BOOLEAN).fill_null(value=False)


def is_blank(argument: Argument) -> pl.Expr:
    """Where an argument has no value: an empty text or one of white space, or nothing."""
    if argument.kind is Kind.BLANK:
        return pl.lit(value=True)
    if argument.kind is Kind.TEXT:
        return argument.expr.str.strip_chars() == ""
    return argument.expr.is_null()


def fails(argument: Argument) -> pl.Expr:
    """Where an argument could not be computed."""
    return argument.fails if argument.fails is not None else _NEVER


Case = tuple[pl.Expr, int, int]
"""When to choose, which argument decided that (its failure is the row's), which argument is chosen."""


def choose(given: Sequence[Argument], cases: Sequence[Case], otherwise: int | None) -> Outcome:
    """The value of the first case that holds, else of argument `otherwise` (None: blank)."""
    kind = common(
        [given[which].kind for _, _, which in cases] + ([given[otherwise].kind] if otherwise is not None else [])
    )
    value = given[otherwise].as_kind(kind) if otherwise is not None else Argument(Kind.BLANK, pl.lit("")).as_kind(kind)
    number = pl.lit(otherwise, dtype=pl.UInt16)
    source = pl.when(fails(given[otherwise])).then(number) if otherwise is not None else pl.lit(None, dtype=pl.UInt16)
    for condition, decider, which in reversed(cases):
        value = pl.when(condition).then(given[which].as_kind(kind)).otherwise(value)
        chosen = pl.when(condition & fails(given[which])).then(pl.lit(which, dtype=pl.UInt16))
        source = pl.when(condition).then(chosen).otherwise(source)
        source = pl.when(fails(given[decider])).then(pl.lit(decider, dtype=pl.UInt16)).otherwise(source)
    return Outcome(value, from_argument=source)


def _if(given: Sequence[Argument], _: Setting) -> Outcome:
    return choose(given, [(truth(given[0]), 0, 1)], 2 if len(given) > 2 else None)  # noqa: PLR2004 - optional


def _case(given: Sequence[Argument], _: Setting) -> Outcome:
    has_rest = len(given) % 2 == 0
    pairs = range(1, len(given) - 1, 2)
    cases = [(equal(given[0], given[at]), at, at + 1) for at in pairs]
    outcome = choose(given, cases, len(given) - 1 if has_rest else None)
    # What is compared is looked at in any case.
    own = pl.when(fails(given[0])).then(pl.lit(0, dtype=pl.UInt16)).otherwise(outcome.from_argument)
    return Outcome(outcome.value, from_argument=own)


def equal(left: Argument, right: Argument) -> pl.Expr:
    """Where two arguments of one kind are the same; two blanks are."""
    kind = common([left.kind, right.kind])
    if kind is Kind.BLANK:
        return pl.lit(value=True)
    return left.as_kind(kind).eq_missing(right.as_kind(kind))


def _and(given: Sequence[Argument], _: Setting) -> Outcome:
    value, source = pl.lit(value=True), pl.lit(None, dtype=pl.UInt16)
    for at in reversed(range(len(given))):
        value = truth(given[at]) & value
        source = pl.when(truth(given[at])).then(source)
        source = pl.when(fails(given[at])).then(pl.lit(at, dtype=pl.UInt16)).otherwise(source)
    return Outcome(value, from_argument=source)


def _or(given: Sequence[Argument], _: Setting) -> Outcome:
    value, source = pl.lit(value=False), pl.lit(None, dtype=pl.UInt16)
    for at in reversed(range(len(given))):
        value = truth(given[at]) | value
        source = pl.when(~truth(given[at])).then(source)
        source = pl.when(fails(given[at])).then(pl.lit(at, dtype=pl.UInt16)).otherwise(source)
    return Outcome(value, from_argument=source)


def _coalesce(given: Sequence[Argument], _: Setting) -> Outcome:
    return choose(given, [(~is_blank(each), at, at) for at, each in enumerate(given)], None)


def _if_error(given: Sequence[Argument], _: Setting) -> Outcome:
    bad = fails(given[0])
    kind = common([each.kind for each in given])
    value = pl.when(bad).then(given[1].as_kind(kind)).otherwise(given[0].as_kind(kind))
    return Outcome(value, from_argument=pl.when(bad & fails(given[1])).then(pl.lit(1, dtype=pl.UInt16)))


def _nothing() -> pl.Expr:
    return pl.lit(None, dtype=pl.UInt16)


def _is_error(given: Sequence[Argument], _: Setting) -> Outcome:
    return Outcome(fails(given[0]), from_argument=_nothing())


def _is_number(given: Sequence[Argument], setting: Setting) -> Outcome:
    if given[0].kind is Kind.NUMBER:
        return Outcome(given[0].expr.is_not_null())
    return Outcome(read_number(given, setting).value.is_not_null())


def _compared(sign: str, compare: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Function:
    def compute(given: Sequence[Argument], _: Setting) -> Outcome:
        kind = common([each.kind for each in given])
        if kind is Kind.BLANK:
            return Outcome(_NEVER)
        left, right = (each.as_kind(kind) for each in given)
        return Outcome(compare(left, right).fill_null(value=False))

    return Function(sign, _TWO, _alike, compute, 2)


def _alike(kinds: Sequence[Kind]) -> Kind:
    common(kinds)
    return Kind.BOOLEAN


def _second_on(kinds: Sequence[Kind]) -> Kind:
    return common(kinds[1:])


def _kind_of_case(kinds: Sequence[Kind]) -> Kind:
    has_rest = len(kinds) % 2 == 0
    common([kinds[0], *kinds[1 : len(kinds) - 1 : 2]])
    return common([*kinds[2::2], *(kinds[-1:] if has_rest else [])])


_ANY = Parameter("value", ANY)
_TWO = (_ANY, _ANY)
_TEST = Parameter("test", BOOLEAN)

LOGIC = (
    Function("IF", (_TEST, Parameter("then", ANY), Parameter("else", ANY)), _second_on, _if, 2, is_lazy=True),
    Function(
        "CASE",
        (_ANY, Parameter("is", ANY), Parameter("then", ANY)),
        _kind_of_case,
        _case,
        3,
        repeats=2,
        is_lazy=True,
    ),
    Function("AND", (_TEST,), Kind.BOOLEAN, _and, 1, repeats=1, is_lazy=True),
    Function("OR", (_TEST,), Kind.BOOLEAN, _or, 1, repeats=1, is_lazy=True),
    Function("NOT", (_TEST,), Kind.BOOLEAN, lambda given, _: Outcome(~truth(given[0])), 1),
    Function("COALESCE", (_ANY,), common, _coalesce, 1, repeats=1, is_lazy=True),
    Function("ISBLANK", (_ANY,), Kind.BOOLEAN, lambda given, _: Outcome(is_blank(given[0])), 1),
    Function("ISNUMBER", (Parameter("text", TEXT),), Kind.BOOLEAN, _is_number, 1),
    Function("ISERROR", (_ANY,), Kind.BOOLEAN, _is_error, 1, is_lazy=True),
    Function("IFERROR", (_ANY, Parameter("instead", ANY)), common, _if_error, 2, is_lazy=True),
    Function("=", _TWO, _alike, lambda given, _: Outcome(equal(given[0], given[1])), 2),
    Function("<>", _TWO, _alike, lambda given, _: Outcome(~equal(given[0], given[1])), 2),
    _compared("<", lambda left, right: left < right),
    _compared("<=", lambda left, right: left <= right),
    _compared(">", lambda left, right: left > right),
    _compared(">=", lambda left, right: left >= right),
)
