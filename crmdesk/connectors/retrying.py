"""Trying a request again: after breaks and "not now", and not before the CRM asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from crmdesk.connectors.breakdown import Again
from crmdesk.connectors.token import CancelToken
from crmdesk.connectors.traffic import Traffic

TRIES = 5
LONGEST_WAIT = 60.0
"""A CRM that asks for more seconds than this is not waited for: the error says when to come back."""


def tried(
    attempt: Callable[[], requests.Response],
    traffic: Traffic,
    longest_wait: float,
    token: CancelToken | None,
    *,
    is_near: bool,
) -> requests.Response:
    """What `attempt` gives in the end; it raises Again where it may be repeated, whose error is raised after the last.

    Waits between attempts double up to 30 seconds; where the CRM asks for more it is given up to `longest_wait`, by all
    that share the `traffic`. A CRM that `is_near`, on this computer, is not waited for as long. Raises Cancelled.
    """
    sleep = time.sleep if token is None else token.sleep
    waits = wait_random_exponential(multiplier=0.2 if is_near else 1.0, max=30.0)
    patience = Retrying(
        retry=retry_if_exception_type(Again),
        stop=lambda state: stop_after_attempt(TRIES)(state) or _asked(state) > longest_wait,
        wait=lambda state: max(waits(state), _asked(state)),
        sleep=sleep,
        reraise=True,
    )

    def checked() -> requests.Response:
        if token is not None:
            token.check()
        if traffic.pause_left:
            sleep(traffic.pause_left)
        try:
            return attempt()
        except Again as again:
            asked = again.error.retry_after or 0.0
            traffic.pause(asked if asked <= longest_wait else 0.0)
            raise

    try:
        return patience(checked)
    except Again as again:
        raise again.error from again.__cause__


def _asked(state: RetryCallState) -> float:
    """The seconds the CRM asked us to wait, 0 when it did not."""
    error = state.outcome.exception() if state.outcome else None
    return (error.error.retry_after or 0.0) if isinstance(error, Again) else 0.0
