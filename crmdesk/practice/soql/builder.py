"""Turns what the grammar recognised into the values of the tree, rule by rule."""

from __future__ import annotations

from lark import Token, Transformer, v_args

from crmdesk.practice.soql.dates import COUNTED_LITERALS, PLAIN_LITERALS
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.tree import (
    All,
    AnyOf,
    Boolean,
    Call,
    Children,
    Comparison,
    Condition,
    DateLiteral,
    DateTimeValue,
    DateValue,
    Item,
    Membership,
    Not,
    Null,
    Number,
    Operand,
    Operator,
    Order,
    Path,
    Query,
    Selection,
    SemiJoin,
    Source,
    Text,
    Value,
)

Group = tuple[tuple[Operand, ...], Condition | None]
_DIGITS = 10
_MOST = 2**31 - 1
_PURPOSES = ("VIEW", "REFERENCE", "UPDATE")


def _start(token: Token) -> int:
    return token.start_pos or 0


def _unexpected(token: Token) -> QueryRefused:
    return QueryRefused(SoqlCode.MALFORMED_QUERY, f"unexpected token: '{token}'", _start(token))


def _path(token: Token) -> Path:
    return Path(tuple(token.split(".")), _start(token))


def _alias(token: Token | None) -> str | None:
    if token is not None and "." in token:
        raise _unexpected(token)
    return None if token is None else str(token)


def _unscoped(query: Query) -> Query:
    if query.filter_scope is not None:
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, "unexpected token: 'USING'", query.filter_scope.at)
    return query


def _whole(token: Token) -> int:
    if not (token.isdigit() and token.isascii()):
        raise _unexpected(token)
    # Python refuses to read thousands of digits, and no org has more rows.
    return min(int(token[:_DIGITS]), _MOST) if len(token) <= _DIGITS else _MOST


@v_args(inline=True)
class TreeBuilder(Transformer[Token, Query]):
    """One method a rule of the grammar; each is given the parts of its rule in order."""

    def query(  # noqa: PLR0913, PLR0917 - one argument a clause
        self,
        select: Token,
        items: tuple[Item | Children, ...],
        sources: tuple[Source, ...],
        filter_scope: Path | None,
        where: Condition | None,
        group: Group | None,
        order: tuple[Order, ...] | None,
        limit: int | None,
        offset: int | None,
        _purpose: None,
    ) -> Query:
        group_by, having = group or ((), None)
        return Query(
            "", _start(select), items, sources, where, group_by, having, order or (), limit, offset, filter_scope
        )

    def items(self, *items: Item | Children) -> tuple[Item | Children, ...]:
        return items

    def item(self, operand: Operand, alias: Token | None) -> Item:
        return Item(operand, _alias(alias))

    def children(self, parenthesis: Token, query: Query) -> Children:
        return Children(_unscoped(query), _start(parenthesis))

    def path(self, token: Token) -> Path:
        return _path(token)

    def call(self, name: Token, argument: Token | None) -> Call:
        return Call(name.upper(), None if argument is None else _path(argument), _start(name))

    def sources(self, *sources: Source) -> tuple[Source, ...]:
        return sources

    def source(self, path: Token, alias: Token | None) -> Source:
        return Source(_path(path), _alias(alias))

    def filter_scope(self, _using: Token, name: Token) -> Path:
        return _path(name)

    def where(self, condition: Condition) -> Condition:
        return condition

    def all(self, *conditions: Condition) -> Condition:
        return All(conditions)

    def any(self, *conditions: Condition) -> Condition:
        return AnyOf(conditions)

    def negation(self, condition: Condition) -> Condition:
        return condition.condition if isinstance(condition, Not) else Not(condition)

    def comparison(self, operand: Operand, operator: Token, value: Value) -> Comparison:
        return Comparison(operand, Operator("!=" if operator == "<>" else str(operator)), value)

    def like(self, operand: Operand, value: Value) -> Comparison:
        return Comparison(operand, Operator.LIKE, value)

    def membership(self, operand: Operand, negation: Token | None, values: tuple[Value, ...]) -> Membership:
        return Membership(operand, values, negation is not None)

    def semi_join(self, operand: Operand, negation: Token | None, query: Query) -> SemiJoin:
        return SemiJoin(operand, _unscoped(query), negation is not None)

    def selection(self, operand: Operand, word: Token, values: tuple[Value, ...]) -> Selection:
        return Selection(operand, values, word.type == "EXCLUDES")

    def values(self, *values: Value) -> tuple[Value, ...]:
        return values

    def text(self, token: Token) -> Text:
        return Text(token[1:-1], _start(token))

    def number(self, token: Token) -> Number:
        return Number(str(token), _start(token))

    def date(self, token: Token) -> DateValue:
        return DateValue(str(token), _start(token))

    def datetime(self, token: Token) -> DateTimeValue:
        return DateTimeValue(str(token), _start(token))

    def word(self, token: Token, count: Token | None) -> Value:
        word, at = token.upper(), _start(token)
        if count is not None:
            if word not in COUNTED_LITERALS:
                raise _unexpected(token)
            return DateLiteral(word, _whole(count), at)
        if word in PLAIN_LITERALS:
            return DateLiteral(word, None, at)
        match word:
            case "TRUE" | "FALSE":
                return Boolean(word == "TRUE", at)
            case "NULL":
                return Null(at)
            case _:
                raise _unexpected(token)

    def group(self, operands: tuple[Operand, ...], having: Condition | None) -> Group:
        return operands, having

    def having(self, condition: Condition) -> Condition:
        return condition

    def operands(self, *operands: Operand) -> tuple[Operand, ...]:
        return operands

    def order(self, *orderings: Order) -> tuple[Order, ...]:
        return orderings

    def ordering(self, operand: Operand, direction: Token | None, nulls: Token | None) -> Order:
        descending = direction is not None and direction.type == "DESC"
        return Order(operand, descending, nulls is not None and nulls.type == "LAST")

    def limit(self, number: Token) -> int:
        return _whole(number)

    def offset(self, number: Token) -> int:
        return _whole(number)

    def purpose(self, word: Token) -> None:
        if word.upper() not in _PURPOSES:
            raise _unexpected(word)
