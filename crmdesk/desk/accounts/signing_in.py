"""Accounts that are made or signed in anew: what the person gives is tried, and only what works is kept."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from crmdesk.connectors.contract import AsksInBrowser, BrowserSignIn, Connector
from crmdesk.connectors.registry import connector
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.proxy_logins import ProxyLogins
from crmdesk.desk.window.answers import AddedAccount
from crmdesk.errors import SignInError, UserError
from crmdesk.model.account import PRACTICE, Account, Identity, internal_name
from crmdesk.model.sign_in import SignInMethod, SignInStep, Step, StepState
from crmdesk.store import Store


@dataclass(slots=True)
class TriedSecret:
    """A secret that is tried before it is kept; what it is exchanged for meanwhile is kept instead."""

    secrets: Mapping[str, str] = field(repr=False)

    def read(self) -> Mapping[str, str]:
        return self.secrets

    def exchange(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        self.secrets = change(self.secrets)


def browsing(
    tell: Callable[[SignInStep], None] = lambda _: None,
    token: CancelToken | None = None,
    *,
    opens: bool = True,
    is_afresh: bool = False,
) -> BrowserSignIn:
    """A sign-in through the person's own browser; with `opens` off they open the link themselves."""
    show = webbrowser.open if opens else lambda _: False
    return BrowserSignIn(tell, show, token or CancelToken(), is_afresh=is_afresh)


class SigningIn:
    """Makes accounts and signs them in anew."""

    def __init__(self, store: Store, proxies: ProxyLogins) -> None:
        self._store = store
        self._proxies = proxies

    def add(
        self,
        label: str,
        kind: str,
        url: str,
        auth: str,
        settings: Mapping[str, str],
        secret: str,
        browser: BrowserSignIn | None,
    ) -> AddedAccount:
        """Save an account, and its secret where the system keeps secrets.

        A way to sign in that needs the browser is gone now, and nothing is kept when it fails; the others are tried
        when the account is used. Without `browser` the person's own is opened. Raises UserError, SignInError,
        TransientError, Cancelled.
        """
        crm = connector(kind)
        method = _method(crm, auth)
        _refuse_gaps(method, settings)
        name = internal_name(label, {account.name for account in self._store.accounts.list()})
        account = Account(name, label, kind, crm.address(url), auth, settings)
        self._store.accounts.refuse_taken(account)
        given = {method.asked: secret} if secret else {}
        identity = None
        if method.brings:
            given, identity = self._permitted(crm, account, given, browser or browsing())
        self._store.accounts.add(account)
        kept = self._keep(account, given) if given or not method.secret else _missing(account)
        return replace(kept, identity=identity, warning=f"{method.warning} {kept.warning}".strip())

    def again(
        self, account: Account, secret: str, browser: BrowserSignIn | None, *, may_be_another: bool = False
    ) -> AddedAccount:
        """Try an account with other settings and another secret ("": the one that is kept), and keep what works.

        Raises what the sign-in raises, and SignInError when it leads to another organisation than before, unless it
        may be another.
        """
        crm = connector(account.kind)
        if account.auth == PRACTICE:
            raise UserError(f"The account {account.label} needs no sign-in.")
        method = _method(crm, account.auth)
        _refuse_gaps(method, account.settings)
        given = {method.asked: secret} if secret else {}
        known = None if may_be_another else self._store.recollection.identity(account.name)
        if method.brings:
            given, identity = self._permitted(
                crm, account, self._app_secrets(account, method) | given, browser or browsing(), known
            )
        else:
            slot = TriedSecret(given) if given else self._store.secrets.slot(account.name, method.secret)
            with crm.connect(account, slot, self._proxies.reach(account)) as session:
                identity = session.whoami()
            refuse_another(account, known, identity)
        self._store.accounts.change(account)
        if may_be_another:
            self._store.recollection.keep_identity(account.name, identity)
        kept = self._keep(account, given) if given else AddedAccount(account)
        return replace(kept, identity=identity)

    def _permitted(
        self,
        crm: Connector,
        account: Account,
        given: Mapping[str, str],
        browser: BrowserSignIn,
        known: Identity | None = None,
    ) -> tuple[dict[str, str], Identity]:
        """The secrets that a permission in the browser brought, proven to work, and whom they sign in."""
        if not isinstance(crm, AsksInBrowser):
            raise TypeError(crm)
        reach = self._proxies.reach(account)
        slot = TriedSecret(crm.permission(account, given, browser, reach))
        browser.tell(SignInStep(Step.ORGANISATION, StepState.GOING_ON, "Looking whose org it is"))
        try:
            with crm.connect(account, slot, reach) as session:
                identity = session.whoami()
            refuse_another(account, known, identity)
        except UserError as error:
            browser.tell(SignInStep(Step.ORGANISATION, StepState.FAILED, error.message))
            raise
        whose = f"{identity.organization} ({identity.environment.value.upper()}, {identity.organization_id})"
        browser.tell(SignInStep(Step.ORGANISATION, StepState.DONE, f"{whose} as {identity.user}"))
        return dict(slot.secrets), identity

    def _app_secrets(self, account: Account, method: SignInMethod) -> dict[str, str]:
        """The kept secrets of an account but for the permission, which is about to be replaced."""
        kept = self._store.secrets.read(account.name, method.secret)
        return {name: value for name, value in kept.items() if name != method.brings}

    def _keep(self, account: Account, secrets: Mapping[str, str]) -> AddedAccount:
        if not secrets:
            return AddedAccount(account)
        saved = self._store.secrets.save(account.name, secrets)
        if saved.is_stored:
            return AddedAccount(account)
        text = f"{saved.reason} The account is saved without it; give it {_wanted(account)} then."
        return AddedAccount(account, text)


def refuse_another(account: Account, known: Identity | None, identity: Identity) -> None:
    """SignInError when a person has said yes to another organisation; the practice org may have been made anew."""
    if known is None or account.auth == PRACTICE or known.organization_id == identity.organization_id:
        return
    raise SignInError(
        f"The account {account.label} now leads to {_named(identity, known)} instead of {_named(known, identity)}; "
        "nothing was sent.",
        hint="Sign the account in to the right organisation, or add an account for the other. Was it made anew, like a "
        f"refreshed sandbox? Then: crmdesk account edit {account.name} --another-org.",
        place="organization",
    )


def _named(identity: Identity, other: Identity) -> str:
    """The organisation by its name, and by its id where the other one has the same name."""
    name, id_ = identity.organization, identity.organization_id
    return f"{name} ({id_})" if name == other.organization else name


def _method(crm: Connector, auth: str) -> SignInMethod:
    method = crm.capabilities.method(auth)
    if method is None:
        raise UserError(
            f"{crm.label} accounts cannot sign in by “{auth}”.",
            hint=f"Choose one of: {', '.join(each.name for each in crm.capabilities.auth_methods)}.",
            place="auth",
        )
    return method


def _missing(account: Account) -> AddedAccount:
    return AddedAccount(account, f"No secret was given. Each command needs it {_wanted(account)}.")


def _wanted(account: Account) -> str:
    """Where a secret that was not saved is looked for."""
    return f"in CRMDESK_SECRET_{account.name.upper()}"


def _refuse_gaps(method: SignInMethod, settings: Mapping[str, str]) -> None:
    """UserError for the first line of the sign-in form that must not be empty and is; the secret may follow later."""
    for line in method.fields:
        if line.is_required and not line.is_secret and not settings.get(line.name, "").strip():
            raise UserError(f"{line.label}: nothing is given.", hint=line.hint, place=line.name)
