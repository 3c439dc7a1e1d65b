"""What the text between two quotes means: as a plain string, and as the pattern of LIKE."""

from __future__ import annotations

import re

from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.tree import Text

MAX_STRING = 4_000

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def string_of(literal: Text) -> str:
    """The string that a literal stands for.

    Raises QueryRefused for an escape that SOQL does not know, more than 4,000 characters (documented limit of a
    string in WHERE), and for what no text field can hold: NUL and half of a surrogate pair.
    """
    return _checked(_ESCAPE.sub(lambda match: _meaning(literal, match), literal.raw), literal)


def pattern_of(literal: Text) -> str:
    r"""The pattern of LIKE as SQLite takes it with ESCAPE '\': % and _ are wild, \% and \_ are not."""

    def part(match: re.Match[str]) -> str:
        escape = match[1]
        if escape in ("%", "_", "\\"):
            return "\\" + escape
        return _meaning(literal, match)

    return _checked(_ESCAPE.sub(part, literal.raw), literal)


def _meaning(literal: Text, match: re.Match[str]) -> str:
    escape = match[1]
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape not in _SIMPLE:
        raise QueryRefused(
            SoqlCode.MALFORMED_QUERY,
            f"Invalid string literal. Illegal character sequence '\\{escape}' in string literal.",
            literal.at,
        )
    return _SIMPLE[escape]


def _checked(text: str, literal: Text) -> str:
    try:
        # An escaped surrogate pair is one character.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, "Illegal character in string literal.", literal.at) from error
    if "\0" in text:
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, "Illegal character in string literal.", literal.at)
    if len(text) > MAX_STRING:
        raise QueryRefused(
            SoqlCode.MALFORMED_QUERY, f"String literals cannot be longer than {MAX_STRING} characters.", literal.at
        )
    return text
