"""Rows of a query that takes Salesforce too long: asked for by ranges of the record id, each a query of its own.

A range of ids is found by the primary key whatever the filter is ("Working with Very Large SOQL Queries", Apex guide;
Bulk's own "PK chunking" does the same). Ids count upwards in the digits 0-9, A-Z, a-z behind three for the object.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass

from crmdesk.connectors.contract import Query
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.reading.jobs import TIMED_OUT
from crmdesk.connectors.salesforce.reading.pages import PAGE_ROWS, is_by_id, narrowed, rest_batches
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import RemoteError
from crmdesk.model.filter import Condition, Operator, Order
from crmdesk.tabular.batch import Batch, no_problems

_PREFIX = "keys"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_OBJECT = 3  # characters of an id that name the object
_LENGTH = 15
_FIRST_PARTS = 8
_SMALLER = 4
_LARGER = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """Rows so far, the id behind which the next begin, the last id of all, how many ids a range spans."""

    done: int
    low: int
    high: int
    prefix: str
    span: int

    @classmethod
    def parse(cls, cursor: str) -> _Place:
        _, done, low, high, prefix, span = cursor.split(" ")
        return cls(int(done), int(low), int(high), prefix, int(span))

    def __str__(self) -> str:
        return f"{_PREFIX} {self.done} {self.low} {self.high} {self.prefix} {self.span}"


def is_range_cursor(cursor: str) -> bool:
    """Whether a cursor comes from here."""
    return cursor.startswith(f"{_PREFIX} ")


def takes_too_long(error: RemoteError) -> bool:
    """Whether Salesforce gave a query up for the time it took."""
    return error.code == TIMED_OUT


def range_batches(
    rest: Rest, query: Query, token: CancelToken, after: str | None = None, *, done: int = 0, last: str = ""
) -> Iterator[Batch]:
    """The rows by their ids, numbered from `done` + 1 on, behind the id `last` ("": all)."""
    if not is_by_id(query):
        raise RemoteError(
            "Salesforce takes too long over this query, and rows in another order than their ids' cannot be asked for "
            "in parts.",
            hint="Leave [[order_by]] out, or make the filter narrower.",
            code=TIMED_OUT,
        )
    place = _Place.parse(after) if after is not None else _begun(rest, query, token, done, last)
    while place is not None and place.low < place.high:
        end = min(place.low + place.span, place.high)
        wanted = narrowed(
            query,
            Condition(ID, Operator.GREATER, _id_of(place.prefix, place.low)),
            Condition(ID, Operator.LESS_OR_EQUAL, _id_of(place.prefix, end)),
        )
        found, span = place.done, place.span
        try:
            for batch in rest_batches(rest, wanted, token, done=place.done):
                place = _behind(place, batch)
                yield Batch(batch.frame, str(place), no_problems())
        except RemoteError as error:
            if not takes_too_long(error) or span == 1:
                raise
            place = _Place(place.done, place.low, place.high, place.prefix, max(1, span // _SMALLER))
            continue
        if place.done - found < PAGE_ROWS:
            span *= _LARGER
        place = _Place(place.done, end, place.high, place.prefix, span)


def _begun(rest: Rest, query: Query, token: CancelToken, done: int, last: str) -> _Place | None:
    """The first place; None when the object has no records."""
    highest = _end_of(rest, query, token, is_descending=True)
    if highest is None:
        return None
    lowest = last or _end_of(rest, query, token, is_descending=False) or highest
    low = _number(lowest) - (0 if last else 1)
    high = _number(highest)
    return _Place(done, low, high, highest[:_OBJECT], max(1, (high - low) // _FIRST_PARTS))


def _end_of(rest: Rest, query: Query, token: CancelToken, *, is_descending: bool) -> str | None:
    ends = Query(query.object, (ID,), order_by=(Order(ID, is_descending=is_descending),), limit=1)
    for batch in rest_batches(rest, ends, token):
        return str(batch.frame[ID][0]) if batch.frame.height else None
    return None


def _behind(place: _Place, batch: Batch) -> _Place:
    last = _number(str(batch.frame[ID][-1]))
    return _Place(place.done + batch.frame.height, last, place.high, place.prefix, place.span)


def _number(record_id: str) -> int:
    number = 0
    for digit in record_id[_OBJECT:_LENGTH]:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return number


def _id_of(prefix: str, number: int) -> str:
    digits = ""
    for _ in range(_LENGTH - _OBJECT):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return prefix + digits
