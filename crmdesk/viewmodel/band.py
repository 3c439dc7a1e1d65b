"""The band of a page: which CRM account it can touch, and how dangerous that is, as far as anybody has looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.viewmodel.base import ViewModel

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel

HERE = "on this computer only"
NOT_LOOKED = "not looked yet"


@dataclass(frozen=True, slots=True)
class BandAccount:
    """What a band says of an account; `environment` is None, and `user` says so, while nobody has asked the CRM.

    `note` is why the CRM could not be asked.
    """

    environment: Environment | None
    name: str
    host: str
    user: str = ""
    calls_left: int | None = None
    note: str = ""


def host_of(account: Account) -> str:
    """Where the account leads, for people."""
    return urlsplit(account.url).netloc or HERE


def band_of(account: Account, identity: Identity | None, note: str = "") -> BandAccount:
    """The band of an account that was `identity` when somebody last looked."""
    if identity is None:
        return BandAccount(None, account.label, host_of(account), NOT_LOOKED, note=note)
    left = identity.calls_left
    return BandAccount(identity.environment, account.label, host_of(account), identity.user, left, note)


class BandModel(ViewModel):
    """The bands of all accounts. What is remembered is told at once; the CRM is asked once for each in a while."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self._app = app
        self._asked: set[str] = set()
        self._notes: dict[str, str] = {}

    def band(self, account: str) -> BandAccount | None:
        """The band of the account of that name or label, None when there is none."""
        try:
            found = self._app.history.account(account)
        except UserError:
            return None
        return band_of(found, self._app.history.known_identity(found.name), self._notes.get(found.name, ""))

    async def look(self, account: str, *, is_anew: bool = False) -> None:
        """Ask the CRM who the account is, unless that was done before and `is_anew` is not wished.

        What cannot be had is said in the note of the band. An account that nobody has said yes to keeps quiet about it:
        the first sign-in is looked at by a person, on the page of the accounts.
        """
        try:
            found = self._app.history.account(account)
        except UserError:
            return
        if found.name in self._asked and not is_anew:
            return
        self._asked.add(found.name)
        try:
            identity = await self._app.engine.identify(found.name)
        except CrmDeskError as error:
            self._notes[found.name] = error.message
        else:
            self._notes.pop(found.name, None)
            known = self._app.history.known_identity(found.name)
            if known is None or known.organization_id == identity.organization_id:
                self._app.history.remember_identity(found.name, identity)
            else:
                self._notes[found.name] = f"It now leads to another organisation, {identity.organization}."
        self.changed()
