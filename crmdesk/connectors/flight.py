"""A few sends on the way at once: payloads in, what became of each out, in the order they come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from crmdesk.connectors.contract import OpenSend, Receipt
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, CrmDeskError

_GLANCE_SECONDS = 0.1
_GRACE_SECONDS = 1.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Landing:
    """How one send came back: a receipt where its outcome is known, the send itself where the answer was lost.

    With an `error` nothing more is to be sent; the receipt beside it, if any, holds good.
    """

    receipt: Receipt | None = None
    lost: OpenSend | None = None
    error: CrmDeskError | None = None


def in_flight(sends: Iterator[T], deliver: Callable[[T], Landing], width: int, token: CancelToken) -> Iterator[Landing]:
    """Deliver `sends` in `width` threads.

    After an error nothing new starts, what is on the way is awaited, then the error is raised. After a request to stop
    answers that come within a second are still handed out, then Cancelled is raised.
    """
    pool = ThreadPoolExecutor(width, "send")
    flying: set[Future[Landing]] = set()
    error: CrmDeskError | None = None
    is_stopping = False
    try:
        while not is_stopping:
            is_stopping = token.is_cancelled
            while error is None and not is_stopping and len(flying) < width:
                send = next(sends, None)
                if send is None:
                    break
                flying.add(pool.submit(_caught, deliver, send))
            if not flying:
                break
            done, flying = wait(
                flying,
                _GRACE_SECONDS if is_stopping else _GLANCE_SECONDS,
                "ALL_COMPLETED" if is_stopping else FIRST_COMPLETED,
            )
            for landing in [future.result() for future in done]:
                error = error or landing.error
                yield landing
        token.check()
        if error is not None:
            raise error
    finally:
        # Only a stop may leave threads behind: who else ends here may close what they are talking to.
        pool.shutdown(wait=not token.is_cancelled, cancel_futures=True)


def _caught(deliver: Callable[[T], Landing], send: T) -> Landing:
    try:
        return deliver(send)
    except Cancelled:
        return Landing()
    except CrmDeskError as error:
        return Landing(error=error)
