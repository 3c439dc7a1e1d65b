"""The CRM accounts: one and many, a test under way and one that failed, the form in its states, and the card after."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from crmdesk.desk.window.history import History
from crmdesk.errors import CrmDeskError
from crmdesk.gui.pages.accounts.page import AccountsPage
from crmdesk.gui.pages.accounts.settings import settings_dialog
from crmdesk.gui.pages.accounts.which_org import which_org_dialog
from crmdesk.gui.shell import Shell
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.sign_in import SignInStep, Step, StepState
from crmdesk.store.light import LightStore
from crmdesk.viewmodel.accounts.page import WhichOrg
from crmdesk.viewmodel.accounts.settings import AccountSettingsForm
from crmdesk.viewmodel.app import PageName
from tests.cli.program import profile
from tests.gui.hands import opened, wait
from tests.gui.scenes import Scene

SEEN = "2026-01-31T10:00:00+00:00"
NOW = datetime.now(UTC).isoformat()
PRODUCTION = Account("acme", "Acme production", "salesforce", "https://acme.my.salesforce.com", "jwt")
ACME = Identity("integration@acme.com", "Acme AB", "00D09000007XyZ1EAK", Environment.PRODUCTION, NOW, 74_210, 100_000)
UAT = Identity("m.admin@acme.com.uat", "Acme AB", "00D7Y0000008Qw2UAE", Environment.SANDBOX, SEEN, 4_870, 5_000)
PRACTICE = Identity("admin@practice.example", "Practice Org", "00D7x1PracticeOrg1", Environment.PRACTICE, SEEN)
LONG = "acme-with-a-long-name--uat.sandbox.my.salesforce.com"
ACCOUNTS = (
    (PRODUCTION, ACME),
    (Account("uat", "Acme UAT", "salesforce", "https://acme--uat.sandbox.my.salesforce.com", "token"), UAT),
    (Account("copy", "A copy of everything, for the people of the fair", "salesforce", f"https://{LONG}", "jwt"), UAT),
    (Account("stock", "Stock service", "odata", "https://stock.example.com/odata/v4", "basic"), None),
)


def fill(home: Path, *more: tuple[Account, Identity | None]) -> None:
    """Put accounts into the profile as if they had been added; the practice org has been seen."""
    store = LightStore.open(home)
    for account, _ in more:
        store.accounts.add(account)
    store.close()
    history = History.open(home)
    for account, identity in more:
        if identity is not None:
            history.remember_identity(account.name, identity)
    history.remember_identity("practice_org", PRACTICE)
    history.close()


@contextmanager
def mute_server() -> Iterator[str]:
    """The address of a server that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


async def page_of(window: Shell) -> AccountsPage:
    window.model.show(PageName.ACCOUNTS)
    page = window.current()
    assert isinstance(page, AccountsPage)
    await wait(lambda: bool(page.model.kinds), "the kinds of CRM")
    return page


@asynccontextmanager
async def first(folder: Path) -> AsyncIterator[QWidget]:
    with profile(folder / "profile") as program:
        async with opened(program.home) as window:
            page = await page_of(window)
            await wait(lambda: page.model.tests.result("practice_org") is not None, "the first test")
            yield window


@asynccontextmanager
async def many(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder, *ACCOUNTS)
    store = LightStore.open(folder)
    store.recollection.count_throttled("acme", 12)
    store.close()
    async with opened(folder) as window:
        (await page_of(window)).model.choose("acme")
        yield window


@asynccontextmanager
async def testing(folder: Path) -> AsyncIterator[QWidget]:
    with mute_server() as url:
        fill(folder, (Account("slow", "Slow service", "odata", url, "none"), None))
        async with opened(folder) as window:
            page = await page_of(window)
            work = asyncio.create_task(page.model.test("slow"))
            yield window
            await page.model.give_up()
            await work


@asynccontextmanager
async def refused(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder, *ACCOUNTS)
    async with opened(folder) as window:
        await (await page_of(window)).model.test("acme")
        yield window


@asynccontextmanager
async def nothing(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder, *ACCOUNTS)
    async with opened(folder) as window:
        (await page_of(window)).model.search("nordal")
        yield window


@asynccontextmanager
async def broken(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder)
    async with opened(folder) as window:
        page = await page_of(window)
        page.model.error = CrmDeskError("The part that speaks to the CRM could not be started.", hint="Try again.")
        page.model.changed()
        yield window


@asynccontextmanager
async def form_with_gaps(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder)
    async with opened(folder) as window:
        model = (await page_of(window)).model
        model.open_form()
        await model.sign_in()
        yield window


@asynccontextmanager
async def form_busy(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder)
    with mute_server() as url:
        async with opened(folder) as window:
            model = (await page_of(window)).model
            model.open_form()
            for name, value in (("kind", "odata"), ("label", "Stock service"), ("url", url)):
                if model.form is not None:
                    model.form.fill(name, value)
            work = asyncio.create_task(model.sign_in())
            yield window
            await model.leave_form()
            await work


@asynccontextmanager
async def form_in_the_browser(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder)
    async with opened(folder) as window:
        model = (await page_of(window)).model
        model.open_form()
        assert model.form is not None
        for name, value in (("auth", "browser"), ("label", "Acme"), ("url", "https://acme.my.salesforce.com")):
            model.form.fill(name, value)
        model.form.begin()
        for step, text in (
            (Step.ADDRESS, "acme.my.salesforce.com"),
            (Step.NETWORK, "through the proxy proxy.acme.example:8080 (from the system's script)"),
        ):
            model.form.take_step(SignInStep(step, StepState.DONE, text))
        link = "https://acme.my.salesforce.com/services/oauth2/authorize?…"
        model.form.take_step(SignInStep(Step.BROWSER, StepState.GOING_ON, "Waiting for you.", link))
        yield window
        model.form.is_busy = False


@asynccontextmanager
async def settings(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        form = AccountSettingsForm(PRODUCTION)
        form.fill("proxy", "proxy.acme.example")
        form.fill("calls_pause", "90")
        form.checked()
        dialog = settings_dialog(window, form)
        dialog.open()
        yield dialog
        dialog.close()


@asynccontextmanager
async def form_again(folder: Path) -> AsyncIterator[QWidget]:
    fill(folder, *ACCOUNTS)
    async with opened(folder) as window:
        (await page_of(window)).model.open_form("acme")
        yield window


@asynccontextmanager
async def which_org(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        warning = "This computer has no credential store that CRM Desk trusts, so the secret was not saved."
        dialog = which_org_dialog(window, WhichOrg(PRODUCTION, ACME, is_new=True, warning=warning))
        dialog.open()
        yield dialog
        dialog.close()


SCENES = [
    Scene("accounts-first", first),
    Scene("accounts", many),
    Scene("accounts-testing", testing),
    Scene("accounts-refused", refused),
    Scene("accounts-nothing", nothing),
    Scene("accounts-error", broken),
    Scene("accounts-form-gaps", form_with_gaps),
    Scene("accounts-form-busy", form_busy),
    Scene("accounts-form-browser", form_in_the_browser),
    Scene("accounts-form-again", form_again),
    Scene("accounts-settings", settings),
    Scene("accounts-which-org", which_org),
]
