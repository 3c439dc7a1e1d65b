"""The CRM accounts as their page lists them: by how dangerous a write is, with who signs in and how that went last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from crmdesk.errors import CrmDeskError, SignInError
from crmdesk.model.account import PRACTICE, Account, Environment, Identity, environment_of
from crmdesk.model.account_settings import COMMENT
from crmdesk.model.sign_in import CrmKind, SignInMethod
from crmdesk.viewmodel.accounts.identities import is_fresh

_HERE = "on this computer only"


class SignInState(StrEnum):
    """How the last try to sign in went."""

    UNTRIED = "untried"
    TRYING = "trying"
    SIGNED_IN = "signed in"
    REFUSED = "refused"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account. What nobody has asked the CRM yet is empty or None; `last_seen` is ISO 8601 in UTC.

    `note` is what people have written beside it. `needs_person` tells that a person has to sign in anew again and
    again; None while that is not known.
    """

    name: str
    label: str
    kind: str
    host: str
    environment: Environment | None
    user: str
    organization: str
    organization_id: str
    calls_left: int | None
    calls_allowed: int | None
    last_seen: str
    state: SignInState
    needs_person: bool | None
    is_practice: bool
    note: str = ""

    @property
    def where(self) -> str:
        """The kind of CRM and its host."""
        return f"{self.kind} · {self.host}"

    def is_about(self, wanted: str) -> bool:
        """Whether the words of a search are in what is shown of the account."""
        shown = f"{self.label} {self.name} {self.where} {self.user} {self.organization} {self.organization_id}"
        return all(word in shown.casefold() for word in wanted.casefold().split())


@dataclass(frozen=True, slots=True)
class Section:
    """Accounts of one environment; None: nobody has looked yet."""

    environment: Environment | None
    lines: tuple[AccountLine, ...]


def line_of(
    account: Account,
    identity: Identity | None,
    error: CrmDeskError | None,
    kinds: Sequence[CrmKind],
    *,
    is_trying: bool,
) -> AccountLine:
    """How an account is listed; `error` is what its last try to sign in ended with."""
    is_practice = account.auth == PRACTICE
    method = method_of(account, kinds)
    return AccountLine(
        name=account.name,
        label=account.label,
        kind="built in" if is_practice else kind_label(account.kind, kinds),
        host=_HERE if is_practice else host_of(account),
        environment=environment_of(account, identity),
        user=identity.user if identity else "",
        organization=identity.organization if identity else "",
        organization_id=identity.organization_id if identity else "",
        calls_left=identity.calls_left if identity and is_fresh(identity) else None,
        calls_allowed=identity.calls_allowed if identity else None,
        last_seen=identity.server_time if identity else "",
        state=_state(identity, error, is_trying=is_trying) if account.is_enabled else SignInState.OFF,
        needs_person=False if is_practice else None if method is None else not method.works_alone,
        is_practice=is_practice,
        note=account.settings.get(COMMENT, ""),
    )


def host_of(account: Account) -> str:
    """Where the account leads, for people."""
    return urlsplit(account.url).netloc or _HERE


def _state(identity: Identity | None, error: CrmDeskError | None, *, is_trying: bool) -> SignInState:
    if is_trying:
        return SignInState.TRYING
    if isinstance(error, SignInError):
        return SignInState.REFUSED
    if error is not None:
        return SignInState.AWAY
    return SignInState.UNTRIED if identity is None else SignInState.SIGNED_IN


def sections_of(lines: Sequence[AccountLine]) -> tuple[Section, ...]:
    """The accounts by environment, the most dangerous first, those nobody has looked at before the practice org."""
    order = (Environment.PRODUCTION, Environment.SANDBOX, None, Environment.PRACTICE)
    found = {each: tuple(line for line in lines if line.environment is each) for each in order}
    return tuple(Section(each, those) for each, those in found.items() if those)


def method_of(account: Account, kinds: Sequence[CrmKind]) -> SignInMethod | None:
    """The way the account signs in, None while the kinds are not known."""
    kind = next((each for each in kinds if each.kind == account.kind), None)
    return next((each for each in kind.methods if each.name == account.auth), None) if kind else None


def kind_label(kind: str, kinds: Sequence[CrmKind]) -> str:
    """What a kind of CRM is called."""
    return next((each.label for each in kinds if each.kind == kind), kind.capitalize())
