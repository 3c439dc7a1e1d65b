"""What the window asks the engine about accounts: who they are, what they hold, signing in, changing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from crmdesk.desk.window.answers import AccountTest, AddedAccount, Signin
from crmdesk.desk.window.asking import EngineAsking, ignore_step
from crmdesk.desk.window.engine_process import OnStep
from crmdesk.model.account import Account, Identity
from crmdesk.model.schema import ObjectSummary, RemoteObject
from crmdesk.model.sign_in import CrmKind


class AccountAsking(EngineAsking):
    """Each question raises what the engine raised there, as those of EngineChild do."""

    async def identify(self, account: str) -> Identity:
        """Who the account is, by the CRM's own word."""
        return await self._ask(Identity, "identify", account=account)

    async def test(self, account: str) -> AccountTest:
        """Everything that must go well with an account, line by line; a failure is a line and no error."""
        return await self._ask(AccountTest, "test", account=account)

    async def objects(self, account: str) -> tuple[ObjectSummary, ...]:
        """The remote objects of an account."""
        return await self._ask(tuple[ObjectSummary, ...], "objects", account=account)

    async def describe(self, account: str, object: str) -> RemoteObject:  # noqa: A002 - the word of the house
        """An object and its fields, as they were at most ten minutes ago."""
        return await self._ask(RemoteObject, "describe", account=account, object=object)

    async def kinds(self) -> tuple[CrmKind, ...]:
        """The kinds of CRM there are, with their ways to sign in."""
        return await self._ask(tuple[CrmKind, ...], "kinds")

    async def add_account(
        self, signin: Signin, on_step: OnStep = ignore_step, *, is_afresh: bool = False
    ) -> AddedAccount:
        """Save an account, and its secrets in the credential store.

        Where the way to sign in needs a browser, the person's own is opened and awaited, and `on_step` told of each
        step; cancel() gives it up. `is_afresh` lets the CRM ask who one is, whoever the browser is signed in as.
        """
        return await self._ask(AddedAccount, "add_account", on_step, signin=asdict(signin), is_afresh=is_afresh)

    async def sign_in_again(
        self,
        name: str,
        settings: Mapping[str, str],
        secret: str,
        on_step: OnStep = ignore_step,
        *,
        is_afresh: bool = False,
    ) -> AddedAccount:
        """Try other settings and another secret ("": the one that is kept) for an account, and keep what works.

        Through the browser as in add_account.
        """
        given = {"name": name, "settings": settings, "secret": secret, "is_afresh": is_afresh}
        return await self._ask(AddedAccount, "sign_in_again", on_step, **given)

    async def remove_account(self, name: str) -> None:
        """Forget an account and its secrets; raises UserError when jobs use it."""
        await self._answer("remove_account", name=name)

    async def edit_account(self, name: str, label: str, settings: Mapping[str, str], *, is_enabled: bool) -> Account:
        """Change label, settings, or whether an account is switched on; a setting that is "" is taken away.

        Raises UserError with the name of a setting that does not take its value as the place.
        """
        given = {"name": name, "label": label, "settings": settings, "is_enabled": is_enabled}
        return await self._ask(Account, "edit_account", **given)

    async def copy_account(self, name: str, label: str) -> Account:
        """Save an account like another one, without its secret."""
        return await self._ask(Account, "copy_account", name=name, label=label)

    async def versions(self, name: str) -> tuple[str, ...]:
        """The API versions that the CRM of an account speaks, oldest first."""
        return await self._ask(tuple[str, ...], "versions", name=name)

    async def app_letter(self, kind: str, port: int, client_id: str) -> str:
        """A text that asks the CRM's admin for the app by which people sign in through the browser."""
        return await self._ask(str, "app_letter", kind=kind, port=port, client_id=client_id)
