from __future__ import annotations

import asyncio
import gc
import threading
import weakref

from PySide6.QtCore import QObject

from crmdesk.gui.garbage import collect_now_and_then, collected_here


async def test_rings_of_qt_objects_are_freed_in_the_windows_thread_alone() -> None:
    freed_in: list[int] = []
    with collected_here():
        ring = QObject()
        ring.own = ring  # type: ignore[attr-defined] # a ring: nothing but the collector frees it
        weakref.finalize(ring, lambda: freed_in.append(threading.get_ident()))
        del ring
        elsewhere = threading.Thread(target=_make_rings)
        elsewhere.start()
        elsewhere.join()
        assert freed_in == []
        collecting = asyncio.create_task(collect_now_and_then())
        async with asyncio.timeout(100):
            while not freed_in:
                _make_rings()
                await asyncio.sleep(0.1)
        collecting.cancel()
    assert freed_in == [threading.get_ident()]


def _make_rings() -> None:
    for _ in range(20 * gc.get_threshold()[0]):
        ring: list[object] = []
        ring.append(ring)
