"""Answering over HTTP until a signal, or until nobody asks any more: the same for orgs and environments."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from crmdesk.practice.wire import CuttableProtocol

_KEEP_ALIVE = 120
_LAST_WORDS = 1


def answer(
    app: ASGIApp,
    listener: socket.socket,
    certificate: Path | None,
    key: Path | None,
    announce: Callable[[], None],
    is_idle: Callable[[], bool],
) -> None:
    """Serve `app` on `listener`; `announce` is called when it answers, and it ends when `is_idle`.

    `certificate` and its `key` are PEM files, None for plain HTTP.
    """
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_LAST_WORDS,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    # uvicorn hands a signal on once it has shut down; what is left to do then is done by whoever called.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _already_ending)
    _Server(config, announce, is_idle).run(sockets=[listener])


def _already_ending(number: int, frame: FrameType | None) -> None:
    pass


class _Server(uvicorn.Server):
    """uvicorn, which tells when it answers and ends when nobody asks any more."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None], is_idle: Callable[[], bool]) -> None:
        super().__init__(config)
        self._announce = announce
        self._is_idle = is_idle

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._is_idle()
