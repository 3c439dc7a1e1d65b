"""What became of a record whose answer was lost, by what the service holds now: nothing is sent that writes.

May be asked only when the service cannot be working on the request any more.
"""

from __future__ import annotations

from dataclasses import dataclass

from requests import codes

from crmdesk.connectors.contract import Query, SendLog, Settled
from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.odata.edm import Kind, is_same, wire_text
from crmdesk.connectors.odata.record import Record
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

    def outcome(self, record: Record) -> Settled:
        """What became of the record; raises what reading raises.

        A delete whose record is gone counts as done whoever did it: sending it again could only be told so.
        A new record that stands there with other values, or belongs to another row of the run, is not ours: sending
        again brings the service's refusal.
        """
        if record.key is None:
            return self._keyless(record)
        held = self._held(record)
        match record.action:
            case Action.INSERT:
                is_ours = held is not None and _has_all(record, held) and not self.log.owned([record.key])
                return Settled.CREATED if is_ours else Settled.UNSENT
            case Action.UPDATE:
                return Settled.UPDATED if held is not None and _has_all(record, held) else Settled.UNSENT
            case Action.DELETE:
                return Settled.DELETED if held is None else Settled.UNSENT
            case Action.UPSERT | Action.UNDELETE:
                raise ValueError(record.action)

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
        ids = {wire_text(held[key]) or "" for held in found.value}
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


def _has_all(record: Record, held: Entity) -> bool:
    """Whether the entity has every value that was sent."""
    for name, sent in record.values.items():
        found = record.entity_set.find(name)
        raw = held.get(name)
        if found is None or not is_same(found.kind, sent, None if raw is None else wire_text(raw)):
            return False
    return True
