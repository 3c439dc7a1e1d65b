"""uvicorn's HTTP protocol with one addition: a connection can be cut off in the middle."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class CuttableProtocol(HttpToolsProtocol):
    """Remembers the transport of every open connection under the client's address, as ASGI names it in `client`."""

    _open: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            self._open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            self._open.pop(self.client, None)
        super().connection_lost(exc)

    @classmethod
    def cut(cls, client: tuple[str, int], *, after_what_was_written: bool) -> None:
        """Close the client's connection, at once or after the bytes that are already on their way."""
        transport = cls._open.get(client)
        if transport is None:
            return
        if after_what_was_written:
            transport.close()
        else:
            transport.abort()
