"""Rows of more fields than an address holds: some come with the query, the others are fetched by id and joined to them.

REST guide, "Retrieve Multiple Records with Fewer Round-Trips": a POST takes 2,000 ids and any number of fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

import msgspec
import polars as pl

from crmdesk.connectors.contract import Query
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.reading.decoding import wire_text
from crmdesk.connectors.salesforce.reading.pages import PAGE_ROWS, in_sequence, rest_batches
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import object_name, soql
from crmdesk.connectors.token import CancelToken
from crmdesk.tabular.batch import ROW, Batch

LONGEST_ADDRESS = 14_000
"""Salesforce refuses a request whose address and headers exceed 16,384 bytes (REST guide, status 414)."""

_FIELDS_AT_ONCE = 400

_Record = dict[str, object]
_RECORDS = msgspec.json.Decoder(list[_Record | None], float_hook=str)


def is_short(query: Query) -> bool:
    """Whether the query fits an address."""
    return _length(query) < LONGEST_ADDRESS


def _length(query: Query) -> int:
    return len(quote(soql(in_sequence(query))))


def narrow_part(query: Query) -> Query | None:
    """The query with as many of its fields as fit an address, the id among them; None when not even that fits.

    Fields of parents come first: only a query reaches them.
    """
    parents = tuple(name for name in query.fields if "." in name)
    kept, used = [ID, *parents], _length(replace(query, fields=(ID, *parents)))
    if used >= LONGEST_ADDRESS:
        return None
    for name in query.fields:
        more = len(quote(f", {name}"))
        if name != ID and "." not in name and used + more < LONGEST_ADDRESS:
            kept.append(name)
            used += more
    return replace(query, fields=tuple(kept))


def calls_a_page(query: Query) -> int:
    """What a page of the query costs: the query itself, and a call for every so many fields that it does not reach."""
    narrow = None if is_short(query) else narrow_part(query)
    return 1 if narrow is None else 1 + -(-(len(query.fields) - len(narrow.fields)) // _FIELDS_AT_ONCE)


def wide_batches(
    rest: Rest, query: Query, narrow: Query, token: CancelToken, after: str | None = None, done: int = 0
) -> Iterator[Batch]:
    """The rows of `query`, of which `narrow` is the part that fits an address.

    A record that was deleted between the two requests is left out.
    """
    others = [name for name in query.fields if name not in narrow.fields]
    for batch in rest_batches(rest, narrow, token, after, done):
        frame = batch.frame
        for start in range(0, len(others), _FIELDS_AT_ONCE):
            names = others[start : start + _FIELDS_AT_ONCE]
            frame = frame.join(_fetched(rest, query.object, frame[ID], names, token), on=ID, how="inner")
        yield replace(batch, frame=frame.sort(ROW).select(ROW, *query.fields))


def _fetched(rest: Rest, name: str, ids: pl.Series, fields: Sequence[str], token: CancelToken) -> pl.DataFrame:
    """ID and the fields of those records that are there."""
    records: list[_Record] = []
    for start in range(0, ids.len(), PAGE_ROWS):
        wanted = ids.slice(start, PAGE_ROWS).to_list()
        body = {"ids": wanted, "fields": [ID, *fields]}
        answer = rest.post(f"composite/sobjects/{object_name(name)}", body, msgspec.Raw, token)
        records += [record for record in _RECORDS.decode(answer) if record is not None]
    columns = {field: [wire_text(record.get(field)) for record in records] for field in (ID, *fields)}
    return pl.DataFrame(columns, schema=dict.fromkeys((ID, *fields), pl.String()))
