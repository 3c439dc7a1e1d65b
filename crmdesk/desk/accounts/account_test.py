"""The test of an account: everything that must go well before rows can travel, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from crmdesk.connectors.contract import Session
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.window.answers import AccountTest, TestLine
from crmdesk.errors import VAULT, CrmDeskError, RemoteError, SignInError
from crmdesk.model.account import PRACTICE, Account, Environment, Identity

_CLOCK_TOLERANCE = timedelta(minutes=5)
"""What a signed assertion for a token may be off: RFC 7519 speaks of a leeway of no more than a few minutes."""

_KINDS = {
    Environment.PRACTICE: "A practice org: nothing here is real.",
    Environment.SANDBOX: "A sandbox.",
    Environment.PRODUCTION: "Production: what is written here is real.",
}


def tested(accounts: Accounts, name: str) -> AccountTest:
    """Try the account of that name or label; UserError when there is none or a vault is closed, all else is a line."""
    accounts.get(name)
    lines: list[TestLine] = []
    try:
        identity = trial(accounts, name, lines.append)
    except CrmDeskError as error:
        if error.place == VAULT:  # nothing was tried yet: whoever asks can open it, and ask again
            raise
        return AccountTest(tuple(lines))
    return AccountTest(tuple(lines), identity)


def trial(accounts: Accounts, name: str, tell: Callable[[TestLine], None]) -> Identity:
    """Try the account of that name or label and tell of each thing that is tried; raises what the last line told."""
    account = accounts.get(name)
    try:
        with accounts.open(name) as opened:
            identity = opened.session.whoami()
            for line in (*_reached(account), *_known(identity), *_rights(opened.session)):
                tell(line)
    except CrmDeskError as error:
        for line in (*_before(account, error), _failed(_step(error), error)):
            tell(line)
        raise
    return identity


def _step(error: CrmDeskError) -> str:
    """The line to which a failure belongs that kept the account from being used."""
    if error.place == "url":
        return "Address"
    if error.place == "ca_file":
        return "Certificate"
    if error.place == "organization":
        return "Organisation"
    is_about_the_way = isinstance(error, RemoteError) and error.kind in ("transient", "remote")
    return "Reached" if is_about_the_way else "Sign-in"


def _before(account: Account, error: CrmDeskError) -> Iterator[TestLine]:
    """The lines that went well before the one that failed."""
    failed = _step(error)
    for line in _reached(account):
        if line.name in {failed, "Reached"}:  # a sign-in may be refused before anything is sent
            return
        yield line


def _reached(account: Account) -> Iterator[TestLine]:
    """What must have gone well when the CRM took the sign-in."""
    address = "on this computer" if account.auth == PRACTICE else account.url
    yield _good("Address", address)
    yield _good("Reached", "It answers.")
    if account.url.lower().startswith("https:"):
        yield _good("Certificate", "Valid, and trusted by this computer.")
    yield _good("Sign-in", "Accepted.")


def _known(identity: Identity) -> Iterator[TestLine]:
    yield _good("User", identity.user)
    yield _good("Organisation", f"{identity.organization} ({identity.organization_id})")
    yield _good("Kind", _KINDS[identity.environment])
    yield _clock(identity)
    if identity.calls_left is None:
        yield _good("API calls", "It does not say how many are left.")
    else:
        allowed = f" of {identity.calls_allowed:,}" if identity.calls_allowed is not None else ""
        used = f"{identity.calls_used:,} used, " if identity.calls_used is not None else ""
        left = f"{used}{identity.calls_left:,}{allowed} left today"
        hint = "" if identity.calls_left else "Wait until the CRM counts anew, or ask its vendor for more."
        yield TestLine("API calls", is_ok=identity.calls_left > 0, text=left, hint=hint)


def _clock(identity: Identity) -> TestLine:
    off = abs(datetime.now(UTC) - datetime.fromisoformat(identity.server_time))
    seconds = round(off.total_seconds())
    if off <= _CLOCK_TOLERANCE:
        return _good("Clock", f"This computer's clock is {seconds} s off.")
    return TestLine(
        "Clock",
        is_ok=False,
        text=f"This computer's clock is {seconds // 60} min off.",
        hint="Set it right: certificates and tokens may be refused, and what changed since last time may be missed.",
    )


def _rights(session: Session) -> Iterator[TestLine]:
    try:
        objects = session.objects()
    except SignInError:
        raise
    except CrmDeskError as error:
        yield _failed("Objects", error)
        return
    readable = sum(each.is_readable for each in objects)
    writable = sum(each.is_creatable or each.is_updatable for each in objects)
    hint = "" if readable else "Ask who looks after the CRM for the rights of this user."
    yield TestLine(
        "Objects", is_ok=readable > 0, text=f"{readable:,} can be read, {writable:,} can be written.", hint=hint
    )


def _good(name: str, text: str) -> TestLine:
    return TestLine(name, is_ok=True, text=text)


def _failed(name: str, error: CrmDeskError) -> TestLine:
    return TestLine(name, is_ok=False, text=error.message, hint=error.hint)
