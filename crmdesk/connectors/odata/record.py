"""One record's request, and what its answer says became of the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from crmdesk.connectors.contract import RECEIPT_SCHEMA, Payload, Receipt, Settled
from crmdesk.connectors.odata.metadata import EntitySet
from crmdesk.connectors.odata.packing import sent_values
from crmdesk.connectors.odata.urls import ServiceRoot, key_in
from crmdesk.connectors.odata.wire import Entity, Refusal, member
from crmdesk.model.job import Action
from crmdesk.tabular.batch import ROW

if TYPE_CHECKING:
    from requests import Response

_SERVER_ERROR, _NOT_IMPLEMENTED = 500, 501
_IF_IT_EXISTS = {"If-Match": "*"}
"""Without it a PATCH may create what it does not find (OData Protocol 4.01, 11.4.4), and a DELETE may want an ETag."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a stored row asks of one entity: `key` is None when the service makes it, `values` are those to write."""

    entity_set: EntitySet
    action: Action
    key: str | None
    values: dict[str, str]
    members: Entity

    @classmethod
    def read(cls, entity_set: EntitySet, action: Action, line: bytes) -> Record:
        """The record of a stored row."""
        members = msgspec.json.decode(line, type=Entity)
        values = sent_values(members)
        key_name = entity_set.id.name
        if action is not Action.INSERT or not values.get(key_name):
            members.pop(key_name, None)
        return cls(entity_set, action, values.pop(key_name, "") or None, values, members)


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request."""

    method: str
    address: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


def call(root: ServiceRoot, record: Record) -> Call:
    """The request for a record; raises ValueError with a sentence when its key is not of the key's type."""
    has_json = {"Content-Type": "application/json"}
    match record.action:
        case Action.INSERT:
            body = msgspec.json.encode(record.members)
            return Call("POST", root.collection(record.entity_set), has_json, body)
        case Action.UPDATE:
            body = msgspec.json.encode(record.members)
            headers = {**has_json, **_IF_IT_EXISTS, "Prefer": "return=minimal"}
            return Call("PATCH", root.entity(record.entity_set, record.key or ""), headers, body)
        case Action.DELETE:
            return Call("DELETE", root.entity(record.entity_set, record.key or ""), _IF_IT_EXISTS)
        case Action.UPSERT | Action.UNDELETE:
            raise ValueError(record.action)


DONE = {Action.INSERT: Settled.CREATED, Action.UPDATE: Settled.UPDATED, Action.DELETE: Settled.DELETED}


def id_of(record: Record, response: Response) -> str | None:
    """The key of a record that was written: from the answer for a new one, in its body or in the address it names."""
    if record.action is not Action.INSERT:
        return record.key
    address = response.headers.get("OData-EntityId") or response.headers.get("Location") or ""
    return member(response, record.entity_set.id.name) or key_in(address, record.entity_set.id) or record.key


def is_final(status: int) -> bool:
    """Whether an answer with a bad status says for certain that nothing was written."""
    return status < _SERVER_ERROR or status == _NOT_IMPLEMENTED


def receipt(payload: Payload, outcome: Settled, id_: str | None = None, said: Refusal | None = None) -> Receipt:
    """The receipt of a send of one row."""
    row = {
        ROW: payload.rows.to_list(),
        "outcome": [outcome.value],
        "id": [id_],
        "field": [said.field or None if said else None],
        "code": [said.code if said else None],
        "message": [said.message if said else None],
    }
    return Receipt(payload.send, pl.DataFrame(row, schema=RECEIPT_SCHEMA))
