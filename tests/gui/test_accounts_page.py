"""The page of the CRM accounts by clicks and keys: add, look where one has arrived, test, sign in again, forget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from crmdesk.gui.kit.fields import ElideCombo
from crmdesk.gui.pages.accounts.card import AccountCard
from crmdesk.gui.pages.accounts.file_fields import KeyField
from crmdesk.gui.pages.accounts.page import AccountsPage
from crmdesk.gui.shell import Shell
from tests.cli.program import HELD, Program
from tests.gui.controls import nameless
from tests.gui.hands import (
    CTRL,
    Key,
    click,
    fill,
    find,
    focused,
    front,
    look,
    opened,
    press,
    shown,
    text_of,
    wait,
    write,
)
from tests.practice.oauth.signing_in import SALES
from tests.servers.signing_org import CLIENT_ID, SigningOrg, signing_org

JOB = """
version = 1
name = "nightly"
account = "Acme"
object = "Contact"
operation = "import"

[local]
path = "contacts.csv"

[[mapping]]
remote = "LastName"
local = "name"
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningOrg]:
    with signing_org(tmp_path_factory.mktemp("elsewhere")) as org:
        yield org


@pytest.fixture
def key_file(elsewhere: SigningOrg, tmp_path: Path) -> Path:
    place = tmp_path / "key.pem"
    place.write_text(elsewhere.key, encoding="ascii")
    return place


