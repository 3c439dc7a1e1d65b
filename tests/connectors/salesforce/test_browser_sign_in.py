"""Signing in through the browser: a real listener, a real authorize page, a browser that follows the redirect."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import keyring
import psutil
import pytest
import requests

from crmdesk.connectors.callback import callback_address, listening
from crmdesk.connectors.contract import AsksInBrowser, BrowserSignIn
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.salesforce.sign_in.letters import app_letter
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, SignInError, UserError
from crmdesk.model.account import Account
from crmdesk.model.sign_in import SignInStep, Step, StepState
from crmdesk.store.keychains import backend_name
from crmdesk.store.secrets import SecretStore
from tests.connectors.salesforce.browsers import ScriptedBrowser, free_port
from tests.connectors.workbench import Secrets
from tests.practice.oauth.signing_in import ADMIN, register
from tests.practice.running import PracticeOrg
from tests.store.memory_keychain import MemoryKeychain

APP = "crm-desk-browser"
CRM = SalesforceConnector()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture
def app(org: PracticeOrg, port: int) -> PracticeOrg:
    """An app as the letter to the admin asks for it: PKCE, no secret; its refresh tokens rotate."""
    register(org, client_id=APP, callbacks=[callback_address(port)], requires_pkce=True, rotates=True)
    return org


@pytest.fixture
def browser(app: PracticeOrg) -> Iterator[ScriptedBrowser]:
    made = ScriptedBrowser(app)
    yield made
    made.close()


def account(url: str, port: int, client_id: str = APP) -> Account:
    return Account("acme", "Acme", "salesforce", url, "browser", {"client_id": client_id, "port": str(port)})


def watching(steps: list[SignInStep], show: Callable[[str], bool], *, patience: float = 100) -> BrowserSignIn:
    return BrowserSignIn(steps.append, show, CancelToken(), patience=patience)


def permitted(browser: ScriptedBrowser, port: int, client_id: str = APP) -> Secrets:
    held = CRM.permission(account(browser.org.url, port, client_id), {}, watching([], browser.open))
    return Secrets(dict(held))


def refused(browser: ScriptedBrowser, port: int, client_id: str = APP) -> SignInError:
    with pytest.raises(SignInError) as caught:
        permitted(browser, port, client_id)
    return caught.value


# What works.


def test_a_permission_in_the_browser_signs_the_account_in_step_by_step(browser: ScriptedBrowser, port: int) -> None:
    """R-007."""
    steps: list[SignInStep] = []
    held = CRM.permission(account(browser.org.url, port), {}, watching(steps, browser.open))
    assert set(held) == {"refresh_token"}
    with CRM.connect(account(browser.org.url, port), Secrets(dict(held))) as session:
        assert session.whoami().user == ADMIN
    assert isinstance(CRM, AsksInBrowser)
    done = [step.step for step in steps if step.state is StepState.DONE]
    assert done == [Step.ADDRESS, Step.NETWORK, Step.BROWSER, Step.PERMISSION]
    asked = parse_qs(urlsplit(next(step.link for step in steps if step.link)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["api refresh_token"]
    assert "prompt" not in asked
    assert "You may close this page" in browser.replies[0].text


def test_a_person_may_be_asked_afresh_who_they_are(browser: ScriptedBrowser, port: int) -> None:
    asking = BrowserSignIn(lambda _: None, browser.open, CancelToken(), is_afresh=True)
    CRM.permission(account(browser.org.url, port), {}, asking)
    assert "prompt=login" in browser.links[0]


def test_the_listener_is_on_this_computer_alone_and_closes_after_one_answer(
    browser: ScriptedBrowser, port: int
) -> None:
    """R-007."""
    listeners: list[str] = []

    def show(link: str) -> bool:
        own = psutil.Process().net_connections("inet")
        listeners.extend(each.laddr.ip for each in own if each.status == "LISTEN" and each.laddr.port == port)
        return browser.open(link)

    CRM.permission(account(browser.org.url, port), {}, watching([], show))
    assert listeners == ["127.0.0.1"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_app_that_wants_a_secret_is_given_it(browser: ScriptedBrowser, port: int) -> None:
    register(
        browser.org,
        client_id="with-secret",
        client_secret="s3cret",
        callbacks=[callback_address(port)],
        requires_secret=True,
    )
    assert refused(browser, port, "with-secret").place == "client_secret"
    given = {"client_secret": "s3cret"}
    mine = account(browser.org.url, port, "with-secret")
    held = Secrets(dict(CRM.permission(mine, given, watching([], browser.open))))
    assert held.held["client_secret"] == "s3cret"
    with CRM.connect(mine, held) as session:
        assert session.whoami().user == ADMIN


# What is refused.


def test_an_answer_to_another_sign_in_is_refused_and_the_right_one_is_still_taken(
    browser: ScriptedBrowser, port: int
) -> None:
    """R-007."""
    browser.changes = [
        lambda address: address.replace("state=", "state=x"),
        lambda address: address.replace("/OauthRedirect", "/favicon.ico"),
        lambda address: address,
    ]
    assert permitted(browser, port).held["refresh_token"]
    browser.close()
    assert [reply.status_code for reply in browser.replies] == [400, 404, 200]
    assert "does not belong" in browser.replies[0].text


def test_the_listener_answers_only_to_its_own_name(port: int) -> None:
    with listening(port, "s") as callback:
        at = f"http://127.0.0.1:{port}/OauthRedirect?state=s&code=c"
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(at, headers={"Host": f"evil.example:{port}"}, timeout=100).status_code == 404
            assert session.get(at, timeout=100).status_code == 200
            assert session.get(at, timeout=100).status_code == 400
        assert callback.wait(CancelToken(), 1)["code"] == "c"


def test_a_refusal_in_the_browser_is_told_with_what_to_do(browser: ScriptedBrowser, port: int) -> None:
    browser.decision = "deny"
    error = refused(browser, port)
    assert "refused in the browser" in error.message
    assert "Allow" in error.hint


def test_an_address_that_the_app_does_not_know_is_told_before_the_browser_opens(browser: ScriptedBrowser) -> None:
    other = free_port()
    error = refused(browser, other)
    assert f"does not know the address http://localhost:{other}/OauthRedirect" in error.message
    assert f"http://localhost:{other}/OauthRedirect\n" in error.letter
    assert not browser.links


def test_an_unknown_consumer_key_is_told_beside_it(browser: ScriptedBrowser, port: int) -> None:
    error = refused(browser, port, "nobody")
    assert "does not know this consumer key" in error.message
    assert error.place == "client_id"


@pytest.mark.parametrize("code", ["OAUTH_APP_BLOCKED", "OAUTH_APPROVAL_ERROR_GENERIC", "invalid_scope"])
def test_what_only_an_admin_can_mend_comes_with_a_letter_to_them(
    browser: ScriptedBrowser, port: int, code: str
) -> None:
    def blocked(address: str) -> str:
        query = parse_qs(urlsplit(address).query)
        return f"{callback_address(port)}?error={code}&error_description=this+app+is+blocked&state={query['state'][0]}"

    browser.changes = [blocked]
    error = refused(browser, port)
    assert code in error.message
    assert APP in error.letter


def test_the_letter_names_scopes_and_three_callbacks_exactly() -> None:
    letter = app_letter(7172, "3MVG9")
    for words in ("(api)", "(refresh_token, offline_access)", "External Client App", "PKCE", "3MVG9"):
        assert words in letter
    assert [line.strip() for line in letter.splitlines() if "OauthRedirect" in line] == [
        callback_address(each) for each in (7171, 7172, 7173)
    ]
    assert callback_address(9000) in app_letter(9000)


def test_a_port_in_use_is_told_with_another(browser: ScriptedBrowser, port: int) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(UserError, match=f"Port {port} of this computer is in use") as caught:
            permitted(browser, port)
    assert caught.value.place == "port"
    assert str(port + 1) in caught.value.hint


@pytest.mark.parametrize("port", ["80", "70000", "seven", "-1"])
def test_a_port_that_cannot_be_used_is_refused(app: PracticeOrg, port: str) -> None:
    mine = Account("acme", "Acme", "salesforce", app.url, "browser", {"client_id": APP, "port": port})
    with pytest.raises(UserError) as caught:
        CRM.permission(mine, {}, watching([], lambda _: False))
    assert caught.value.place == "port"


def test_patience_has_an_end_and_the_link_is_told_when_no_browser_opens(app: PracticeOrg, port: int) -> None:
    steps: list[SignInStep] = []
    with pytest.raises(SignInError, match="Nobody finished"):
        CRM.permission(account(app.url, port), {}, watching(steps, lambda _: False, patience=0.3))
    assert [step.text for step in steps if step.link] == ["No browser could be opened: open this link yourself"]
    assert steps[-1].state is StepState.FAILED


def test_somebody_who_gives_up_is_obeyed_at_once(app: PracticeOrg, port: int) -> None:
    asking = BrowserSignIn(lambda _: None, lambda _: True, CancelToken())
    threading.Timer(0.2, asking.token.cancel).start()
    with pytest.raises(Cancelled):
        CRM.permission(account(app.url, port), {}, asking)


# Keeping the permission.


def test_a_permission_that_was_taken_back_asks_for_a_new_one(browser: ScriptedBrowser, port: int) -> None:
    held = permitted(browser, port)
    token = held.held["refresh_token"]
    assert requests.post(f"{browser.org.url}/services/oauth2/revoke", data={"token": token}, timeout=100).ok
    with pytest.raises(SignInError, match="has ended or was taken back") as caught:
        CRM.connect(account(browser.org.url, port), held)
    assert token not in repr(vars(caught.value))


def test_a_session_that_ended_is_renewed_and_the_rotated_token_is_kept(browser: ScriptedBrowser, port: int) -> None:
    """R-021."""
    held = permitted(browser, port)
    with CRM.connect(account(browser.org.url, port), held) as session:
        before = held.held["refresh_token"]
        browser.org.delete("/practice/sessions")
        assert session.objects()
    assert held.held["refresh_token"] != before


def test_many_at_once_use_one_rotating_permission_and_none_is_lost(
    browser: ScriptedBrowser, port: int, tmp_path: Path
) -> None:
    keychain, chosen = MemoryKeychain(), keyring.get_keyring()
    keyring.set_keyring(keychain)
    try:
        trusted = (backend_name(keychain),)
        SecretStore("p1", tmp_path, keychains=trusted).save("acme", permitted(browser, port).held)

        def who(_: int) -> str:
            slot = SecretStore("p1", tmp_path, keychains=trusted).slot("acme", "refresh_token")
            with CRM.connect(account(browser.org.url, port), slot) as session:
                return session.whoami().user

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(who, range(6))) == [ADMIN] * 6
    finally:
        keyring.set_keyring(chosen)
