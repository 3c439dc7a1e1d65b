"""What became of a record whose answer was lost, by what the service holds now: nothing is sent that writes.

May be asked only when the service cannot be working on the request any more.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime

from requests import codes

from crmdesk.connectors.contract import Query, SendLog, Settled
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.odata.edm import Kind, is_same, wire_text
from crmdesk.connectors.odata.filters import filter_text
from crmdesk.connectors.odata.record import Record
from crmdesk.connectors.odata.source import text_of
from crmdesk.connectors.odata.urls import ServiceRoot, query_options
from crmdesk.connectors.odata.wire import Entity, entity, failure, page, refusal
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import AccessError, SignInError
from crmdesk.model.filter import Condition, Group, Joined, Operator
from crmdesk.model.job import Action

_EXACT = frozenset({Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.GUID, Kind.ENUM})
"""Kinds that a service stores as they were sent; it may round a fraction and cut a time."""

_MOST_VALUES = 10  # compared to prove an absence: enough to tell records apart, few enough for an address
_LONGEST_TEXT = 100
_MOST_TWINS = 200  # records like ours that are looked at


@dataclass(frozen=True, slots=True)
class Lookback:
    """Looks up records by one HTTP session."""

    http: HttpSession
    root: ServiceRoot
    log: SendLog
    token: CancelToken
    since: str = ""

    def found(self, record: Record) -> tuple[Settled, str | None]:
        """What became of the record, and its id where that is known; raises what reading raises.

        A delete whose record is gone counts as done whoever did it: sending it again could only be told so.
        A new record that stands there with other values, or belongs to another row of the run, is not ours: sending
        again brings the service's refusal. An id that we made is nobody else's, whatever was made of its values.
        """
        if record.by is not None:
            return self._by_key(record)
        if record.key is None:
            return self._keyless(record), None
        held = self._held(record)
        is_there = held is not None and _has_all(record, held)
        match record.action:
            case Action.INSERT:
                is_ours = held is not None if record.made else is_there and not self.log.owned([record.key])
                return (Settled.CREATED if is_ours else Settled.UNSENT), record.key
            case Action.UPDATE:
                return (Settled.UPDATED if is_there else Settled.UNSENT), record.key
            case Action.DELETE:
                return (Settled.DELETED if held is None else Settled.UNSENT), record.key
            case Action.UPSERT | Action.UNDELETE:
                raise ValueError(record.action)

    def id_by(self, record: Record) -> str | None:
        """The id of the entity with the alternate key of an upsert; None when there is none."""
        held = self._with_key(record)
        return None if held is None else wire_text(held[record.entity_set.id.column])

    def _by_key(self, record: Record) -> tuple[Settled, str | None]:
        """An upsert that did not come through may go again: it finds by its key what it made."""
        held = self._with_key(record)
        if held is None:
            return Settled.UNSENT, None
        id_ = wire_text(held[record.entity_set.id.column])
        created = record.entity_set.dialect.created
        made_at = wire_text(held[created]) if created in held else None
        if id_ == record.key:
            return Settled.CREATED, id_
        if made_at is not None and self.since != "" and _is_after(made_at, self.since):
            # Sent again it would count as updated, only because a fraction was rounded while it was created.
            return (Settled.CREATED, id_) if _has_all(record, held, _EXACT) else (Settled.UNSENT, None)
        return (Settled.UPDATED, id_) if _has_all(record, held) else (Settled.UNSENT, None)

    def _with_key(self, record: Record) -> Entity | None:
        by, entity_set = record.by, record.entity_set
        if by is None:
            raise ValueError(record.action)
        where = filter_text(entity_set, Condition(by.name, Operator.EQUAL, record.sought))
        address = self.root.collection(entity_set, options=[("$filter", where)])
        response = self.http.request("GET", address, replay=Replay.SAFE, token=self.token)
        if not response.ok:
            raise failure(refusal(response), f"reading {entity_set.name}")
        return next(iter(page(response).value), None)

    def _held(self, record: Record) -> Entity | None:
        address = self.root.entity(record.entity_set, record.key or "")
        response = self.http.request("GET", address, replay=Replay.SAFE, token=self.token)
        if response.status_code in (codes.not_found, codes.gone):
            return None
        if not response.ok:
            raise failure(refusal(response), f"reading {record.entity_set.name}")
        return entity(response)

    def _keyless(self, record: Record) -> Settled:
        """UNSENT when no record has the values that were sent but those of other rows; one more may be ours or not."""
        wanted = _comparable(record)
        if not wanted:
            return Settled.UNKNOWN
        key = record.entity_set.id.name
        query = Query(record.entity_set.name, (key,), Group(Joined.ALL, wanted), limit=_MOST_TWINS)
        address = self.root.collection(record.entity_set, options=query_options(record.entity_set, query))
        response = self.http.request("GET", address, replay=Replay.SAFE, token=self.token)
        if not response.ok:
            error = failure(refusal(response), f"reading {record.entity_set.name}")
            if isinstance(error, SignInError | AccessError):
                raise error
            return Settled.UNKNOWN
        found = page(response)
        ids = {text_of(record.entity_set.id, held) or "" for held in found.value}
        is_whole = found.next_link is None and len(ids) < _MOST_TWINS
        return Settled.UNSENT if is_whole and not ids - self.log.owned(ids) else Settled.UNKNOWN


def _comparable(record: Record) -> tuple[Condition, ...]:
    """Conditions that our record meets if it is there, whatever the service makes of blanks and line ends."""
    found = []
    for name, sent in record.values.items():
        held = record.entity_set.find(name)
        is_plain = sent and sent == sent.strip() and len(sent) <= _LONGEST_TEXT and sent.isprintable()
        if held is not None and held.kind in _EXACT and is_plain:
            found.append(Condition(held.name, Operator.EQUAL, sent))
    return tuple(found[:_MOST_VALUES])


def _has_all(record: Record, held: Entity, kinds: Container[Kind] = frozenset(Kind)) -> bool:
    """Whether the entity has every value that was sent, of those `kinds`."""
    for name, sent in record.values.items():
        found = record.entity_set.find(name)
        if found is not None and found.kind not in kinds:
            continue
        if found is None or not is_same(found.kind, sent, text_of(replace(found, only=None), held)):
            return False
    return True


def _is_after(made_at: str, since: str) -> bool:
    """Whether an entity was made since then; its time may be known to the second only."""
    return datetime.fromisoformat(made_at) >= datetime.fromisoformat(since).replace(microsecond=0)
