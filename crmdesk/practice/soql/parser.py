"""The first half of the door to SOQL: text in, tree out."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from lark import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.grammar import parse_tree
from crmdesk.practice.soql.tree import Query

MAX_LENGTH = 100_000


def parse(text: str) -> Query:
    """The tree of a query of up to 100,000 characters.

    Raises SoqlError (MALFORMED_QUERY with the place of the first token that cannot stand where it does).
    """
    try:
        if len(text) > MAX_LENGTH:
            raise QueryRefused(
                SoqlCode.MALFORMED_QUERY,
                f"SOQL statements cannot be longer than {MAX_LENGTH} characters.",
                0,
                drawn=False,
            )
        return replace(parse_tree(text), text=text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error).located(text) from error
    except QueryRefused as refused:
        raise refused.located(text) from refused


def _syntax_error(text: str, error: UnexpectedInput) -> QueryRefused:
    match error:
        case UnexpectedToken() if error.token.type == "$END":
            return QueryRefused(SoqlCode.MALFORMED_QUERY, "unexpected token: '<EOF>'", len(text))
        case UnexpectedToken():
            return _unexpected(str(error.token), error.token.start_pos or 0)
        case UnexpectedEOF():
            return QueryRefused(SoqlCode.MALFORMED_QUERY, "unexpected token: '<EOF>'", len(text))
        case UnexpectedCharacters():
            at = cast("int", error.pos_in_stream)
            return _unexpected(text[at], at)
        case _:
            raise error


def _unexpected(word: str, at: int) -> QueryRefused:
    reason = "Bind variables only allowed in Apex code" if word == ":" else f"unexpected token: '{word}'"
    return QueryRefused(SoqlCode.MALFORMED_QUERY, reason, at)
