"""What stands between this computer and its CRMs: network, proxy, certificates, keychain, disk, clock, ports."""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crmdesk.connectors.callback import listening
from crmdesk.connectors.network.look import Look, look
from crmdesk.connectors.network.system_proxy import FixedProxy, NoProxy, ProxyScript, system_proxy
from crmdesk.connectors.origin import Origin
from crmdesk.desk.desk import Desk
from crmdesk.desk.window.answers import TestLine
from crmdesk.errors import CrmDeskError
from crmdesk.model.account import PRACTICE, Account
from crmdesk.model.sign_in import CA_FILE

_CALLBACK_PORT = 7171
_LEAST_FREE = 1 << 30
_CLOCK_SECONDS = 300.0
_PROBE = "CRM Desk looks whether it may write here."


@dataclass(frozen=True, slots=True)
class _Visit:
    """An account's host as it was seen, or why it was not."""

    account: Account
    origin: Origin
    seen: Look | None = None
    error: CrmDeskError | None = None


def examined(desk: Desk) -> Iterator[TestLine]:
    """A line for each thing, in the order in which they matter; `is_ok` False where something is to be done."""
    visits = [_visited(desk, account) for account in desk.accounts.list() if _is_elsewhere(account)]
    yield from _network(visits)
    yield _proxy(visits)
    yield _certificates(visits)
    yield _keychain(desk)
    yield _disk(desk.home)
    yield _clock(visits)
    yield _ports(desk)


def _is_elsewhere(account: Account) -> bool:
    return account.auth != PRACTICE and account.is_enabled


def _visited(desk: Desk, account: Account) -> _Visit:
    origin = Origin.parse(account.url)
    try:
        return _Visit(account, origin, seen=look(origin, desk.accounts.proxies.reach(account)))
    except CrmDeskError as error:
        return _Visit(account, origin, error=error)


def _network(visits: list[_Visit]) -> Iterator[TestLine]:
    if not visits:
        yield TestLine("Network", is_ok=True, text="No account leads anywhere but to this computer: nothing to reach.")
    for visit in visits:
        host = visit.origin.host
        if visit.seen is not None:
            yield TestLine("Network", is_ok=True, text=f"{host} answers, {visit.seen.way}.")
        elif visit.error is not None and visit.error.place != CA_FILE.name:
            yield TestLine("Network", is_ok=False, text=f"{host}: {visit.error.message}", hint=visit.error.hint)
        else:
            yield TestLine("Network", is_ok=True, text=f"{host} answers.")


def _proxy(visits: list[_Visit]) -> TestLine:
    refused = next((visit.error for visit in visits if visit.error is not None and visit.error.place == "proxy"), None)
    match system_proxy():
        case NoProxy():
            text = "The system has none."
        case FixedProxy(url=url, source=source):
            text = f"{url.rpartition('@')[2].removeprefix('http://')}, {source}."
        case ProxyScript(url=url, source=source):
            text = f"The script {url}, {source}."
    if refused is None:
        return TestLine("Proxy", is_ok=True, text=text)
    return TestLine("Proxy", is_ok=False, text=f"{text} {refused.message}", hint=refused.hint)


def _certificates(visits: list[_Visit]) -> TestLine:
    bad = next((visit for visit in visits if visit.error is not None and visit.error.place == CA_FILE.name), None)
    if bad is not None and bad.error is not None:
        return TestLine("Certificates", is_ok=False, text=bad.error.message, hint=bad.error.hint)
    issued = [f"{visit.origin.host} by {visit.seen.issuer}" for visit in visits if visit.seen and visit.seen.issuer]
    if issued:
        return TestLine("Certificates", is_ok=True, text=f"Trusted by this computer; issued: {', '.join(issued)}.")
    paths = ssl.get_default_verify_paths()
    return TestLine(
        "Certificates", is_ok=True, text=f"The system's own ({paths.cafile or paths.capath or 'its store'})."
    )


def _keychain(desk: Desk) -> TestLine:
    try:
        name = desk.secrets.keychain()
    except CrmDeskError as error:
        return TestLine("Keychain", is_ok=False, text=error.message, hint=error.hint)
    if name:
        return TestLine("Keychain", is_ok=True, text=f"{name} keeps secrets.")
    return TestLine(
        "Keychain",
        is_ok=False,
        text="This computer has no credential store that CRM Desk trusts: secrets are not saved.",
        hint="`crmdesk vault create` makes a place for them behind a pass phrase.",
    )


def _disk(home: Path) -> TestLine:
    probe = home / ".doctor"
    try:
        probe.write_text(_PROBE, encoding="utf-8")
        free = shutil.disk_usage(home).free
    except OSError as error:
        hint = "Free some space. Or choose another profile with --home."
        return TestLine("Disk", is_ok=False, text=f"{home} cannot be written: {error.strerror}.", hint=hint)
    finally:
        probe.unlink(missing_ok=True)
    text = f"{free / (1 << 30):,.1f} GB free for {home}."
    if free < _LEAST_FREE:
        return TestLine("Disk", is_ok=False, text=text, hint="A run keeps a copy of its rows: free some space.")
    return TestLine("Disk", is_ok=True, text=text)


def _clock(visits: list[_Visit]) -> TestLine:
    apart = [visit.seen.apart for visit in visits if visit.seen is not None and visit.seen.apart is not None]
    if not apart:
        return TestLine("Clock", is_ok=True, text="There was no other clock to compare with.")
    worst = max(apart, key=abs)
    text = f"This computer's clock is {abs(worst):.0f} s off."
    if abs(worst) <= _CLOCK_SECONDS:
        return TestLine("Clock", is_ok=True, text=text)
    hint = "Set it right: certificates and tokens may be refused, and what changed since last time may be missed."
    return TestLine("Clock", is_ok=False, text=text, hint=hint)


def _ports(desk: Desk) -> TestLine:
    """The ports to which browsers bring answers, and the way from this computer to itself."""
    given = {each.settings.get("port", "") for each in desk.accounts.list() if each.auth == "browser"}
    wanted = sorted({int(port) for port in given if port.isascii() and port.isdigit()} | {_CALLBACK_PORT})
    try:
        for port in wanted:
            with listening(port, ""):
                pass
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 2):
            pass
    except CrmDeskError as error:
        return TestLine("Ports", is_ok=False, text=error.message, hint=error.hint)
    except OSError as error:
        hint = "Ask who looks after the security software to allow connections to 127.0.0.1."
        return TestLine("Ports", is_ok=False, text=f"This computer does not reach itself: {error.strerror}.", hint=hint)
    free = ", ".join(map(str, wanted))
    return TestLine("Ports", is_ok=True, text=f"{free} free for the answers of sign-ins; this computer reaches itself.")
