"""A pasted SOQL as a query of ours, or the reason why it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from crmdesk.connectors.contract import Query
from crmdesk.connectors.queries import TakenApart
from crmdesk.connectors.salesforce.pasted.grammar import parser
from crmdesk.errors import UserError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order, RelativeDate, Scalar

_LONGEST = 100_000
_STRING = re.compile(r"'(?:\\.|[^'\\])*'", re.DOTALL)
_NULLS_FIRST = re.compile(rf"({_STRING.pattern})|\bNULLS\s+FIRST\b", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

_NO_PLACE = (
    (r"\(\s*SELECT\b", "a query inside the query", "Read the other object by a job of its own."),
    (r"\b(?:COUNT|SUM|AVG|MIN|MAX|COUNT_DISTINCT)\s*\(", "sums and counts", "A job reads records; name their fields."),
    (r"\bFIELDS\s*\(", "FIELDS( )", "Write [mapping_all] in the job instead."),
    (r"\b(?:toLabel|FORMAT|convertCurrency|convertTimezone|DISTANCE|CALENDAR_\w+|DAY_\w+|HOUR_\w+)\s*\(",
     "functions", "Name fields alone."),
    (r"\bTYPEOF\b", "TYPEOF", "Name the fields of one parent."),
    (r"\bGROUP\s+BY\b|\bHAVING\b", "groups", "A job reads records; leave GROUP BY out."),
    (r"\bUSING\s+SCOPE\b", "USING SCOPE", "Say it in the WHERE clause."),
    (r"\bWITH\s+\w+", "WITH", "Leave it out."),
    (r"\bOFFSET\s+\d", "OFFSET", "A job reads all rows; leave it out."),
    (r"\bFOR\s+(?:VIEW|REFERENCE|UPDATE)\b", "FOR VIEW, REFERENCE and UPDATE", "Leave it out."),
    (r"\bALL\s+ROWS\b", "ALL ROWS", "Deleted records have an operation of their own: import-deleted."),
    (r"\bNULLS\s+LAST\b", "NULLS LAST", "Empty values come first, or last when the order is descending."),
    (r"(?:\bWHERE|\bAND|\bOR|\()\s*NOT\b(?!\s+IN\b)", "NOT", "A filter has no NOT: turn the comparisons round."),
    (r":\s*[A-Za-z]\w*", "a variable", "Write its value."),
)  # fmt: skip


def taken_apart(text: str) -> TakenApart:
    """See TakesQueriesApart."""
    statement = text.strip().rstrip(";")
    if len(statement) > _LONGEST:
        raise UserError(f"The query is {len(statement):,} characters long; Salesforce takes {_LONGEST:,}.")
    _refuse_what_has_no_place(statement)
    try:
        tree = parser().parse(_NULLS_FIRST.sub(lambda found: found[1] or "", statement))
    except UnexpectedInput as error:
        raise UserError(
            _unreadable(statement, error), hint="Try it in Salesforce first; then paste it as it is."
        ) from None
    return _Reader().query(tree)


def _refuse_what_has_no_place(statement: str) -> None:
    plain = _STRING.sub("''", statement)
    for pattern, name, hint in _NO_PLACE:
        if re.search(pattern, re.sub(r"_(?:N_)?\w*:\d+", "", plain), re.IGNORECASE):
            raise UserError(f"A job has no place for {name}.", hint=hint)


def _unreadable(statement: str, error: UnexpectedInput) -> str:
    place = getattr(error, "pos_in_stream", None)
    if place is None or place < 0 or place >= len(statement):
        return "The query ends before it is complete, or is no SELECT."
    shown = " ".join(statement[place : place + 20].split())
    return f"The query cannot be understood from “{shown}” on (character {place + 1})."


class _Reader:
    """Turns the parsed tree into our nouns."""

    def query(self, tree: Tree[Token]) -> TakenApart:
        fields, name, *rest = tree.children
        where: Filter | None = None
        orders: list[Order] = []
        notices: list[str] = []
        for part in rest:
            if isinstance(part, Token):
                notices.append(f"LIMIT {part} was left out: a job reads all rows that its filter lets through.")
            elif part.data == "order":
                orders.append(self._order(part))
            else:
                where = self._filter(part)
        once = dict.fromkeys(str(field) for field in _tree(fields).children)
        return TakenApart(Query(str(name), tuple(once), where, tuple(orders)), tuple(notices))

    def _order(self, part: Tree[Token]) -> Order:
        field, *direction = part.children
        return Order(str(field), is_descending=any(str(each).upper() == "DESC" for each in direction))

    def _filter(self, part: Tree[Token]) -> Filter:
        match part.data:
            case "or_" | "and_":
                joined = Joined.ANY if part.data == "or_" else Joined.ALL
                return Group(joined, tuple(self._members(part, joined)))
            case "group":
                return self._filter(_tree(part.children[0]))
            case _:
                return self._condition(part)

    def _members(self, part: Tree[Token], joined: Joined) -> Iterator[Filter]:
        for child in part.children:
            below = _tree(child)
            if below.data in ("and_", "or_"):
                raise UserError(
                    "AND and OR stand side by side without parentheses.",
                    hint="Salesforce refuses it too: add parentheses.",
                )
            found = self._filter(below)
            if isinstance(found, Group) and found.joined is joined:
                yield from found.members  # the same word on both levels is one level
            else:
                yield found

    def _condition(self, part: Tree[Token]) -> Condition:
        field = str(part.children[0])
        match part.data:
            case "compare":
                return _compared(field, str(part.children[1]), _value(_tree(part.children[2])))
            case "like":
                return _like(field, _text(str(part.children[1]), keeps=r"\%_"))
            case _:
                word = " ".join(str(part.children[1]).upper().split())
                values = tuple(_value(_tree(child)) for child in part.children[2:])
                return _listed(field, Operator(word.lower()), values)


def _tree(node: object) -> Tree[Token]:
    if not isinstance(node, Tree):
        raise TypeError(node)
    return node


def _compared(field: str, sign: str, value: Scalar | None) -> Condition:
    operator = Operator("!=" if sign == "<>" else sign)
    if value is not None:
        return Condition(field, operator, value)
    if operator is Operator.EQUAL:
        return Condition(field, Operator.IS_EMPTY)
    if operator is Operator.NOT_EQUAL:
        return Condition(field, Operator.IS_NOT_EMPTY)
    raise UserError(f"{field} {sign} null has no meaning.", hint="Compare with = or !=.")


def _listed(field: str, operator: Operator, values: Sequence[Scalar | None]) -> Condition:
    if any(value is None for value in values):
        raise UserError(
            f"A list of values for {field} holds null.", hint="Add “or is empty” as a condition of its own."
        )
    return Condition(field, operator, tuple(value for value in values if value is not None))


def _like(field: str, pattern: str) -> Condition:
    """LIKE as the comparisons of a job: a text at the beginning, or anywhere."""
    body, operator = pattern, Operator.EQUAL
    if body.endswith("%") and not body.endswith("\\%"):
        body, operator = body[:-1], Operator.STARTS_WITH
        if body.startswith("%"):
            body, operator = body[1:], Operator.CONTAINS
    if re.search(r"(?<!\\)[%_]", body) or not body:
        raise UserError(
            f"LIKE '{pattern}' is neither a beginning nor a part of a text.",
            hint="A job knows LIKE 'x%' and LIKE '%x%'.",
        )
    return Condition(field, operator, body.replace("\\%", "%").replace("\\_", "_"))


def _value(node: Tree[Token]) -> Scalar | None:
    match node.data:
        case "null":
            return None
        case "true" | "false":
            return bool(node.data == "true")
        case "text":
            return _text(str(node.children[0]))
        case "number":
            number = Decimal(str(node.children[0]))
            return int(number) if number == number.to_integral_value() and "E" not in str(number) else number
        case "date":
            return date.fromisoformat(str(node.children[0]))
        case "datetime":
            return datetime.fromisoformat(str(node.children[0]).upper())
        case _:
            return RelativeDate(str(node.children[0]).upper())


def _text(quoted: str, keeps: str = "") -> str:
    """The text between quotes; an escaped character of `keeps` keeps its backslash."""

    def meant(found: re.Match[str]) -> str:
        what = found[1]
        if what[0] in "uU" and len(what) > 1:
            return chr(int(what[1:], 16))
        return f"\\{what}" if what in keeps and what != "\\" else _MEANT.get(what.lower(), what)

    return _ESCAPE.sub(meant, quoted[1:-1])
