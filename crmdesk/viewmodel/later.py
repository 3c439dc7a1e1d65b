"""Work that waits until things are quiet: of several wishes the last one is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Later:
    """At most one piece of work at a time: a new wish gives the one under way up. Needs a running loop."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something waits or is being done."""
        return self._task is not None and not self._task.done()

    def wish(self, work: Callable[[], Awaitable[None]], seconds: float = 0.0) -> None:
        """Do `work` when `seconds` have passed without another wish."""
        self.forget()
        self._task = asyncio.get_running_loop().create_task(_wait(work, seconds))
        self._task.add_done_callback(_tell)

    def forget(self) -> None:
        """Give up what waits or is being done."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def finished(self) -> None:
        """Wait until nothing waits any more."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])


async def _wait(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    await asyncio.sleep(seconds)
    await work()


def _tell(task: asyncio.Task[None]) -> None:
    """What nobody expected goes where the loop sends such things, and not into silence."""
    if not task.cancelled() and (error := task.exception()) is not None:
        task.get_loop().call_exception_handler(
            {"message": "Work in the background failed.", "exception": error, "task": task}
        )
