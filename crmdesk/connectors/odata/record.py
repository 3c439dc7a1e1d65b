"""One record's request, and what its answer says became of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import polars as pl

from crmdesk.connectors.contract import RECEIPT_SCHEMA, Payload, Receipt, Settled
from crmdesk.connectors.odata.key_texts import key_text
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.packing import MADE, key_of, sent_values
from crmdesk.connectors.odata.urls import ServiceRoot, key_in
from crmdesk.connectors.odata.wire import Answer, Entity, Refusal, member
from crmdesk.model.job import Action
from crmdesk.tabular.batch import ROW

_SERVER_ERROR, _NOT_IMPLEMENTED, _CREATED = 500, 501, 201
_IF_IT_EXISTS = {"If-Match": "*"}
"""Without it a PATCH may create what it does not find (OData Protocol 4.01, 11.4.4), and a DELETE may want an ETag."""

_JSON = {"Content-Type": "application/json"}
_JSON_WITH_TEXTS = {"Content-Type": "application/json;IEEE754Compatible=true"}
"""64-bit and decimal numbers stand as texts. Source: OData JSON Format 4.01, 3.2."""
_WIDE = frozenset({"Edm.Int64", "Edm.Decimal"})
_DIGITS_OF_A_DOUBLE = 15


@dataclass(frozen=True, slots=True)
class Record:
    """What a stored row asks of one entity: `key` is None when the service makes it, `values` are those to write.

    `made`: the key was made by us, for a record that is new or may be. `by` is the alternate key of an upsert, and
    `sought` its text.
    """

    entity_set: EntitySet
    action: Action
    key: str | None
    values: dict[str, str]
    members: Entity
    made: bool = False
    by: Property | None = None
    sought: str = ""

    @classmethod
    def read(cls, entity_set: EntitySet, action: Action, line: bytes, by: Property | None = None) -> Record:
        """The record of a stored row; `by` is the key field of the request."""
        members = msgspec.json.decode(line, type=Entity)
        made = _made(members)
        values = sent_values(entity_set, members)
        id_ = entity_set.id
        is_joint = bool(id_.parts)
        sought = key_of(by, members) if action is Action.UPSERT and by is not None and by != id_ else ""
        if sought:
            values.pop(id_.name, None)
            return cls(entity_set, action, made or None, values, members, made=bool(made), by=by, sought=sought)
        if action is Action.UPSERT:  # the id finds the record, or there is none yet
            action = Action.UPDATE if values.get(id_.name) else Action.INSERT
        own = values.pop(id_.name, "")
        if action is Action.INSERT and is_joint:
            own = key_of(id_, members) or ""
        if is_joint and action is not Action.INSERT:  # what says which record is meant is not changed
            for part in id_.parts:
                members.pop(part.member, None)
                values.pop(part.name, None)
        if is_joint or action is not Action.INSERT or not own:
            members.pop(id_.name, None)
        if made and action is Action.INSERT:
            members[id_.name] = msgspec.Raw(msgspec.json.encode(made))
            return cls(entity_set, action, made, values, members, made=True)
        return cls(entity_set, action, own or None, values, members)

    @property
    def is_unfit(self) -> bool:
        """Whether its alternate key cannot stand in an address, so that it has to be looked up."""
        return self.by is not None and self.made


def _made(members: Entity) -> str:
    found = members.pop(MADE, None)
    return "" if found is None else msgspec.json.decode(found, type=str)


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request."""

    method: str
    address: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


def call(root: ServiceRoot, record: Record, headers: Mapping[str, str]) -> Call:
    """The request for a record, with `headers` beside its own.

    Raises ValueError with a sentence when its key is not of the key's type.
    """
    match record.action:
        case Action.INSERT:
            form, body = _body(record, record.members)
            return Call("POST", root.collection(record.entity_set), {**form, **headers}, body)
        case Action.UPDATE:
            form, body = _body(record, record.members)
            own = {**form, **headers, **_IF_IT_EXISTS, "Prefer": "return=minimal"}
            return Call("PATCH", root.entity(record.entity_set, record.key or ""), own, body)
        case Action.UPSERT:
            return _upsert(root, record, headers)
        case Action.DELETE:
            return Call("DELETE", root.entity(record.entity_set, record.key or ""), {**headers, **_IF_IT_EXISTS})
        case Action.UNDELETE:
            raise ValueError(record.action)