async def accounts_page(window: Shell) -> AccountsPage:
    """Go there by the keyboard, and wait until the practice org has been looked at."""
    QTest.keyClick(window, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    page = await find(AccountsPage, "accounts")
    await wait(lambda: page.model.tests.result("practice_org") is not None, "the first test")
    return page


async def fill_form(elsewhere: SigningOrg, **other: str) -> None:
    """The form of a Salesforce org, but for the key."""
    await click("accounts-add")
    lines = {"url": f"{elsewhere.org.url}/lightning/page", "label": "Acme", "client-id": CLIENT_ID, "user": SALES}
    for name, text in (lines | other).items():
        await fill(f"account-form-{name}", text)


async def add(elsewhere: SigningOrg, key_file: Path) -> None:
    await fill_form(elsewhere)
    await fill("account-form-private-key", str(key_file))
    press(Key.Key_Return)
    await click("account-form-sign-in")
    await click("which-org-yes")
    await find(AccountCard, "account-acme")


async def test_the_practice_org_is_there_and_every_control_has_its_name(lent: Program) -> None:
    async with opened(lent.home) as window:
        page = await accounts_page(window)
        assert await text_of("account-practice_org-user") == "admin@practice.example"
        assert shown(QWidget, "account-test-good-8") is not None
        assert await text_of("account-test-sum") == "All good"
        assert not nameless(page)
        await click("accounts-add")
        assert not nameless(page)
        assert window.band.isHidden()
        press(Key.Key_Escape)
        await find(QWidget, "account-practice_org")


async def test_an_account_is_added_by_clicks_and_keys_after_a_look_at_its_org(
    lent: Program, elsewhere: SigningOrg, key_file: Path
) -> None:
    async with opened(lent.home) as window:
        page = await accounts_page(window)
        await fill_form(elsewhere)
        await fill("account-form-private-key", str(key_file))
        press(Key.Key_Tab)
        assert await text_of("account-form-private-key") == "Taken from key.pem"
        await click("account-form-sign-in")
        assert await text_of("which-org-user") == SALES
        assert await text_of("which-org-id") == elsewhere.org.org_id
        assert "Practice" in await text_of("which-org-environment")
        warning = (await find(QWidget, "which-org-warning")).findChild(QLabel)
        assert warning is not None
        assert "CRMDESK_SECRET_ACME" in warning.text()
        await click("which-org-copy")
        assert QGuiApplication.clipboard().text() == elsewhere.org.org_id
        await click("which-org-yes")
        await wait(lambda: page.model.tests.result("acme") is not None, "the test")
        await look()
        assert await text_of("account-acme-org") == elsewhere.org.org_id
        assert await text_of("account-test-sum") == "All good"
        card = await find(AccountCard, "account-acme")
        assert card.accessibleName() == "Acme, PRACTICE, Signed in"


async def test_no_goes_back_to_the_form_and_escape_out_of_it(
    lent: Program, elsewhere: SigningOrg, key_file: Path
) -> None:
    async with opened(lent.home) as window:
        page = await accounts_page(window)
        await fill_form(elsewhere)
        await fill("account-form-private-key", str(key_file))
        press(Key.Key_Return)
        await click("account-form-sign-in")
        await front(await find(QWidget, "which-org"))
        press(Key.Key_Escape)
        await wait(lambda: len(page.model.lines) == 1 and shown(QWidget, "which-org") is None, "the account to go")
        await front(window)
        assert await text_of("account-form-user") == SALES
        (await find(QLineEdit, "account-form-user")).setFocus()
        press(Key.Key_Escape)
        await find(QWidget, "account-practice_org")
        assert not [line for line in page.findChildren(QLineEdit) if elsewhere.key in line.text()]


async def test_what_is_wrong_stands_beside_its_line_and_goes_when_it_is_mended(
    lent: Program, elsewhere: SigningOrg
) -> None:
    async with opened(lent.home) as window:
        await accounts_page(window)
        await click("accounts-add")
        await click("account-form-sign-in")
        assert "missing" in await text_of("account-form-url-note")
        await click("account-form-cancel")

        await fill_form(elsewhere, **{"client-id": "nobody"})
        QGuiApplication.clipboard().setText(elsewhere.key)
        (await find(QLineEdit, "account-form-private-key")).setFocus()
        press(Key.Key_V, CTRL)
        assert await text_of("account-form-private-key") == "Taken as it was pasted"
        await click("account-form-sign-in")
        await wait(
            lambda: (
                (note := shown(QWidget, "account-form-client-id-note")) is not None
                and "consumer key" in str(note.property("text"))
            ),
            "the refusal",
        )
        await fill("account-form-client-id", "another")
        assert "consumer key" not in await text_of("account-form-client-id-note")


async def test_a_key_file_is_dropped_and_the_lines_follow_the_kind_and_the_way_to_sign_in(
    lent: Program, elsewhere: SigningOrg, key_file: Path
) -> None:
    async with opened(lent.home) as window:
        page = await accounts_page(window)
        await click("accounts-add")
        field = page.findChild(KeyField)
        assert field is not None
        dropped = QMimeData()
        dropped.setUrls([QUrl.fromLocalFile(str(key_file))])
        action, button, modifier = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        field.dropEvent(QDropEvent(QPointF(5, 5), action, dropped, button, modifier))
        form = page.model.form
        assert form is not None
        assert form.value("private_key") == elsewhere.key
        await click("account-form-private-key-remove")
        assert form.value("private_key") == ""
        assert await text_of("account-form-private-key") == ""

        ways = await find(ElideCombo, "account-form-auth")
        ways.setFocus()
        QTest.keyClick(ways, Qt.Key.Key_End)
        await look()
        assert (await find(ElideCombo, "account-form-auth")).hasFocus()
        assert shown(QWidget, "account-form-private-key") is None
        assert (await find(QLineEdit, "account-form-token")).echoMode() is QLineEdit.EchoMode.Password
        await click("account-form-kind-odata")
        ways = await find(ElideCombo, "account-form-auth")
        ways.setFocus()
        QTest.keyClick(ways, Qt.Key.Key_Home)
        QTest.keyClick(ways, Qt.Key.Key_Down)
        await find(QLineEdit, "account-form-password")
        assert shown(QWidget, "account-form-help") is None
        assert not nameless(page)


async def test_the_list_is_walked_and_searched_by_keys_and_an_account_forgotten(
    lent: Program, elsewhere: SigningOrg, key_file: Path
) -> None:
    (lent.home.parent / "nightly.toml").write_text(JOB, encoding="utf-8")
    async with opened(lent.home) as window:
        page = await accounts_page(window)
        await add(elsewhere, key_file)
        await wait(lambda: page.model.tests.result("acme") is not None, "the test")
        await front(window)
        (await find(AccountCard, "account-practice_org")).setFocus()
        press(Key.Key_Return)
        assert page.model.chosen == "practice_org"
        press(Key.Key_Up)
        assert page.model.chosen == "acme"
        assert focused().objectName() == "account-acme"

        assert lent.tell("job", "import", lent.home.parent / "nightly.toml").code == 0
        press(Key.Key_Delete)
        asked = await find(QWidget, "message-dialog")
        assert "nightly" in asked.windowTitle()
        await wait(lambda: asked.isAncestorOf(focused()), "the keyboard in the dialog")
        await click("message-copy")
        assert "What was being done: CRM accounts" in QGuiApplication.clipboard().text()
        press(Key.Key_Escape)
        await wait(lambda: shown(QWidget, "message-dialog") is None, "the dialog to go")
        assert lent.tell("job", "remove", "nightly").code == 0

        await front(window)
        (await find(AccountCard, "account-acme")).setFocus()
        press(Key.Key_Delete)
        await click("confirm-ok")
        await wait(lambda: shown(QWidget, "account-acme") is None, "the account to go")

        await front(window)
        press(Key.Key_F, CTRL)
        assert focused().objectName() == "accounts-search"
        write("nobody has this")
        await find(QWidget, "accounts-nothing")


async def test_a_test_is_stopped_and_a_failed_one_leads_to_signing_in_again(
    lent: Program, elsewhere: SigningOrg, key_file: Path
) -> None:
    async with opened(lent.home) as window:
        page = await accounts_page(window)
        await add(elsewhere, key_file)
        await wait(lambda: page.model.tests.result("acme") is not None, "the test")
        await front(window)
        elsewhere.org.weather(HELD, path="oauth2")
        await click("account-test-start")
        assert await text_of("account-acme-label") == "Acme"
        await click("account-test-stop")
        await wait(lambda: not page.model.tests.is_running("acme"), "the test to end", HELD["seconds"] / 2)
        elsewhere.org.delete("/practice/weather")

        await click("account-test-start")  # the key was kept by the part that was stopped, and by nobody else here
        await find(QWidget, "account-test-bad-1")
        await click("account-test-sign-in")
        await front(window)
        await fill("account-form-private-key", str(key_file))
        press(Key.Key_Return)
        await click("account-form-sign-in")
        await find(AccountCard, "account-acme")
        await click("account-test-start")
        await wait(
            lambda: (test := page.model.tests.result("acme")) is not None and test.identity is not None, "the test"
        )
