"""A run: iterate it to make it happen. Whatever ends it is in the ledger before anybody hears of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

from crmdesk.connectors.contract import Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.errors import Cancelled, CrmDeskError, QuotaError, StoreError
from crmdesk.model.run import Failure, Notice, Progress, RunEvent, RunFinished, RunOutcome, RunStarted, Tally

_POLL_SECONDS = 0.2  # how often the store is asked for a request to stop

OnBug = Callable[[Exception], CrmDeskError]
"""Keeps where a bug of ours came from for whoever looks after the program, and gives what to say of it."""


class Pulse:
    """A thread that passes a request to stop, made in the store by another process, on to the token."""

    def __init__(self, ledger: Ledger, token: CancelToken) -> None:
        self._ledger = ledger
        self._token = token
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(_POLL_SECONDS):
            with suppress(StoreError):  # a busy store is asked again; what is wrong with it the run itself says
                if self._ledger.is_stop_requested():
                    self._token.cancel()


def execute(
    steps: Callable[[], Iterator[Progress]],
    log: LedgerLog,
    session: Session,
    token: CancelToken,
    on_bug: OnBug,
    *,
    is_partial: bool,
) -> Iterator[RunEvent]:
    """Run `steps` to their end and say how it went; never raises what belongs to the run.

    `is_partial` tells that the steps stop on purpose before everything is sent: the run then ends paused. After a bug
    of ours it has failed, and can be resumed like any other.
    """
    begun = time.monotonic()
    ledger = log.ledger
    yield RunStarted(ledger.run)
    failure: Failure | None = None
    outcome = RunOutcome.SUCCEEDED
    try:
        with Pulse(ledger, token):
            for progress in steps():
                ledger.progress(progress)
                if warning := session.calls.warning():
                    log.notice(warning)
                yield from map(Notice, log.new_notices())
                yield progress
    except Cancelled:
        outcome = RunOutcome.STOPPED
    except QuotaError as error:
        outcome, failure = RunOutcome.PAUSED, failure_of(error)
    except CrmDeskError as error:
        outcome, failure = RunOutcome.FAILED, failure_of(error)
    except Exception as bug:  # noqa: BLE001 - whatever is not in our tree of errors must not leave the run without an end
        outcome, failure = RunOutcome.FAILED, failure_of(on_bug(bug))
    yield from map(Notice, log.new_notices())
    tally = ledger.tally()
    if outcome is RunOutcome.SUCCEEDED:
        outcome = _well_ended(tally, is_partial=is_partial)
    try:
        _store_end(log, outcome, session.api_calls, failure)
    except StoreError as error:  # the run stays open, and can be resumed when the store takes its end
        outcome, failure = RunOutcome.FAILED, failure or failure_of(error)
    yield RunFinished(ledger.run, outcome, tally, session.api_calls, time.monotonic() - begun, failure)


def _store_end(log: LedgerLog, outcome: RunOutcome, api_calls: int, failure: Failure | None) -> None:
    """Write the end of a run down; raises StoreError."""
    log.ledger.finish(outcome, api_calls, f"{failure.message} {failure.hint}".rstrip() if failure else "")
    if outcome in (RunOutcome.SUCCEEDED, RunOutcome.REJECTS):
        log.ledger.discard_send_files()


def _well_ended(tally: Tally, *, is_partial: bool) -> RunOutcome:
    if is_partial and tally.pending:
        return RunOutcome.PAUSED
    return RunOutcome.REJECTS if tally.rejected or tally.unknown else RunOutcome.SUCCEEDED


def failure_of(error: CrmDeskError) -> Failure:
    """What is said about an error at the end of a run."""
    return Failure(error.kind, error.message, error.hint, error.place, error.account)
