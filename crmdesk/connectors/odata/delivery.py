"""One body on its way: its records go alone or together, and each gets a line of what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from requests import Response, codes

from crmdesk.connectors.contract import Payload, Point, SendLog, Settled
from crmdesk.connectors.http import RETRIED, HttpSession, Replay
from crmdesk.connectors.odata.batch import PREFER, batch_answers, batch_body
from crmdesk.connectors.odata.lookback import Lookback
from crmdesk.connectors.odata.naming import named
from crmdesk.connectors.odata.record import Call, Line, Record, call, done, id_of, is_final
from crmdesk.connectors.odata.urls import ServiceRoot
from crmdesk.connectors.odata.wire import Answer, Refusal, failure, refused
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import AccessError, CrmDeskError, LostAnswer, SignInError, TransientError, UserError
from crmdesk.model.job import Action

_SERVER_ERROR = 500
_TOO_MANY = 429
_NOT_YET = frozenset({401, _TOO_MANY})
"""What a request in a batch may meet that was let in: a session that ended meanwhile, and too many requests."""
_NO_BATCHES = frozenset({404, 405, 406, 415, 501})
"""What services answer that know no $batch, or not this form of it: nothing was done then."""
_NOT_THERE = frozenset({codes.not_found, codes.gone})
"""Some services take the percent signs in the addresses of a batch for letters of the key; alone they read them."""

_OF_ONE = frozenset({400, 413, 414, 422})
"""What services answer to a whole batch that is too large, or of which they cannot read one request: nothing was done.

