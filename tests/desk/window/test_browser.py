"""The window signs an account in through the browser: it sees each step, may give up, and gets the admin's letter."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

import pytest

from crmdesk.desk.window.answers import Signin
from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.errors import Cancelled, SignInError
from crmdesk.model.sign_in import SignInStep, Step, StepState
from tests.conftest import ROOT
from tests.connectors.salesforce.browsers import free_port
from tests.practice.oauth.signing_in import ADMIN, register
from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "5", "--accounts", "2")
    yield org
    org.end()


@pytest.fixture
def engine(engine: EngineChild, monkeypatch: pytest.MonkeyPatch) -> EngineChild:
    """One whose browser is a person who allows everything."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("BROWSER", f"{sys.executable} -m tests.cli.browser allow %s")
    return engine


def form(org: PracticeOrg, port: int, label: str = "Acme") -> Signin:
    return Signin(label, "salesforce", org.url, "browser", {"client_id": "window", "port": str(port)})


async def test_every_step_is_seen_as_it_is_made(engine: EngineChild, org: PracticeOrg) -> None:
    port = free_port()
    register(org, client_id="window", callbacks=[f"http://localhost:{port}/OauthRedirect"])
    steps: list[SignInStep] = []
    added = await engine.add_account(form(org, port), steps.append)
    assert added.identity is not None
    assert added.identity.user == ADMIN
    assert [step.step for step in steps if step.state is StepState.DONE] == list(Step)
    assert [step for step in steps if step.link.startswith(org.url)]
    assert (await engine.identify("acme")).organization_id == org.org_id
    await engine.remove_account("acme")


async def test_an_app_that_lacks_the_address_comes_with_the_letter(engine: EngineChild, org: PracticeOrg) -> None:
    port = free_port()
    with pytest.raises(SignInError, match="does not know the address") as caught:
        await engine.add_account(form(org, port))
    assert f"http://localhost:{port}/OauthRedirect" in caught.value.letter


async def test_giving_up_ends_the_wait_and_frees_the_port(
    engine: EngineChild, org: PracticeOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "true %s")
    port = free_port()
    register(org, client_id="window", callbacks=[f"http://localhost:{port}/OauthRedirect"])
    waits = asyncio.Event()
    asked = asyncio.create_task(engine.add_account(form(org, port), lambda step: waits.set() if step.link else None))
    await asyncio.wait_for(waits.wait(), 20)
    await engine.cancel()
    with pytest.raises(Cancelled):
        await asked
    writer = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    writer.close()
    await writer.wait_closed()
