"""The text of a formula becomes a tree, in the manner of Salesforce and Excel."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from crmdesk.tabular.formula.errors import FormulaError
from crmdesk.tabular.formula.kinds import DIGITS
from crmdesk.tabular.formula.tree import Call, JobVariable, Literal, Node, SourceColumn, measure

MOST_CHARACTERS = 8_000
MOST_NODES = 500
DEEPEST = 150

_GRAMMAR = r"""
    ?start: either
    ?either: both | either OR both -> operator
    ?both: compared | both AND compared -> operator
    ?compared: joined | joined COMPARE joined -> operator
    ?joined: sum | joined JOIN sum -> operator
    ?sum: product | sum (PLUS | MINUS) product -> operator
    ?product: signed | product TIMES signed -> operator
    ?signed: atom | (MINUS | PLUS | NOT) signed -> prefixed
    ?atom: TEXT -> text | NUMBER -> number | TRUE -> true | FALSE -> false | NULL -> null
        | VARIABLE -> variable | BRACKETED -> bracketed | NAME -> column | call | "(" either ")"
    call: NAME "(" [either (_SEPARATOR either)*] ")"

    OR: "||"
    AND: "&&"
    COMPARE: "==" | "=" | "<>" | "!=" | "<=" | ">=" | "<" | ">"
    JOIN: "&"
    PLUS: "+"
    MINUS: "-"
    TIMES: "*" | "/"
    NOT: "!"
    _SEPARATOR: "," | ";"
    TEXT: /"(?:[^"\\]|\\.|"")*"/s | /'(?:[^'\\]|\\.|'')*'/s
    NUMBER: /[0-9]+(?:\.[0-9]+)?|\.[0-9]+/
    TRUE.3: /true(?!\w)/i
    FALSE.3: /false(?!\w)/i
    NULL.3: /null(?!\w)/i
    VARIABLE.3: /vars\.\w+/
    BRACKETED: /\[(?:[^\]]|\]\])+\]/
    NAME: /[^\W\d]\w*/
    COMMENT: /\/\*.*?\*\//s
    %ignore /\s+/
    %ignore COMMENT
"""

_ESCAPED = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\'": "'", "\\\\": "\\"}
_SAME = {"==": "=", "!=": "<>"}
_KEYWORDS = {"true", "false", "null"}


def parse(text: str) -> Node:
    """The tree of a formula; raises FormulaError for what is none, or is too large."""
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(
            f"The formula has {len(text):,} characters; {MOST_CHARACTERS:,} are allowed.",
            MOST_CHARACTERS,
            "Shorten it.",
        )
    if not text.strip():
        raise FormulaError("The formula is empty.", 1, "Write a column, or a call like TRIM([Last name]).")
    try:
        node: Node = _parser().parse(text)  # type: ignore[assignment]  # what the transformer makes of the start
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    count, depth = measure(node)
    if count > MOST_NODES or depth > DEEPEST:
        what = f"{count} parts" if count > MOST_NODES else f"{depth} levels inside each other"
        raise FormulaError(
            f"The formula has {what}; {MOST_NODES} parts in {DEEPEST} levels are allowed.", 1, "Take it apart."
        )
    return node


def named_columns(text: str) -> tuple[str, ...]:
    """The columns that a formula names, in its own spelling; none of one that cannot be read."""
    try:
        left = [parse(text)]
    except FormulaError:
        return ()
    found = []
    while left:
        node = left.pop(0)
        if isinstance(node, SourceColumn):
            found.append(node.name)
        if isinstance(node, Call):
            left.extend(node.arguments)
    return tuple(dict.fromkeys(found))


def quoted_column(name: str) -> str:
    """The name of a column as it is written in a formula."""
    is_plain = re.fullmatch(r"[^\W\d]\w*", name) and name.lower() not in _KEYWORDS
    return name if is_plain else "[" + name.replace("]", "]]") + "]"


class _Builder(Transformer[Token, Node]):
    """Makes the tree while the text is read, so that no depth of nesting can exhaust the stack."""

    @v_args(inline=True)
    def text(self, token: Token) -> Node:
        quote = token[0]
        plain = re.sub(r"\\.|" + quote * 2, lambda match: _ESCAPED.get(match[0], _undoubled(match[0])), token[1:-1])
        return Literal(plain, _at(token))

    @v_args(inline=True)
    def number(self, token: Token) -> Node:
        before, _, behind = token.partition(".")
        if len(before.lstrip("0")) > DIGITS or len(behind) > DIGITS:
            message = f"The number has more digits than the {DIGITS} before and the {DIGITS} behind the point."
            raise FormulaError(message, _at(token), "Write fewer digits, or put it in quotes if it is no amount.")
        return Literal(Decimal(token), _at(token))

    @v_args(inline=True)
    def true(self, token: Token) -> Node:
        return Literal(value=True, at=_at(token))

    @v_args(inline=True)
    def false(self, token: Token) -> Node:
        return Literal(value=False, at=_at(token))

    @v_args(inline=True)
    def null(self, token: Token) -> Node:
        return Literal(None, _at(token))

    @v_args(inline=True)
    def variable(self, token: Token) -> Node:
        return JobVariable(token.partition(".")[2], _at(token))

    @v_args(inline=True)
    def bracketed(self, token: Token) -> Node:
        return SourceColumn(token[1:-1].replace("]]", "]"), _at(token))

    @v_args(inline=True)
    def column(self, token: Token) -> Node:
        return SourceColumn(str(token), _at(token))

    @v_args(inline=True)
    def call(self, name: Token, *arguments: Node | None) -> Node:
        return Call(name.upper(), tuple(each for each in arguments if each is not None), _at(name))

    @v_args(inline=True)
    def operator(self, left: Node, sign: Token, right: Node) -> Node:
        return Call(_SAME.get(sign, str(sign)), (left, right), _at(sign))

    @v_args(inline=True)
    def prefixed(self, sign: Token, of: Node) -> Node:
        if sign == "!":
            return Call("NOT", (of,), _at(sign))
        if isinstance(of, Literal) and isinstance(of.value, Decimal):
            return Literal(-of.value if sign == "-" else of.value, _at(sign))
        zero = Literal(Decimal(0), _at(sign))
        return Call("-" if sign == "-" else "+", (zero, of), _at(sign))


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


def _undoubled(escape: str) -> str:
    r"""A doubled quote is one; a backslash before any other character, as in `\d`, stands for itself."""
    return escape if escape.startswith("\\") else escape[0]


def _at(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _unexpected(text: str, error: UnexpectedInput) -> FormulaError:
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        opened = text.count("(") - text.count(")")
        hint = "A closing bracket is missing." if opened > 0 else "Something has to follow."
        return FormulaError("The formula ends too early.", len(text) + 1, hint)
    at = cast("int", error.pos_in_stream) + 1
    if isinstance(error, UnexpectedCharacters):
        sign = text[at - 1]
        if sign in "\"'":
            return FormulaError("The text that begins here has no end.", at, f"Close it with {sign}.")
        if sign == "[":
            return FormulaError("The column's name that begins here has no end.", at, "Close it with ].")
        return FormulaError(f"“{sign}” means nothing in a formula.", at, "Put text into quotes, and columns into [ ].")
    met = str(error.token) if isinstance(error, UnexpectedToken) else ""
    if met == "=" and not text[: at - 1].strip():
        return FormulaError("A formula does not begin with “=”.", at, "Leave the “=” out.")
    return FormulaError(
        f"“{met}” cannot stand here.", at, "Between two values there must be an operator, a comma or a bracket."
    )
