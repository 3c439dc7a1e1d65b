"""Rings of objects that nobody needs any more are freed in the window's own thread alone.

Python frees them in whichever thread happens to allocate, and a Qt object destroyed outside its thread ends the process
a moment later (Qt, QObject: thread affinity).
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MOMENT = 0.5  # seconds between two looks


@contextmanager
def collected_here() -> Iterator[None]:
    """Within this block the collector runs when `collect_now_and_then` says so, and at no other moment."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def collect_now_and_then() -> None:
    """Collect, for as long as the task lives, what Python's own thresholds say is worth it."""
    while True:
        await asyncio.sleep(_MOMENT)
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [age for age, (count, most) in enumerate(zip(counts, thresholds, strict=True)) if count > most]
        if due:
            gc.collect(due[-1])
