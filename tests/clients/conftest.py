"""One practice org and one home for the clients of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.node import Node, make_home, require_clients
from tests.practice.running import PracticeOrg, start_practice_org

CONTACTS = 4300  # three pages of a query
ACCOUNTS = 10


@pytest.fixture(scope="module")
def client_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    folder = tmp_path_factory.mktemp("client-org")
    org = start_practice_org(folder, "--contacts", str(CONTACTS), "--accounts", str(ACCOUNTS))
    yield org
    org.end()


@pytest.fixture(scope="module")
def safe_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    folder = tmp_path_factory.mktemp("safe-org")
    org = start_practice_org(folder, "--contacts", str(CONTACTS), "--accounts", str(ACCOUNTS), "--tls")
    yield org
    org.end()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    require_clients()
    return make_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def here() -> Path:
    return Path(__file__).parent
