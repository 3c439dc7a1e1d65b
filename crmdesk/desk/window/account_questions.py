"""Questions of the window about accounts: who they are, how they are signed in, and what is set for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import msgspec

from crmdesk.desk.accounts.account_test import tested
from crmdesk.desk.accounts.api_versions import api_versions
from crmdesk.desk.accounts.doctor import examined
from crmdesk.desk.accounts.signing_in import browsing
from crmdesk.desk.desk import Desk
from crmdesk.desk.window.answers import Signin
from crmdesk.model.sign_in import SignInStep


class _Question(msgspec.Struct, frozen=True, tag_field="ask"):
    id: int


class Identify(_Question, frozen=True, tag="identify"):
    """Who an account is."""

    account: str


class Test(_Question, frozen=True, tag="test"):
    """Whether an account can be used, line by line."""

    account: str


class Kinds(_Question, frozen=True, tag="kinds"):
    """The kinds of CRM, with their ways to sign in."""


class AddAccount(_Question, frozen=True, tag="add_account"):
    """Save an account and its secrets."""

    signin: Signin
    is_afresh: bool = False


class SignInAgain(_Question, frozen=True, tag="sign_in_again"):
    """Try other settings and another secret for an account, and keep what works."""

    name: str
    settings: dict[str, str]
    secret: str
    is_afresh: bool = False


class RemoveAccount(_Question, frozen=True, tag="remove_account"):
    """Forget an account and its secrets."""

    name: str


class EditAccount(_Question, frozen=True, tag="edit_account"):
    """Change label, settings, or whether the account is switched on; a setting that is "" is taken away."""

    name: str
    label: str
    settings: dict[str, str]
    is_enabled: bool


class CopyAccount(_Question, frozen=True, tag="copy_account"):
    """Save an account like another one, without its secret."""

    name: str
    label: str


class Versions(_Question, frozen=True, tag="versions"):
    """The API versions that the CRM of an account speaks."""

    name: str


class AppLetter(_Question, frozen=True, tag="app_letter"):
    """A text that asks the CRM's admin for the app by which people sign in through the browser."""

    kind: str
    port: int
    client_id: str


class Doctor(_Question, frozen=True, tag="doctor"):
    """What stands between this computer and its CRMs, line by line."""


AccountQuestion = (
    Identify
    | Test
    | Kinds
    | AddAccount
    | SignInAgain
    | RemoveAccount
    | EditAccount
    | CopyAccount
    | Versions
    | AppLetter
    | Doctor
)


def answer_about_accounts(desk: Desk, question: AccountQuestion, tell: Callable[[SignInStep], None]) -> object:
    """The answer; `tell` is given each step of a sign-in through the browser. Raises what the desk raises."""
    accounts = desk.accounts
    match question:
        case Identify(account=account):
            with accounts.open(account) as opened:
                return opened.session.whoami()
        case Test(account=account):
            return tested(accounts, account)
        case Kinds():
            return accounts.kinds()
        case AddAccount(signin=signin, is_afresh=is_afresh):
            return accounts.sign_in(signin, browsing(tell, is_afresh=is_afresh))
        case SignInAgain(name=name, settings=settings, secret=secret, is_afresh=is_afresh):
            return accounts.sign_in_again(name, settings, secret, browsing(tell, is_afresh=is_afresh))
        case RemoveAccount(name=name):
            accounts.remove(name)
            return None
        case EditAccount(name=name, label=label, settings=settings, is_enabled=is_enabled):
            return accounts.edit(name, label=label, settings=settings, is_enabled=is_enabled)
        case CopyAccount(name=name, label=label):
            return accounts.copy(name, label)
        case Versions(name=name):
            return tuple(api_versions(accounts, name))
        case AppLetter(kind=kind, port=port, client_id=client_id):
            return accounts.app_letter(port, client_id, kind)
        case Doctor():
            return tuple(examined(desk))
        case _:
            assert_never(question)
