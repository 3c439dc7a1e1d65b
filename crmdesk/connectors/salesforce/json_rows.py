"""The bodies of collection calls: JSON records, or the ids of a delete; and the frames they came from."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import polars as pl

from crmdesk.connectors.contract import Packing, WriteRequest
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.model.job import Action
from crmdesk.model.schema import NUMBERS, Field, FieldType

MAX_ROWS = 200
"""REST guide, "sObject Collections": records in one call."""

_MAX_BYTES = (
    8_000_000  # far below the 50 MB of a REST body, so that a call stays within the time a transaction may take
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class _Call(msgspec.Struct):
    records: list[dict[str, msgspec.Raw]]


def packing(request: WriteRequest) -> Packing:
    """How rows become the bodies of collection calls."""
    max_rows = min(request.rows_per_call or MAX_ROWS, MAX_ROWS)
    if request.action is Action.DELETE:
        return id_packing(request.fields[0].name, max_rows)
    names = [field.name for field in request.fields]
    all_or_none = b"true" if request.wishes.all_or_none else b"false"
    return Packing(
        max_rows=max_rows,
        max_bytes=_MAX_BYTES,
        encode=lambda frame: _encode(frame, request.object.name, request.fields),
        decode=lambda body: _decode(body, names),
        head=b'{"allOrNone":' + all_or_none + b',"records":[',
        separator=b",",
        tail=b"]}",
    )


def id_packing(name: str, max_rows: int) -> Packing:
    """Bodies that are nothing but ids, in the field `name`, with commas between them."""
    return Packing(
        max_rows=max_rows,
        max_bytes=_MAX_BYTES,
        encode=lambda frame: ",".join(frame[name].to_list()).encode(),
        decode=lambda body: pl.DataFrame({name: body.decode().split(",")}, schema={name: pl.String()}),
        separator=b",",
    )


def _encode(frame: pl.DataFrame, object_name: str, fields: Sequence[Field]) -> bytes:
    attributes = {"type": object_name}
    names = [_key_of(field.name) for field in fields]
    kinds = [field.type for field in fields]
    records = [
        {"attributes": attributes}
        | {
            name: _json_value(text, kind)
            for name, kind, text in zip(names, kinds, row, strict=True)
            if text is not None
        }
        for row in frame.select(field.name for field in fields).iter_rows()
    ]
    return msgspec.json.encode(records)[1:-1]


def _json_value(text: str, kind: FieldType) -> object:
    """The JSON value for a text: null where it is empty, which clears the field; numbers go out digit for digit."""
    if not text:
        return None
    if kind is FieldType.BOOLEAN and text in ("true", "false"):
        return text == "true"
    if kind in NUMBERS and _NUMBER.fullmatch(text):
        return msgspec.Raw(text.encode())
    return text


def _decode(body: bytes, names: Sequence[str]) -> pl.DataFrame:
    records = msgspec.json.decode(body, type=_Call).records
    columns = {name: [_text(record.get(_key_of(name))) for record in records] for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String()))


def _text(raw: msgspec.Raw | None) -> str | None:
    if raw is None:
        return None
    wire = bytes(raw)
    if wire == b"null":
        return ""
    return msgspec.json.decode(wire, type=str) if wire.startswith(b'"') else wire.decode()


def _key_of(name: str) -> str:
    """The record id is written in lower case, as the guide's examples have it."""
    return "id" if name == ID else name
