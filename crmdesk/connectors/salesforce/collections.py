"""Up to 200 rows a call by sObject collections, a few calls at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import msgspec

from crmdesk.connectors.contract import OpenSend, Packing, Payload, Point, Receipt, SendLog, Settled, WriteRequest
from crmdesk.connectors.flight import Landing, in_flight
from crmdesk.connectors.http import Replay
from crmdesk.connectors.salesforce.accidents import Accidents
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.json_rows import packing
from crmdesk.connectors.salesforce.receipts import Line, crowded, ended_by, of_one_kind, receipt, rejected, written
from crmdesk.connectors.salesforce.rest import JSON, Rest
from crmdesk.connectors.siblings import Siblings
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.upload import Upload
from crmdesk.errors import Cancelled, CrmDeskError, LostAnswer
from crmdesk.model.job import Action, Engine
from crmdesk.model.write_options import Wishes

if TYPE_CHECKING:
    import requests

    from crmdesk.connectors.salesforce.lookback import Lookback

IN_FLIGHT = 3
_OK = 200
_REFUSED = range(400, 500)


class Result(msgspec.Struct):
    """The answer for one record (REST guide, "sObject Collections")."""

    success: bool
    id: str | None = None
    created: bool = False
    errors: list[dict[str, object]] = []


_RESULTS = msgspec.json.Decoder(list[Result])


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    tail: str
    params: dict[str, str]


class CollectionsSink:
    """See Sink."""

    engine = Engine.REST

    def __init__(self, rest: Rest, request: WriteRequest, log: SendLog, lookback: Callable[[], Lookback]) -> None:
        self._rest = rest
        self._request = request
        self._log = log
        self._lookback = lookback
        self._siblings = Siblings(rest, 1 if request.is_serial else IN_FLIGHT)
        self.packing: Packing = self._packing(request)
        self._headers = headers_of(request.wishes)
        self._accidents = Accidents()

    def _packing(self, request: WriteRequest) -> Packing:
        return packing(request)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._siblings.close()

    def write(self, payloads: Iterator[Payload], token: CancelToken) -> Iterator[Receipt]:
        """See Sink. Sends whose answers were lost are looked into when all others are done."""
        lost: list[OpenSend] = []
        is_working = False
        for landing in in_flight(payloads, lambda payload: self._deliver(payload, token), self._siblings.number, token):
            if landing.lost is not None:
                lost.append(landing.lost)
            if landing.receipt is not None:
                is_working |= landing.error is None
                yield landing.receipt
        for found in self.settle(lost, token):
            yield self._accidents.judged(found, lost, is_working=is_working)

    def settle(self, open_sends: Sequence[OpenSend], token: CancelToken) -> Iterator[Receipt]:
        """See Sink."""
        if open_sends:
            yield from self._lookback().settle(open_sends, self.packing.decode, token, self._accidents.over)

    def _deliver(self, payload: Payload, token: CancelToken) -> Landing:
        with self._siblings.lent() as rest:
            return self._send(rest, payload, token)

    def _send(self, rest: Rest, payload: Payload, token: CancelToken) -> Landing:
        token.check()
        leaving = _Leaving(rest, payload, self._log)
        try:
            response = self._ask(rest, payload, token, leaving)
        except LostAnswer:
            return leaving.lost()
        except Cancelled:
            raise
        except CrmDeskError as error:
            return _refused(payload, error)
        if response.status_code != _OK and response.status_code not in _REFUSED:
            refusal = self._refusal(response)
            if refusal.is_verdict:
                return _refused(payload, refusal.error(is_write=True))
            self._accidents.met(payload, refusal, rest.now())
            return leaving.lost()  # an accident of the org, or an answer that comes from something else
        if response.status_code != _OK:
            refusal = Refusal.parse(response.status_code, response.content)
            if refusal.may_be_one_row:
                return Landing(receipt=crowded(payload, refusal))
            return _refused(payload, refusal.error(is_write=True))
        results = self._results(response.content)
        if results is None or len(results) != len(payload.rows):
            # An answer that does not fit its rows says nothing about any of them.
            return leaving.lost()
        self._log.reached(payload.send, Point.FETCHED)
        found = paired_by_position(payload, results, self._request.action)
        return Landing(receipt=found, error=ended_by(found))

    def _ask(self, rest: Rest, payload: Payload, token: CancelToken, leaving: Callable[[], None]) -> requests.Response:
        call = self._call(payload)
        has_body = self._request.action is not Action.DELETE
        response = rest.http.request(
            call.method,
            rest.path(call.tail),
            replay=Replay.NEVER,
            token=token,
            params=call.params,
            headers=self._headers,
            body=(lambda: Upload(payload.body, token, lambda: self._uploaded(payload))) if has_body else None,
            leaving=leaving,
        )
        if not has_body:
            self._uploaded(payload)
        return response

    def _uploaded(self, payload: Payload) -> None:
        self._log.reached(payload.send, Point.UPLOADED)

    def _refusal(self, response: requests.Response) -> Refusal:
        return Refusal.parse(response.status_code, response.content)

    def _results(self, body: bytes) -> Sequence[Result] | None:
        """What the answer says of each record; None when it cannot be read."""
        try:
            return _RESULTS.decode(body)
        except msgspec.MsgspecError:
            return None

    def _call(self, payload: Payload) -> _Call:
        match self._request.action:
            case Action.INSERT:
                return _Call("POST", "composite/sobjects", {})
            case Action.UPDATE:
                return _Call("PATCH", "composite/sobjects", {})
            case Action.UPSERT:
                key = self._request.key
                if key is None:
                    raise ValueError(self._request.action)
                return _Call("PATCH", f"composite/sobjects/{quote(self._request.object.name)}/{quote(key.name)}", {})
            case Action.DELETE:
                wanted = "true" if self._request.wishes.all_or_none else "false"
                return _Call("DELETE", "composite/sobjects", {"ids": payload.body.read().decode(), "allOrNone": wanted})
            case Action.UNDELETE:
                raise ValueError(self._request.action)


class _Leaving:
    """Notes in the ledger, before each try, that the payload is about to leave."""

    def __init__(self, rest: Rest, payload: Payload, log: SendLog) -> None:
        self._rest = rest
        self._payload = payload
        self._log = log
        self._sent_at = rest.now()

    def __call__(self) -> None:
        self._sent_at = self._rest.now()
        self._log.intend(self._payload, self._sent_at)

    def lost(self) -> Landing:
        return Landing(lost=OpenSend(self._payload, None, self._sent_at))


def headers_of(wishes: Wishes) -> dict[str, str]:
    """The headers of a call; REST guide, "Assignment Rule Header" and "Duplicate Rule Header"."""
    headers = dict(JSON)
    if wishes.allows_duplicates:
        headers["Sforce-Duplicate-Rule-Header"] = "allowSave=true"
    if wishes.assignment:
        headers["Sforce-Auto-Assign"] = {"none": "FALSE", "active": "TRUE"}.get(wishes.assignment, wishes.assignment)
    return headers


def _refused(payload: Payload, error: CrmDeskError) -> Landing:
    """A call that was refused as a whole applied nothing."""
    return Landing(receipt=of_one_kind(payload, Settled.UNSENT), error=error)


def paired_by_position(payload: Payload, results: Sequence[Result], action: Action) -> Receipt:
    """Results of one call are in the order of its records, and there are exactly as many."""
    lines: list[Line] = [
        (row, written(action, is_created=result.created), result.id, None, None, None)
        if result.success
        else rejected(row, result.errors)
        for row, result in zip(payload.rows, results, strict=True)
    ]
    return receipt(payload, lines)
