"""Waiting for a CRM that cannot be reached, and going on by itself after an error."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crmdesk.connectors.token import CancelToken
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.errors import AccessError, LostAnswer, QuotaError, RemoteError, TransientError
from crmdesk.model.account import Environment
from crmdesk.model.behaviour import Behaviour
from crmdesk.model.run import Progress

_TWO_HOURS = 7200
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


def seconds_to_ride_out(behaviour: Behaviour, environment: Environment) -> int:
    """How long a lost network is waited for: nobody waits for a practice org that is not there any more."""
    if behaviour.ride_out is not None:
        return behaviour.ride_out
    return 0 if environment is Environment.PRACTICE else _TWO_HOURS


@dataclass(slots=True)
class Patience:
    """Begins `steps` again after errors that pass. `ride_out` seconds without any progress are waited through."""

    behaviour: Behaviour
    ride_out: int
    log: LedgerLog
    token: CancelToken
    _retries: int = 0

    def through(self, steps: Callable[[], Iterator[Progress]]) -> Iterator[Progress]:
        """The progress of all tries; raises the error that was one too many, and Cancelled."""
        while True:
            moved_at, pause, seen = time.monotonic(), _FIRST_PAUSE, -1
            while True:
                try:
                    for progress in steps():
                        if progress.tally.settled != seen:
                            moved_at, pause, seen = time.monotonic(), _FIRST_PAUSE, progress.tally.settled
                        yield progress
                    return
                except (TransientError, LostAnswer) as error:
                    if time.monotonic() - moved_at + pause > self.ride_out:
                        self._wait_or_raise(error)
                        break
                    self._say_once(error, pause)
                    self.token.sleep(min(pause, _LONGEST_PAUSE))
                    pause *= 2
                except (QuotaError, AccessError):
                    raise
                except RemoteError as error:
                    self._wait_or_raise(error)
                    break

    def _say_once(self, error: RemoteError, pause: float) -> None:
        if pause == _FIRST_PAUSE:
            self.log.notice(f"{error.message} It is tried again, for up to {self.ride_out:,} seconds.")

    def _wait_or_raise(self, error: RemoteError) -> None:
        """Wait as the job says after an error, or raise it when that was done often enough."""
        if not self.behaviour.processes_errors or self._retries >= self.behaviour.retries:
            raise error
        self._retries += 1
        self.log.notice(
            f"{error.message} The run goes on by itself in {self.behaviour.retry_after:,} seconds"
            f" ({self._retries} of {self.behaviour.retries})."
        )
        self.token.sleep(self.behaviour.retry_after)
