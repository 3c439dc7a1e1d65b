"""A few requests on the way at once: payloads in, what became of each out, in the order they come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from crmdesk.connectors.contract import Payload, Receipt
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, CrmDeskError

IN_FLIGHT = 4
_POLL_SECONDS = 0.1  # how long a request to stop may go unseen while answers are awaited
_GRACE_SECONDS = 1.0  # answers that arrive this soon after it are still recorded


@dataclass(frozen=True, slots=True)
class Flown:
    """What became of one payload: a receipt where that is known, an error where nothing more may be sent.

    With neither, the answer was lost. `sent_at` is empty when the payload never left.
    """

    payload: Payload
    sent_at: str
    receipt: Receipt | None = None
    error: CrmDeskError | None = None


def fly(deliver: Callable[[Payload], Flown], payloads: Iterator[Payload], token: CancelToken) -> Iterator[Flown]:
    """Deliver in IN_FLIGHT threads.

    After an error nothing new starts, what is on the way is awaited, then the error is raised. On a request to stop
    what is on the way gets a moment, then Cancelled is raised.
    """
    pool = ThreadPoolExecutor(IN_FLIGHT, "odata")
    waiting: set[Future[Flown]] = set()
    error: CrmDeskError | None = None
    try:
        while True:
            while error is None and not token.is_cancelled and len(waiting) < IN_FLIGHT:
                payload = next(payloads, None)
                if payload is None:
                    break
                waiting.add(pool.submit(deliver, payload))
            if not waiting:
                break
            is_last = token.is_cancelled
            seconds, until = (_GRACE_SECONDS, "ALL_COMPLETED") if is_last else (_POLL_SECONDS, FIRST_COMPLETED)
            done, waiting = wait(waiting, seconds, until)
            for flown in (future.result() for future in done):
                error = error or flown.error
                yield flown
            if is_last:
                raise Cancelled
        if error is not None:
            raise error
        token.check()
    finally:
        # Only a stop may leave threads behind: who else ends here may close what they are talking to.
        pool.shutdown(wait=not token.is_cancelled, cancel_futures=True)
