"""A running environment and open sessions with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.connectors.contract import Session
from crmdesk.connectors.dynamics.connector import DynamicsConnector
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account
from tests.connectors.workbench import Secrets, Workbench
from tests.servers.dynamics import SECRET, DynamicsServer, dynamics_server


def account(server: DynamicsServer, auth: str = "client-credentials", **settings: str) -> Account:
    kept = {"client_id": server.client_id, **settings}
    return Account("dynamics", "Dynamics", "dynamics", server.url, auth, kept)


class TimeTravel(CancelToken):
    """Whoever sleeps by this token moves the environment's clock instead."""

    def __init__(self, server: DynamicsServer, session: Session) -> None:
        super().__init__()
        self.server = server
        self.session = session

    def sleep(self, seconds: float) -> None:
        self.check()
        self.server.move_clock(seconds + 1)
        self.session.whoami()


@pytest.fixture(scope="session")
def running() -> Iterator[DynamicsServer]:
    with dynamics_server() as server:
        yield server


@pytest.fixture
def server(running: DynamicsServer) -> DynamicsServer:
    running.reset()
    return running


@pytest.fixture
def session(server: DynamicsServer) -> Iterator[Session]:
    with DynamicsConnector().connect(account(server), Secrets({"client_secret": SECRET})) as opened:
        yield opened


@pytest.fixture
def bench(server: DynamicsServer, session: Session, tmp_path: Path) -> Workbench:
    return Workbench(session, tmp_path, token=TimeTravel(server, session))
