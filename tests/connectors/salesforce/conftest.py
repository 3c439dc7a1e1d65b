"""A practice org in a process of its own, and open sessions with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.connectors.contract import Session
from crmdesk.connectors.salesforce.connector import SalesforceConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account
from tests.connectors.workbench import Secrets, Workbench
from tests.practice.running import PracticeOrg, start_practice_org


def account_of(org: PracticeOrg) -> Account:
    settings = {"ca_file": org.ca_file} if org.ca_file else {}
    return Account("practice", "Practice", "salesforce", org.url, "token", settings)


@pytest.fixture(scope="session")
def running_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    org = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "300", "--accounts", "20")
    yield org
    org.end()


@pytest.fixture
def org(running_org: PracticeOrg) -> Iterator[PracticeOrg]:
    """In fair weather; what other tests left behind is still there."""
    yield running_org
    running_org.delete("/practice/weather")


@pytest.fixture
def session(org: PracticeOrg) -> Iterator[Session]:
    with SalesforceConnector().connect(account_of(org), Secrets({"token": org.token})) as opened:
        yield opened


class TimeTravel(CancelToken):
    """Whoever sleeps by this token moves the org's clock instead, and the org has done what it would have done."""

    def __init__(self, org: PracticeOrg, session: Session) -> None:
        super().__init__()
        self.org = org
        self.session = session

    def sleep(self, seconds: float) -> None:
        self.check()
        self.org.rest()
        self.org.ask("POST", "/practice/clock", json={"move": seconds + 1})
        self.session.whoami()


@pytest.fixture
def bench(org: PracticeOrg, session: Session, tmp_path: Path) -> Workbench:
    """Some seconds after everything that other tests wrote, so that none of it can be taken for this test's."""
    token = TimeTravel(org, session)
    token.sleep(5)
    return Workbench(session, tmp_path, token=token)
