"""Starting the practice org, saying where it is, and ending it."""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from crmdesk.practice.answering import answer
from crmdesk.practice.app import make_app
from crmdesk.practice.certificate import make_certificate
from crmdesk.practice.dataverse.serve import open_environment, run
from crmdesk.practice.filelock import AlreadyHeld, FileLock
from crmdesk.practice.oauth.apps import Apps
from crmdesk.practice.opening import close_org, open_org, resume_jobs
from crmdesk.practice.org import Org
from crmdesk.practice.private import write_private
from crmdesk.practice.second_user import require_sense, second_user_at_work
from crmdesk.practice.weather_rules import Rule, rules_from_json

HOST = "127.0.0.1"
_COLLECTIONS = (50_000, 20, 20)


class CannotServe(Exception):
    """The server cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `serve` was asked for; port 0 takes a free one, `session_timeout` and `idle_exit` are in seconds."""

    port: int = 0
    contacts: int = 2000
    accounts: int = 200
    seed: int = 1
    folder: Path | None = None
    tls: bool = False
    weather: Path | None = None
    session_timeout: float | None = None
    idle_exit: float | None = None
    lock: Path | None = None
    flavour: str = "salesforce"


def serve(settings: Settings) -> None:
    """Serve until a signal, or until nobody has asked for anything for `idle_exit` seconds. Raises CannotServe."""
    with ExitStack() as stack:
        if settings.lock is not None:
            _hold(stack, settings.lock.with_name(f"{settings.lock.name}.held"), f"the lock file {settings.lock}")
        folder = settings.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="practice-org-")))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        _hold(stack, folder / "org.held", f"the folder {folder}")
        listener = stack.enter_context(_listen(settings.port))
        scheme = "https" if settings.tls else "http"
        url = f"{scheme}://{HOST}:{listener.getsockname()[1]}"
        if settings.flavour == "dynamics":
            _serve_dynamics(stack, settings, folder, url, listener)
            return
        org = open_org(
            folder,
            url,
            _apps_in(folder),
            accounts=settings.accounts,
            contacts=settings.contacts,
            seed=settings.seed,
        )
        stack.callback(close_org, org)
        if settings.session_timeout is not None:
            org.sign_in.sessions.seconds = settings.session_timeout
        if settings.weather is not None:
            org.weather.post(_weather_of(org, settings.weather))
        _collect_seldom()
        resume_jobs(org)
        stack.enter_context(second_user_at_work(org))
        _run(stack, settings, org, listener)


def _serve_dynamics(stack: ExitStack, settings: Settings, folder: Path, url: str, listener: socket.socket) -> None:
    environment = open_environment(
        folder, url, accounts=settings.accounts, contacts=settings.contacts, number=settings.seed
    )
    certificate, key = make_certificate(folder) if settings.tls else (None, None)

    def told(where: dict[str, str]) -> None:
        if settings.lock is not None:
            _say(stack, settings.lock, where)

    run(environment, listener, certificate=certificate, key=key, idle_exit=settings.idle_exit, told=told)


def _say(stack: ExitStack, lock: Path, where: Mapping[str, object]) -> None:
    """Say in the lock file where the server is, until it ends."""
    said = json.dumps(where).encode()

    def unsay() -> None:
        with suppress(FileNotFoundError):
            if lock.read_bytes() == said:  # in a folder that was removed and made anew another server has its own
                lock.unlink()

    write_private(lock, said)
    stack.callback(unsay)


def _collect_seldom() -> None:
    """Rows make no circles: looking for such after every few hundred of them took a fifth of the time of a job."""
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


def _hold(stack: ExitStack, path: Path, what: str) -> None:
    try:
        stack.enter_context(FileLock(path))
    except AlreadyHeld:
        raise CannotServe(f"Another practice org is running on {what}. Use that one, or end it first.") from None


def _listen(port: int) -> socket.socket:
    # With the protocol named, asyncio sends small answers at once instead of waiting for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise CannotServe(f"Port {port} cannot be used: {error.strerror}. Leave --port out for a free one.") from None
    return listener


def _apps_in(folder: Path) -> Apps:
    try:
        return Apps(folder)
    except (OSError, ValueError) as error:
        raise CannotServe(f"The file {folder / 'apps.json'} is not a list of apps: {error}.") from None


def _weather_of(org: Org, path: Path) -> list[Rule]:
    try:
        rules = rules_from_json(path.read_bytes())
        require_sense(org.schema, rules)
    except OSError as error:
        raise CannotServe(f"The weather file {path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CannotServe(f"The weather file {path} is not a list of rules: {error}.") from None
    return rules


def _run(stack: ExitStack, settings: Settings, org: Org, listener: socket.socket) -> None:
    certificate, key = make_certificate(org.folder) if settings.tls else (None, None)

    def announce() -> None:
        where = {"url": org.url, "access_token": org.token, "org_id": org.identity.org_id}
        if settings.lock is not None:
            _say(stack, settings.lock, {**where, "pid": os.getpid()})
        print(json.dumps({**where, "ca_file": str(certificate) if certificate else None}), flush=True)

    def is_idle() -> bool:
        if settings.idle_exit is None or org.is_busy():
            return False
        return time.monotonic() - org.usage.last_request > settings.idle_exit

    answer(make_app(org), listener, certificate, key, announce, is_idle)
    print(json.dumps(org.usage.told()), file=sys.stderr)
