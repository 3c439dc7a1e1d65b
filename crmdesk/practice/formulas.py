"""Formulas of validation rules: a part of Salesforce's formula language, parsed once and asked for each record.

Known are AND OR NOT IF ISBLANK ISNULL ISPICKVAL ISNEW ISCHANGED PRIORVALUE BLANKVALUE LEN TEXT VALUE TRIM UPPER LOWER
LEFT RIGHT CONTAINS BEGINS INCLUDES REGEX ABS TODAY NOW, the operators, and fields of the record itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

from crmdesk.practice.checks import Value
from crmdesk.practice.schema import PracticeObject

_GRAMMAR = r"""
?start: either
?either: both ("||" both)*             -> either
?both: comparison ("&&" comparison)*   -> both
?comparison: sum
    | sum OPERATOR sum                 -> compared
?sum: product
    | sum /[-+&]/ product              -> reckoned
?product: unary
    | product /[*\/]/ unary            -> reckoned
?unary: atom
    | "!" unary                        -> negated
    | "-" unary                        -> minus
?atom: NUMBER                          -> number
    | STRING                           -> text
    | NAME "(" [either ("," either)*] ")"  -> call
    | NAME                             -> named
    | "(" either ")"
OPERATOR: "<>" | "!=" | "==" | "=" | "<=" | ">=" | "<" | ">"
NAME: /[A-Za-z]\w*/
NUMBER: /\d+(\.\d+)?/
STRING: /"(\\.|[^"\\])*"/ | /'(\\.|[^'\\])*'/
%ignore /\s+/
"""
_PARSER = Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Subject:
    """The record that a formula is asked about. before: what it held, empty for a new one. now: the stamp."""

    values: Mapping[str, Value]
    before: Mapping[str, Value]
    is_new: bool
    now: str


Term = Callable[[Subject], Value]


class BadFormula(ValueError):
    """The formula cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that holds or does not; `fields` are those of the record that it looks at."""

    holds: Callable[[Subject], bool]
    fields: frozenset[str]


def formula(text: str, practice_object: PracticeObject) -> Formula:
    """Read a formula over the fields of an object. Raises BadFormula."""
    builder = _Builder(practice_object)
    try:
        term: Term = builder.transform(_PARSER.parse(text))
    except LarkError as error:
        reason = error.__context__ if isinstance(error.__context__, BadFormula) else error
        raise BadFormula(f"{text!r}: {reason}") from None
    return Formula(lambda subject: bool(term(subject)), frozenset(builder.fields))


@v_args(inline=True)
@dataclass
class _Builder(Transformer[Token, Term]):
    practice_object: PracticeObject
    fields: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def number(self, token: Token) -> Term:
        return _always(float(token))

    def text(self, token: Token) -> Term:
        return _always(re.sub(r"\\(.)", r"\1", token[1:-1]))

    def named(self, token: Token) -> Term:
        if token.upper() in ("TRUE", "FALSE"):
            return _always(int(token.upper() == "TRUE"))
        if token.upper() == "NULL":
            return _always(None)
        name = self._field(token)
        return lambda subject: subject.values.get(name)

    def _field(self, token: str) -> str:
        found = self.practice_object.field(token)
        if found is None or not found.is_stored:
            raise BadFormula(f"Field {token} does not exist. Check spelling.")
        self.fields.add(found.name)
        return found.name

    def either(self, *terms: Term) -> Term:
        return terms[0] if len(terms) == 1 else lambda subject: any(term(subject) for term in terms)

    def both(self, *terms: Term) -> Term:
        return terms[0] if len(terms) == 1 else lambda subject: all(term(subject) for term in terms)

    def negated(self, term: Term) -> Term:
        return lambda subject: not term(subject)

    def minus(self, term: Term) -> Term:
        return lambda subject: -_number(term(subject))

    def compared(self, left: Term, operator: Token, right: Term) -> Term:
        return lambda subject: _compared(left(subject), str(operator), right(subject))

    def reckoned(self, left: Term, operator: Token, right: Term) -> Term:
        return lambda subject: _reckoned(left(subject), str(operator), right(subject))

    def call(self, name: Token, *terms: Term) -> Term:
        return _call(str(name).upper(), terms)


def _always(value: Value) -> Term:
    return lambda _: value


def _call(name: str, terms: tuple[Term, ...]) -> Term:
    about = _ABOUT_RECORD.get(name)
    if about is not None:
        return about(terms)
    plain = _PLAIN.get(name)
    if plain is None:
        raise BadFormula(f"Unknown function {name}. Check spelling.")
    least, most, work = plain
    if not least <= len(terms) <= most:
        raise BadFormula(f"Incorrect number of parameters for function '{name}()'")
    return lambda subject: work(*(term(subject) for term in terms))


def _prior(terms: tuple[Term, ...]) -> Term:
    def before(subject: Subject) -> Value:
        return terms[0](subject if subject.is_new else Subject(subject.before, {}, is_new=True, now=subject.now))

    return before


def _changed(terms: tuple[Term, ...]) -> Term:
    before = _prior(terms)
    return lambda subject: not subject.is_new and terms[0](subject) != before(subject)


_ABOUT_RECORD: dict[str, Callable[[tuple[Term, ...]], Term]] = {
    "AND": lambda terms: lambda subject: all(term(subject) for term in terms),
    "OR": lambda terms: lambda subject: any(term(subject) for term in terms),
    "IF": lambda terms: lambda subject: terms[1 if terms[0](subject) else 2](subject),
    "ISNEW": lambda _: lambda subject: subject.is_new,
    "ISCHANGED": _changed,
    "PRIORVALUE": _prior,
    "TODAY": lambda _: lambda subject: subject.now[:10],
    "NOW": lambda _: lambda subject: subject.now,
}


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _number(value: Value) -> float:
    """Blank counts as nought, as a rule does that treats blank fields as zeroes."""
    try:
        return float(_text(value) or 0)
    except ValueError:
        return 0.0


_PLAIN: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "NOT": (1, 1, lambda value: not value),
    "ISBLANK": (1, 1, lambda value: value is None or value == ""),
    "ISNULL": (1, 1, lambda value: value is None),
    "ISPICKVAL": (2, 2, lambda value, entry: _text(value) == _text(entry)),
    "BLANKVALUE": (2, 2, lambda value, other: other if value is None else value),
    "LEN": (1, 1, lambda value: len(_text(value))),
    "TEXT": (1, 1, _text),
    "VALUE": (1, 1, _number),
    "TRIM": (1, 1, lambda value: _text(value).strip()),
    "UPPER": (1, 1, lambda value: _text(value).upper()),
    "LOWER": (1, 1, lambda value: _text(value).lower()),
    "LEFT": (2, 2, lambda value, count: _text(value)[: int(count)]),
    "RIGHT": (2, 2, lambda value, count: _text(value)[-int(count) :] if count else ""),
    "CONTAINS": (2, 2, lambda value, part: _text(part) in _text(value)),
    "BEGINS": (2, 2, lambda value, part: _text(value).startswith(_text(part))),
    "INCLUDES": (2, 2, lambda value, entry: _text(entry) in _text(value).split(";")),
    "REGEX": (2, 2, lambda value, pattern: re.fullmatch(_text(pattern), _text(value)) is not None),
    "ABS": (1, 1, lambda value: abs(_number(value))),
}


def _compared(left: Value, operator: str, right: Value) -> bool:
    if operator in ("=", "=="):
        return _same(left, right)
    if operator in ("<>", "!="):
        return not _same(left, right)
    if left is None or right is None:
        return False
    one, other = (left, right) if isinstance(left, str) and isinstance(right, str) else (_number(left), _number(right))
    order = (one > other) - (one < other)  # type: ignore[operator]
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _same(left: Value, right: Value) -> bool:
    return left == right or (left in (None, "") and right in (None, ""))


def _reckoned(left: Value, operator: str, right: Value) -> Value:
    if operator == "&" or (operator == "+" and isinstance(left, str) and isinstance(right, str)):
        return _text(left) + _text(right)
    if isinstance(left, str) and _DATE.match(left):
        first = date.fromisoformat(left[:10])
        if isinstance(right, str) and _DATE.match(right):
            return (first - date.fromisoformat(right[:10])).days
        days = _number(right) if operator == "+" else -_number(right)
        return (first + timedelta(days=days)).isoformat()
    one, other = _number(left), _number(right)
    if operator == "/" and other == 0:
        return None
    return {"+": one + other, "-": one - other, "*": one * other}[operator] if operator != "/" else one / other