def _upsert(root: ServiceRoot, record: Record, headers: Mapping[str, str]) -> Call:
    """The row comes back, because only its status tells whether it is new."""
    if record.by is None:
        raise ValueError(record.action)
    own = {part.member for part in record.by.whole}
    members = {name: value for name, value in record.members.items() if name not in own}
    address = root.by_key(record.entity_set, record.by, record.sought)
    form, body = _body(record, members)
    return Call("PATCH", address, {**form, **headers, "Prefer": "return=representation"}, body)


def _body(record: Record, members: Entity) -> tuple[dict[str, str], bytes]:
    """The members as JSON with its content type; numbers as texts where one has more digits than a double holds."""
    if not record.entity_set.dialect.has_texts_for_numbers or not any(map(_is_long, members.values())):
        return _JSON, msgspec.json.encode(members)
    wide = {each.member for each in record.entity_set.properties if each.type in _WIDE}
    texts = {
        name: msgspec.Raw(b'"%b"' % bytes(value)) if name in wide and _is_number(value) else value
        for name, value in members.items()
    }
    return _JSON_WITH_TEXTS, msgspec.json.encode(texts)


def _is_number(value: msgspec.Raw) -> bool:
    return bytes(value)[:1] in b"-0123456789"


def _is_long(value: msgspec.Raw) -> bool:
    return len(bytes(value)) > _DIGITS_OF_A_DOUBLE and _is_number(value)


_DONE = {Action.INSERT: Settled.CREATED, Action.UPDATE: Settled.UPDATED, Action.DELETE: Settled.DELETED}


def done(record: Record, answer: Answer) -> Settled:
    """What a good answer says became of the record.

    A service that does not know If-Match may make a record of what was to be changed, and says so.
    """
    if record.action in (Action.UPSERT, Action.UPDATE):
        return Settled.CREATED if answer.status == _CREATED else Settled.UPDATED
    return _DONE[record.action]


def id_of(record: Record, answer: Answer) -> str | None:
    """The key of a record that was written: from the answer for a new one, in its body or in the address it names."""
    if record.action not in (Action.INSERT, Action.UPSERT):
        return record.key
    address = answer.headers.get("odata-entityid") or answer.headers.get("location") or ""
    id_ = record.entity_set.id
    if id_.parts:  # what it was sent comes before the address: not every service writes that as the standard has it
        return _id_in(answer.content, id_) or record.key or key_in(address, id_)
    return member(answer.content, id_.column) or key_in(address, id_) or record.key


def _id_in(content: bytes, id_: Property) -> str | None:
    """The id of the entity in the body of an answer, None when it holds no such thing."""
    return key_text(id_, {part.name: member(content, part.column) for part in id_.parts})


def is_final(status: int) -> bool:
    """Whether an answer with a bad status says for certain that nothing was written."""
    return status < _SERVER_ERROR or status == _NOT_IMPLEMENTED


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row of a send; `said` are the service's words for one that it refused."""

    outcome: Settled
    id: str | None = None
    said: Refusal | None = None


def receipt(payload: Payload, lines: Sequence[Line]) -> Receipt:
    """The receipt of a send, with a line for each of its rows in their order."""
    rows = {
        ROW: payload.rows.to_list(),
        "outcome": [line.outcome.value for line in lines],
        "id": [line.id for line in lines],
        "field": [line.said.field or None if line.said else None for line in lines],
        "code": [line.said.code if line.said else None for line in lines],
        "message": [line.said.message if line.said else None for line in lines],
    }
    return Receipt(payload.send, pl.DataFrame(rows, schema=RECEIPT_SCHEMA))
