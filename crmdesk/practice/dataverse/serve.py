"""Starting the environment, saying where it is, and ending it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from crmdesk.practice.answering import answer
from crmdesk.practice.clock import Clock
from crmdesk.practice.dataverse import identity as tenant
from crmdesk.practice.dataverse.app import make_app
from crmdesk.practice.dataverse.environment import Environment
from crmdesk.practice.dataverse.identity import Identity
from crmdesk.practice.dataverse.seed import id_of, seed
from crmdesk.practice.dataverse.service import Service
from crmdesk.practice.dataverse.store import Store


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

    def is_idle() -> bool:
        return idle_exit is not None and time.monotonic() - environment.last_request > idle_exit

    answer(make_app(environment), listener, certificate, key, announce, is_idle)
    print(json.dumps({"requests": len(environment.log)}), file=sys.stderr)
    service.store.close()
