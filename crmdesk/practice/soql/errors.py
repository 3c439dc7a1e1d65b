"""How a query is refused: Salesforce's code, its text, and the place, drawn with a caret as Salesforce draws it."""

from __future__ import annotations

from enum import StrEnum

_REACH = 32

APPEND_C = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
APPEND_R = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
    "name. Please reference your WSDL or the describe call for the appropriate names."
)
APPEND_C_ENTITY = (
    "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


class SoqlCode(StrEnum):
    """The `errorCode` of a refused query."""

    INVALID_FIELD = "INVALID_FIELD"
    INVALID_TYPE = "INVALID_TYPE"
    MALFORMED_QUERY = "MALFORMED_QUERY"
    INVALID_QUERY_SCOPE = "INVALID_QUERY_SCOPE"
    INVALID_QUERY_FILTER_OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"
    NUMBER_OUTSIDE_VALID_RANGE = "NUMBER_OUTSIDE_VALID_RANGE"
    QUERY_TOO_COMPLICATED = "QUERY_TOO_COMPLICATED"


class SoqlError(Exception):
    """A query that Salesforce would refuse; `message` is the whole text of its reply, `row` and `column` start at 1."""

    def __init__(self, code: SoqlCode, message: str, row: int, column: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.row = row
        self.column = column


class QueryRefused(Exception):
    """Raised where only the offset into the query is known; `located` gives it its place."""

    def __init__(self, code: SoqlCode, reason: str, at: int, *, drawn: bool = True) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.at = at
        self.drawn = drawn

    def located(self, text: str) -> SoqlError:
        at = min(self.at, len(text))
        row = text.count("\n", 0, at) + 1
        column = at - (text.rfind("\n", 0, at) + 1) + 1
        message = (
            f"\n{_drawing(text, at)}\nERROR at Row:{row}:Column:{column}\n{self.reason}" if self.drawn else self.reason
        )
        return SoqlError(self.code, message, row, column)


def _drawing(text: str, at: int) -> str:
    """The words within 32 characters of the place, and a caret below it (as seen in published replies)."""
    start = max(0, at - _REACH)
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    end = min(len(text), at + _REACH)
    while end < len(text) and not text[end].isspace():
        end += 1
    # Bounded, because a word may be a whole IN list.
    start, end = max(start, at - 4 * _REACH), min(end, at + 4 * _REACH)
    while start < at and text[start].isspace():
        start += 1
    excerpt = "".join(" " if char.isspace() else char for char in text[start:end])
    return f"{excerpt.rstrip()}\n{' ' * (at - start)}^"
