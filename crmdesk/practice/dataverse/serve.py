"""Starting the environment, saying where it is, and ending it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from crmdesk.practice.clock import Clock
from crmdesk.practice.dataverse import identity as tenant
from crmdesk.practice.dataverse.app import make_app
from crmdesk.practice.dataverse.environment import Environment
from crmdesk.practice.dataverse.identity import Identity
from crmdesk.practice.dataverse.seed import id_of, seed
from crmdesk.practice.dataverse.service import Service
from crmdesk.practice.dataverse.store import Store
from crmdesk.practice.wire import CuttableProtocol


def open_environment(folder: Path, url: str, *, accounts: int, contacts: int, number: int) -> Environment:
    """The environment whose rows are in `folder`, filled when it is new."""
    store = Store(folder / "dataverse.sqlite", Clock())
    seed(store, accounts=accounts, contacts=contacts, number=number)
    identity = Identity(url, id_of("user admin"), id_of("user daemon"))
    service = Service(store, url, store.fact("organization"))
    return Environment(service, identity, secrets.token_urlsafe(24))


def run(
    environment: Environment,
    listener: socket.socket,
    *,
    certificate: Path | None,
    key: Path | None,
    idle_exit: float | None,
    told: Callable[[dict[str, str]], None],
) -> None:
    """Serve until a signal, or until nobody has asked for anything for `idle_exit` seconds."""
    config = uvicorn.Config(
        make_app(environment),
        http=CuttableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    service = environment.service
    where = {"url": service.url, "access_token": environment.token, "org_id": service.organization_id}

    def announce() -> None:
        told({**where, "pid": str(os.getpid())})
        line = {
            **where,
            "ca_file": str(certificate) if certificate else None,
            "tenant": tenant.TENANT,
            "client_id": tenant.DAEMON,
            "public_client_id": tenant.PUBLIC_APP,
        }
        print(json.dumps(line), flush=True)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _already_ending)
    _Server(config, announce, environment, idle_exit).run(sockets=[listener])
    print(json.dumps({"requests": len(environment.log)}), file=sys.stderr)
    service.store.close()


def _already_ending(number: int, frame: FrameType | None) -> None:
    pass


class _Server(uvicorn.Server):
    """uvicorn, which tells when it answers and ends when nobody asks any more."""

    def __init__(
        self, config: uvicorn.Config, announce: Callable[[], None], environment: Environment, idle_exit: float | None
    ) -> None:
        super().__init__(config)
        self._announce = announce
        self._environment = environment
        self._idle_exit = idle_exit

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    async def on_tick(self, counter: int) -> bool:
        idle = time.monotonic() - self._environment.last_request
        return await super().on_tick(counter) or (self._idle_exit is not None and idle > self._idle_exit)
