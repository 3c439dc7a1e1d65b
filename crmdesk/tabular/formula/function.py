"""What a function of formulas is: what it takes, what it gives, and how it computes a whole column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from crmdesk.tabular.formula.kinds import DTYPES, Kind
from crmdesk.tabular.reading import Reading

Constant = str | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a formula can know beside the row: how texts are read, when the run began (UTC), the job's variables."""

    reading: Reading
    now: datetime
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its expression over a frame of arguments, and where it failed (a Boolean expression, or None).

    `fixed` is the value of an argument that is the same for every row, and has a meaning only if `is_fixed`.
    """

    kind: Kind
    expr: pl.Expr
    fails: pl.Expr | None = None
    fixed: Constant = None
    is_fixed: bool = False

    def text(self) -> str:
        """The fixed text."""
        return "" if self.fixed is None else str(self.fixed)

    def whole(self) -> int:
        """The fixed number without its decimals, cut at a million: no function takes more."""
        number = self.fixed if isinstance(self.fixed, Decimal) else Decimal(0)
        return int(max(min(number, Decimal(1_000_000)), Decimal(-1_000_000)))

    def as_kind(self, kind: Kind) -> pl.Expr:
        """The expression; of a blank the blank of `kind`."""
        if self.kind is kind or self.kind is not Kind.BLANK:
            return self.expr
        # A text of the expression itself, so that it is a column where that is one.
        return self.expr.fill_null("") if kind is Kind.TEXT else pl.lit(None, dtype=DTYPES[kind])


COMPUTED = "computed"
"""The name under which the expressions of failures find the computed column."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`where` a value cannot be computed, and why, as the end of a sentence; `shown` is the text that is quoted."""

    where: pl.Expr
    why: str
    shown: pl.Expr | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The computed column, and where it could not be computed.

    `size` is how many bytes of text each row will take at most, for what can grow: rows beyond the limit are failed
    without being made; `exact_size`, which costs more, is asked where that is beyond it. `effort` is how many bytes
    each row takes while it is computed, where that is more than its text. `from_argument` is for a lazy function: the
    number of the argument whose failure is the row's own (null: none), in place of the first that failed.
    """

    value: pl.Expr
    failures: tuple[Failure, ...] = ()
    size: pl.Expr | None = None
    exact_size: pl.Expr | None = None
    effort: pl.Expr | None = None
    from_argument: pl.Expr | None = None


Compute = Callable[[Sequence[Argument], Setting], Outcome]
Gives = Callable[[Sequence[Kind]], Kind]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an argument may be; `is_fixed` asks for a text or number that is written in the formula itself."""

    name: str
    kinds: frozenset[Kind]
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function. The first `required` parameters must be given; the last `repeats` may come again and again.

    `refuses` says what is wrong with fixed arguments, or None. Unless `is_lazy`, a row fails where an argument fails.
    """

    name: str
    parameters: tuple[Parameter, ...]
    gives: Kind | Gives
    compute: Compute
    required: int
    repeats: int = 0
    is_lazy: bool = False
    refuses: Callable[[Sequence[Argument]], str | None] | None = None

    def parameter(self, number: int) -> Parameter | None:
        """The parameter of the argument `number`, 0 = the first; None when there may not be so many."""
        if number < len(self.parameters):
            return self.parameters[number]
        if not self.repeats:
            return None
        return self.parameters[len(self.parameters) - self.repeats + (number - len(self.parameters)) % self.repeats]

    @property
    def shape(self) -> str:
        """How it is called, for messages: `LEFT(text, count)`."""
        names = [each.name for each in self.parameters]
        optional = [f"[{name}]" for name in names[self.required :]]
        more = ["…"] if self.repeats else []
        return f"{self.name}({', '.join(names[: self.required] + optional + more)})"


def constant(value: Constant) -> Argument:
    """The argument that is `value` in every row."""
    kind = kind_of(value)
    if kind is Kind.TEXT:
        return Argument(kind, pl.lit(value, dtype=pl.String), fixed=value, is_fixed=True)
    return Argument(kind, pl.lit(value, dtype=DTYPES[kind]), fixed=value, is_fixed=True)


def kind_of(value: Constant) -> Kind:
    """The kind of a constant."""
    match value:
        case None:
            return Kind.BLANK
        case bool():
            return Kind.BOOLEAN
        case Decimal():
            return Kind.NUMBER
        case datetime():
            return Kind.DATETIME
        case date():
            return Kind.DATE
        case _:
            return Kind.TEXT


def common(kinds: Sequence[Kind]) -> Kind:
    """The one kind of all that are not blank; raises ValueError with a sentence where there are several."""
    found = dict.fromkeys(kind for kind in kinds if kind is not Kind.BLANK)
    if len(found) > 1:
        raise ValueError(f"All values must be of one kind, and these are: {', '.join(found)}.")
    return next(iter(found), Kind.BLANK)
