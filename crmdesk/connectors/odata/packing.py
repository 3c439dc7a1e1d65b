"""Rows as the JSON of one request each, a line a row, and back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence

import msgspec
import polars as pl

from crmdesk.connectors.contract import Packing
from crmdesk.connectors.odata.dialect import Dialect
from crmdesk.connectors.odata.edm import json_value, literal, plain_text, wire_text
from crmdesk.connectors.odata.key_texts import key_text
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.wire import Entity
from crmdesk.model.job import Action

MADE = "@crmdesk.made"
"""The member of a stored row that holds the id we made for it; it is sent under the key's own name."""

_MAX_BYTES = 7 * 1024 * 1024
"""Services take requests of 8 MB (Salesforce Connect, "OData adapter limits"); the rest is for what surrounds rows."""

_Row = Sequence[str | None]


def packing(
    fields: Sequence[Property],
    max_rows: int = 1,
    wants_id: Callable[[_Row], bool] = lambda _: False,
    joint: Collection[Property] = (),
) -> Packing:
    """A JSON object a line with a member for every field that has a value, null where it is to be cleared.

    A row that `wants_id` gets one here, so that it is stored before anything leaves. `joint` are keys of several of the
    fields: they are no members, and come back when bodies are decoded.
    """
    names = [field.name for field in fields]

    def encode(frame: pl.DataFrame) -> bytes:
        rows = frame.select(names).iter_rows()
        return b"\n".join(_object(fields, row, {MADE: str(uuid.uuid4())} if wants_id(row) else {}) for row in rows)

    def decode(body: bytes) -> pl.DataFrame:
        lines = [msgspec.json.decode(line, type=Entity) for line in body.split(b"\n")]
        columns = {field.name: [_text(field, line) for line in lines] for field in fields}
        columns |= {each.name: [key_of(each, line) for line in lines] for each in joint}
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))

    return Packing(max_rows=max_rows, max_bytes=_MAX_BYTES, encode=encode, decode=decode, separator=b"\n")


def id_wish(
    fields: Sequence[Property], action: Action, key: Property | None, dialect: Dialect
) -> Callable[[_Row], bool]:
    """Which rows get an id from us: new ones without one, and those whose key no address can hold."""
    places = [fields.index(part) for part in key.whole if part in fields] if key is not None else []
    if not dialect.makes_ids or action not in (Action.INSERT, Action.UPSERT):
        return lambda _: False
    if not places:
        return lambda _: True

    def wants(row: _Row) -> bool:
        values = [row[place] or "" for place in places]
        is_unfit = any(letter in dialect.unfit_in_keys for value in values for letter in value)
        return not all(values) or (action is Action.UPSERT and is_unfit)

    return wants


def _object(fields: Sequence[Property], row: _Row, made: dict[str, str]) -> bytes:
    given = [(field, text) for field, text in zip(fields, row, strict=True) if text is not None]
    written = {field.member: _value(field, text) for field, text in given if not _is_overruled(field, text, given)}
    return msgspec.json.encode(written | made)


def _is_overruled(field: Property, text: str, given: Sequence[tuple[Property, str]]) -> bool:
    """Whether another field of the same column says what goes: emptying one kind of a link would empty the link.

    Where two say the same, the one goes that is for its kind alone.
    """
    if field.bind is None:
        return False
    others = [value for each, value in given if each is not field and each.column == field.column]
    return (text == "" and any(others)) or (field.only is None and text in others)


def _value(field: Property, text: str) -> str | bool | msgspec.Raw | None:
    if field.bind is None or text == "":
        return json_value(field.kind, text)
    try:
        key = literal(field.kind, text)
    except ValueError:
        # What is no key of the other set goes as a text, which the service refuses for this one row.
        key = "'" + text.replace("'", "''") + "'"
    return f"{field.bind.set_name}({key})"


def _text(field: Property, row: Entity) -> str | None:
    """The value of a field in a stored row; None when it has none, "" where the field is to be cleared."""
    if field.member not in row:
        return None
    text = plain_text(field.kind, wire_text(row[field.member])) or ""
    if field.bind is None or not text:
        return text
    if not text.startswith(f"{field.bind.set_name}("):  # the link leads to another kind of entity
        return None
    inner = text.removeprefix(f"{field.bind.set_name}(").removesuffix(")")
    return inner[1:-1].replace("''", "'") if inner.startswith("'") else inner


def key_of(key: Property, row: Entity) -> str | None:
    """The text of a key in a stored row; None when a part of it is missing."""
    if not key.parts:
        return _text(key, row)
    return key_text(key, {part.name: _text(part, row) for part in key.parts})


def sent_values(entity_set: EntitySet, row: Entity) -> dict[str, str]:
    """The values of a stored row by field, in the wire's own text; "" where the field is to be cleared."""
    own = (entity_set.id,) if entity_set.id.parts else ()
    told = ((field.name, _text(field, row)) for field in (*entity_set.properties, *own))
    return {name: text for name, text in told if text is not None}
