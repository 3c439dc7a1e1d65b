"""Coroutines started from the window: kept alive, named, given up at the end, and with one way for what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")
OnFailure = Callable[[BaseException], None]

_tasks: set[asyncio.Task[None]] = set()
_failed: list[OnFailure] = []


def on_failure(show: OnFailure) -> None:
    """From now on `show` is handed what went wrong in a coroutine; the one before is forgotten."""
    _failed[:] = [show]


def failed(error: BaseException) -> None:
    """Show `error` the one way there is; without a window it is raised where it happened."""
    if not _failed:
        raise error
    _failed[0](error)


def spawn(work: Coroutine[object, object, object]) -> asyncio.Task[None]:
    """Start `work` on the running loop; its failure is shown, its cancellation is not.

    A task begins at the next turn of the loop: what must not be started twice is marked busy before this is called.
    """
    task = asyncio.get_running_loop().create_task(_watched(work), name=getattr(work, "__qualname__", ""))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


def aslot(slot: Callable[P, Coroutine[object, object, object]]) -> Callable[P, None]:
    """Make a coroutine function a slot that a signal can call."""

    @wraps(slot)
    def start(*args: P.args, **kwargs: P.kwargs) -> None:
        spawn(slot(*args, **kwargs))

    return start


async def give_up_all() -> None:
    """Cancel what still runs and wait until it has ended."""
    current = asyncio.current_task()
    waiting = [task for task in _tasks if task is not current]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _watched(work: Coroutine[object, object, object]) -> None:
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - the one funnel: a dialog for what was foreseen, the crash dialog else
        failed(error)
