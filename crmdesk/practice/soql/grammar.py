"""The grammar of SOQL, and the parser made from it at the first query."""

from __future__ import annotations

from functools import cache
from typing import cast

from lark import Lark

from crmdesk.practice.soql.builder import TreeBuilder
from crmdesk.practice.soql.tree import Query

# A condition is a chain of AND or a chain of OR, never both: mixing them without parentheses is a syntax error.
# Words are keywords only where the grammar expects one, so objects may be called Group or Order.
GRAMMAR = r"""
    query: SELECT items "FROM"i sources [filter_scope] [where] [group] [order] [limit] [offset] [purpose]

    items: _item ("," _item)*
    _item: item | children
    item: _operand [PATH]
    children: LPAR query ")"

    _operand: path | call
    path: PATH
    call: PATH "(" [PATH] ")"

    sources: source ("," source)*
    source: PATH [PATH]

    filter_scope: USING "SCOPE"i PATH

    where: "WHERE"i _condition
    _condition: _unit | all | any
    all: _unit ("AND"i _unit)+
    any: _unit ("OR"i _unit)+
    _unit: negation | "(" _condition ")" | comparison | like | membership | semi_join | selection
    negation: "NOT"i _unit

    comparison: _operand COMPARE _value
    like: _operand "LIKE"i _value
    membership: _operand [NOT] "IN"i values
    semi_join: _operand [NOT] "IN"i "(" query ")"
    selection: _operand (INCLUDES | EXCLUDES) values
    values: "(" _value ("," _value)* ")"

    _value: text | number | date | datetime | word
    text: STRING
    number: NUMBER
    date: DATE
    datetime: DATETIME
    word: PATH [":" NUMBER]

    group: "GROUP"i "BY"i operands [having]
    having: "HAVING"i _condition
    operands: _operand ("," _operand)*

    order: "ORDER"i "BY"i ordering ("," ordering)*
    ordering: _operand [ASC | DESC] ["NULLS"i (FIRST | LAST)]
    limit: "LIMIT"i NUMBER
    offset: "OFFSET"i NUMBER
    purpose: "FOR"i PATH

    SELECT: "SELECT"i
    USING: "USING"i
    NOT: "NOT"i
    INCLUDES: "INCLUDES"i
    EXCLUDES: "EXCLUDES"i
    ASC: "ASC"i
    DESC: "DESC"i
    FIRST: "FIRST"i
    LAST: "LAST"i
    LPAR: "("
    COMPARE: "<=" | ">=" | "!=" | "<>" | "=" | "<" | ">"
    PATH: /[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*/i
    STRING: /'(?:[^'\\\r\n]|\\[^\r\n])*'/
    DATETIME.3: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})/i
    DATE.2: /[0-9]{4}-[0-9]{2}-[0-9]{2}/
    NUMBER: /[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?/i
    %ignore /[ \t\r\n\f]+/
"""


@cache
def parser() -> Lark:
    """The one parser of the process; made once, used by any thread."""
    return Lark(GRAMMAR, start="query", parser="lalr", lexer="contextual", transformer=TreeBuilder())


def parse_tree(text: str) -> Query:
    """The tree of a query. Raises lark.UnexpectedInput and QueryRefused."""
    # The type of what a transformer makes is lost on the way through lark.
    return cast("Query", parser().parse(text))
