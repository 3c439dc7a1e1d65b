"""Rows as the JSON of one request each, and back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import polars as pl

from crmdesk.connectors.contract import Packing
from crmdesk.connectors.odata.edm import json_value, wire_text
from crmdesk.connectors.odata.metadata import Property
from crmdesk.connectors.odata.wire import Entity

_MAX_BYTES = 16 * 1024 * 1024


def packing(fields: Sequence[Property]) -> Packing:
    """One row a body: a JSON object with a member for every field that has a value, null where it is to be cleared."""
    names = [field.name for field in fields]

    def encode(frame: pl.DataFrame) -> bytes:
        rows = frame.select(names).iter_rows()
        return b"\n".join(_object(fields, row) for row in rows)

    def decode(body: bytes) -> pl.DataFrame:
        rows = [sent_values(msgspec.json.decode(line, type=Entity)) for line in body.split(b"\n")]
        return pl.DataFrame(
            {name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
        )

    return Packing(max_rows=1, max_bytes=_MAX_BYTES, encode=encode, decode=decode, separator=b"\n")


def _object(fields: Sequence[Property], row: Sequence[str | None]) -> bytes:
    return msgspec.json.encode(
        {field.name: json_value(field.kind, text) for field, text in zip(fields, row, strict=True) if text is not None}
    )


def sent_values(row: Entity) -> dict[str, str]:
    """The values of a stored row by field, in the wire's own text; "" where the field is to be cleared."""
    return {name: wire_text(value) or "" for name, value in row.items()}
