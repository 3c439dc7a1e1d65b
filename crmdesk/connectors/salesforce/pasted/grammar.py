"""The part of SOQL that a job can say (SOQL and SOSL reference, "SOQL SELECT Syntax")."""

from __future__ import annotations

from functools import cache

from lark import Lark

GRAMMAR = r"""
    start: "SELECT"i fields "FROM"i NAME ("WHERE"i any)? ("ORDER"i "BY"i order ("," order)*)? ("LIMIT"i INT)?
    fields: PATH_OR_NAME ("," PATH_OR_NAME)*

    ?any: all | all ("OR"i all)+ -> or_
    ?all: one | one ("AND"i one)+ -> and_
    ?one: "(" any ")" -> group
        | PATH_OR_NAME COMPARISON value -> compare
        | PATH_OR_NAME "LIKE"i STRING -> like
        | PATH_OR_NAME IN "(" value ("," value)* ")" -> in_
        | PATH_OR_NAME CHOSEN "(" value ("," value)* ")" -> chosen

    value: STRING -> text | DATETIME -> datetime | DATE -> date | NUMBER -> number
        | "TRUE"i -> true | "FALSE"i -> false | "NULL"i -> null | RELATIVE -> relative
    order: PATH_OR_NAME DIRECTION?

    IN.3: /NOT\s+IN\b/i | /IN\b/i
    CHOSEN.3: /INCLUDES\b/i | /EXCLUDES\b/i
    DIRECTION.3: /ASC\b/i | /DESC\b/i
    COMPARISON: "<=" | ">=" | "!=" | "<>" | "=" | "<" | ">"
    DATETIME.5: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})/i
    DATE.4: /\d{4}-\d{2}-\d{2}/
    NUMBER.2: /[+-]?\d+(\.\d+)?([eE][+-]?\d+)?/
    RELATIVE.3: /(LAST|NEXT)_N_\w+:\d+/i | /N_\w+_AGO:\d+/i
        | /(TODAY|YESTERDAY|TOMORROW|(LAST|NEXT)_90_DAYS)\b/i
        | /(THIS|LAST|NEXT)_(WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)\b/i
    STRING: /'(\\.|[^'\\])*'/s
    PATH_OR_NAME: /[A-Za-z]\w*(\.[A-Za-z]\w*)*/
    NAME: /[A-Za-z]\w*/
    %import common.INT
    %import common.WS
    %ignore WS
"""


@cache
def parser() -> Lark:
    """Earley, because the words of SOQL are no reserved ones: a field may be called as one of them."""
    return Lark(GRAMMAR, parser="earley", lexer="dynamic")