OData Protocol 4.01, 11.7.7.1: a batch that is not well formed is refused as a whole.
"""
_RESUME = "Resume the run: it finds out first what the service has done."


@dataclass(slots=True)
class Delivery:
    """Sends records to one service. `headers` go with every write; `busy` are codes that a later try may escape.

    `base` is what the addresses of a batch are read behind, "" where they stand whole; `takes_batches` until the
    service has said that it does not.
    """

    root: ServiceRoot
    headers: Mapping[str, str]
    busy: frozenset[str]
    log: SendLog
    base: str
    takes_batches: bool = True

    def lines(self, http: HttpSession, payload: Payload, records: Sequence[Record], token: CancelToken) -> list[Line]:
        """What became of each record, in their order.

        Raises LostAnswer when nobody knows, and what a request raises that was refused before a record was looked at.
        """
        began = http.server_now().isoformat()
        lookback = Lookback(http, self.root, self.log, token, began)
        ready = [_resolved(record, lookback) for record in records]
        calls = [self._call(record) for record in ready]
        wanted = [(record, each) for record, each in zip(ready, calls, strict=True) if isinstance(each, Call)]
        answers = self._answers(http, payload, [each for _, each in wanted], token)
        if isinstance(answers, Refusal):
            return [Line(Settled.CROWDED, said=answers) if isinstance(each, Call) else each for each in calls]
        _slow_down(http, answers)
        told = iter(
            [
                self._line(record, sent, answer, lookback, is_alone=len(records) == 1)
                for (record, sent), answer in zip(wanted, answers, strict=True)
            ]
        )
        return [next(told) if isinstance(each, Call) else each for each in calls]

    def _call(self, record: Record) -> Call | Line:
        try:
            return call(self.root, record, self.headers)
        except ValueError as error:
            name = record.by.name if record.by is not None else record.entity_set.id.name
            return Line(Settled.REJECTED, said=Refusal(0, "NOT_AN_ID", str(error), name))

    def _answers(
        self, http: HttpSession, payload: Payload, calls: Sequence[Call], token: CancelToken
    ) -> Sequence[Answer | None] | Refusal:
        """An answer for each call, None for one that the service did not come to; or why it took none of them."""
        if not calls:
            return []
        if len(calls) == 1:
            answer = self._alone(http, calls[0], token)
            self.log.reached(payload.send, Point.UPLOADED)
            return [answer]
        if self.takes_batches:
            response = self._together(http, calls, token)
            self.log.reached(payload.send, Point.UPLOADED)
            answers = batch_answers(response)
            if answers is not None or response.ok:
                return _fitting(answers, len(calls))
            whole = Answer.of(response)
            if whole.status in _OF_ONE:
                return refused(whole)
            if whole.status not in _NO_BATCHES:
                said = failure(refused(whole), "a batch")
                raise LostAnswer(said.message, hint=_RESUME) if whole.status >= _SERVER_ERROR else said
            self.takes_batches = False
        return self._one_by_one(http, payload, calls, token)

    def _alone(self, http: HttpSession, only: Call, token: CancelToken) -> Answer:
        response = http.request(
            only.method, only.address, replay=Replay.NEVER, token=token, headers=only.headers, body=only.body
        )
        answer = Answer.of(response)
        if not _is_told(only, answer):
            raise LostAnswer(
                f"Something else answered where the service was to tell what became of a record ({answer.status}).",
                hint=f"Open the address in a browser: it may want a sign-in. {_RESUME}",
            )
        return answer

    def _together(self, http: HttpSession, calls: Sequence[Call], token: CancelToken) -> Response:
        kind, body = batch_body(calls, self.base)
        headers = {"Content-Type": kind, "Accept": "multipart/mixed", **PREFER}
        return http.request("POST", f"{self.root}$batch", replay=Replay.NEVER, token=token, headers=headers, body=body)

    def _one_by_one(
        self, http: HttpSession, payload: Payload, calls: Sequence[Call], token: CancelToken
    ) -> Sequence[Answer | None]:
        """A request a record, in their order; what is refused before it was looked at ends it for now."""
        answers: list[Answer | None] = []
        for each in calls:
            try:
                answers.append(self._alone(http, each, token))
            except (TransientError, UserError):
                if not answers:
                    raise
                break
        self.log.reached(payload.send, Point.UPLOADED)
        return [*answers, *[None] * (len(calls) - len(answers))]

    def _line(self, record: Record, sent: Call, answer: Answer | None, lookback: Lookback, *, is_alone: bool) -> Line:
        if answer is None:
            return Line(Settled.UNSENT)
        if answer.is_good:
            return Line(done(record, answer), id_of(record, answer))
        if answer.status in _NOT_YET and not is_alone:
            return Line(Settled.UNSENT)
        said = named(refused(answer), record)
        wrong = failure(said, f"the {record.action} of {record.entity_set.name}")
        is_of_row = said.is_own and record.entity_set.dialect.rows_have_rights and isinstance(wrong, AccessError)
        if is_alone and isinstance(wrong, SignInError | AccessError) and not is_of_row:
            raise wrong
        if answer.status in _NOT_THERE and "%" in sent.address and record.by is None and not is_alone:
            return Line(Settled.CROWDED, said=said)
        if said.code in self.busy:
            return Line(Settled.BUSY, said=said)
        if is_final(said.status) and not _is_our_own(said, record):
            return Line(Settled.REJECTED, said=said)
        if not said.is_own:
            raise LostAnswer(wrong.message, hint=_RESUME)
        outcome, id_ = _after_breakdown(lookback, record)
        if outcome is not Settled.UNSENT:
            return Line(outcome, id_)
        is_busy = answer.status in RETRIED and not is_alone
        return Line(Settled.UNSENT) if is_busy else Line(Settled.REJECTED, said=said)


def _is_our_own(said: Refusal, record: Record) -> bool:
    """Whether a new record is refused for an id that we made: then it is there, by a request that somebody repeated."""
    return record.made and record.action is Action.INSERT and said.code in record.entity_set.dialect.id_taken


def _is_told(sent: Call, answer: Answer) -> bool:
    """Whether a good answer is one of a service to such a request.

    A page that asks for a sign-in comes with a status as good as any, and nothing was done. A new record is answered by
    201 or 204 (OData Protocol 4.01, 11.4.2), or at least told.
    """
    if not answer.is_good:
        return True
    is_empty_of_new = sent.method == "POST" and answer.status == codes.ok and not answer.content
    return not answer.is_page and not is_empty_of_new


def _slow_down(http: HttpSession, answers: Sequence[Answer | None]) -> None:
    """Wait as one of them asks before anything else is sent."""
    busy = next((each for each in answers if each is not None and each.status in {_TOO_MANY, *RETRIED}), None)
    if busy is not None and len(answers) > 1:
        http.slow_down(busy.headers.get("retry-after"))


def _resolved(record: Record, lookback: Lookback) -> Record:
    """The record as it can be sent: one whose key no address can hold is looked up, and inserted or updated."""
    if not record.is_unfit:
        return record
    id_ = lookback.id_by(record)
    if id_ is not None:
        return replace(record, action=Action.UPDATE, key=id_, made=False, by=None)
    members = {**record.members, record.entity_set.id.name: msgspec.Raw(msgspec.json.encode(record.key))}
    return replace(record, action=Action.INSERT, members=members, by=None)


def _after_breakdown(lookback: Lookback, record: Record) -> tuple[Settled, str | None]:
    """The service itself says that it failed, so it is done with the request and what it holds decides at once.

    A record with a key that somebody chose was there before: services answer so to a key that is taken.
    """
    if record.action is Action.INSERT and record.key is not None and not record.made:
        return Settled.UNSENT, None
    try:
        return lookback.found(record)
    except CrmDeskError as error:
        raise LostAnswer(error.message, hint=_RESUME) from error


def _fitting(answers: Sequence[Answer] | None, calls: int) -> Sequence[Answer | None]:
    """As many answers as calls. A service may stop at the first that it refuses: the rest it did not come to.

    OData Protocol 4.0, 11.7.4: "the service MUST stop" where it does not go on after errors. Raises LostAnswer.
    """
    if answers is not None and len(answers) == calls:
        return answers
    if answers and len(answers) < calls and not answers[-1].is_good:
        return [*answers, *[None] * (calls - len(answers))]
    raise LostAnswer("The answer to a batch does not fit its requests.", hint=_RESUME)
