"""Salesforce accounts that sign in through the browser, and the other ways, from the command line."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program, profile
from tests.connectors.salesforce.browsers import free_port
from tests.practice.oauth.signing_in import ADMIN

PHRASE = "correct horse battery staple"
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Elsewhere:
    """A profile with a vault, an org elsewhere, and the port whose callback its app knows."""

    program: Program
    url: str
    token: str
    port: int

    def control(self, method: str, path: str, body: object = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, self.url + path, json=body, headers=headers, timeout=100)

    def options(self, auth: str, client_id: str = "desk") -> list[str]:
        return ["--kind", "salesforce", "--url", self.url, "--auth", auth, "--client-id", client_id]


def browser(decision: str) -> str:
    return f"{sys.executable} -m tests.cli.browser {decision} %s"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    folder = tmp_path_factory.mktemp("browser")
    surroundings = {"CRMDESK_PASSPHRASE": PHRASE, "BROWSER": browser("allow"), "PYTHONPATH": str(ROOT)}
    with profile(folder / "profile", **surroundings) as program, profile(folder / "outside") as outside:
        org, port = outside.org(), free_port()
        made = Elsewhere(program, org.url, org.token, port)
        callback = f"http://localhost:{port}/OauthRedirect"
        app = {"client_id": "desk", "callbacks": [callback], "requires_pkce": True, "rotates": True}
        assert made.control("POST", "/practice/apps", app).status_code == 201
        assert program.ask("vault", "create", "--passphrase-stdin", said=PHRASE + "\n").code == 0
        added = program.ask("account", "add", "Acme", *made.options("browser"), "--port", str(port))
        assert added.code == 0, added
        yield made


def test_an_account_is_added_through_the_browser_and_works_from_then_on(elsewhere: Elsewhere, tmp_path: Path) -> None:
    """R-007, R-013."""
    tested = elsewhere.program.ask("account", "test", "acme")
    assert tested.code == 0, tested
    assert (tested.last["user"], tested.last["environment"]) == (ADMIN, "practice")
    names = [line["name"] for line in tested.last["tests"]]
    assert names == ["Address", "Reached", "Sign-in", "User", "Organisation", "Kind", "Clock", "API calls", "Objects"]
    assert all(line["ok"] for line in tested.last["tests"])
    assert tested.last["calls_used"] + tested.last["calls_left"] == tested.last["calls_allowed"]
    contacts_csv(tmp_path / "contacts.csv", range(3))
    done = elsewhere.program.run(contacts_job(tmp_path, account="Acme"))
    assert (done.code, done.last["created"]) == (0, 3)


def test_processes_that_use_one_rotating_permission_at_once_all_get_in(elsewhere: Elsewhere) -> None:
    together = [elsewhere.program.start("account", "test", "acme", "--json") for _ in range(3)]
    assert [process.wait(60) for process in together] == [0, 0, 0]
    assert elsewhere.program.ask("account", "test", "acme").code == 0


def test_the_steps_are_told_and_the_link_can_be_copied(elsewhere: Elsewhere) -> None:
    """A complaint about other loaders: a sign-in fails and only says to try again."""
    again = elsewhere.program.ask("account", "sign-in", "acme")
    assert again.code == 0, again
    done = [line["step"] for line in again.lines if line.get("state") == "done"]
    assert done == ["address", "network", "browser", "permission", "organisation"]
    assert [line for line in again.lines if line.get("link", "").startswith(elsewhere.url)]


def test_what_was_denied_is_told_and_nothing_of_it_is_kept(elsewhere: Elsewhere) -> None:
    """A complaint about other loaders: a sign-in fails and only says to try again."""
    denied = elsewhere.program.tell("account", "sign-in", "acme", env={"BROWSER": browser("deny")})
    assert denied.code == 2
    assert "copy this link" in denied.stdout
    assert "✗ Permission" in denied.stdout
    refused = elsewhere.program.ask(
        "account", "add", "Other", *elsewhere.options("browser"), "--port", str(free_port())
    )
    assert refused.code == 2
    assert "External Client App" in refused.error["letter"]
    assert [line["account"] for line in elsewhere.program.ask("account", "list").lines] == ["acme", "practice_org"]


def test_ctrl_c_gives_up_and_leaves_nothing_behind(elsewhere: Elsewhere) -> None:
    process = elsewhere.program.start(
        "account", "add", "Never", *elsewhere.options("browser"), "--port", str(elsewhere.port), "--no-open", "--json"
    )
    assert process.stdout is not None
    while "link" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130  # the person would be awaited for five minutes
    assert "Never" not in elsewhere.program.tell("account", "list").stdout


def test_no_secret_is_in_a_file_of_the_profile_in_the_clear(elsewhere: Elsewhere) -> None:
    """R-323."""
    files = [place for place in elsewhere.program.home.rglob("*") if place.is_file()]
    assert not [place for place in files if b"5Aep861" in place.read_bytes()]
