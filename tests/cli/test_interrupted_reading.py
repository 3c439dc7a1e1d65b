"""An import that is killed while it reads goes on where it was, whatever the org has forgotten meanwhile."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.jobs import job_file
from tests.cli.program import Program, profile
from tests.practice.running import PracticeOrg, start_practice_org


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeOrg]:
    running = start_practice_org(tmp_path_factory.mktemp("org"), "--contacts", "12100", "--accounts", "20")
    yield running
    running.end()


@pytest.fixture(scope="module")
def program(org: PracticeOrg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("killed") / "profile", CRMDESK_SECRET_ORG=org.token) as made:
        added = made.tell("account", "add", "org", "--kind", "salesforce", "--url", org.url, "--auth", "token")
        assert added.code == 0, added
        yield made


def pages(org: PracticeOrg) -> int:
    lines = org.get("/practice/log", params={"last": "3000"}).json()["requests"]
    return sum("/query/" in line["path"] for line in lines)


@pytest.mark.parametrize("forgets", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_killed_import_goes_on_behind_what_is_on_the_disk(
    org: PracticeOrg, program: Program, tmp_path: Path, forgets: bool
) -> None:
    """R-132, R-130."""
    by_rest = '[behaviour]\nengine = "rest"'
    job_file(tmp_path, "all", "Contact", by_rest, account="org", operation="import", LastName="Name")
    org.weather({"kind": "latency", "seconds": 0.6}, path="/query/")
    before = pages(org)
    process = program.start("run", tmp_path / "all.toml", "--yes")
    deadline = time.monotonic() + 60
    while pages(org) - before < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert not (tmp_path / "all.csv").exists()
    org.delete("/practice/weather")
    if forgets:
        gone = {"kind": "refuse", "status": 400, "code": "INVALID_QUERY_LOCATOR", "message": "invalid query locator"}
        org.weather(gone, path="/query/", times=1)
    before = pages(org)
    run = program.ask("runs").last["run"]
    done = program.ask("resume", run, "--yes")
    assert done.counts() == {"read": 12_100, "created": 12_100}
    assert pages(org) - before < 6, "it began anew"
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        found = sorted(row["Id"] for row in csv.DictReader(file))
    assert found == sorted(row["Id"] for row in org.rows("SELECT Id FROM Contact"))
    org.delete("/practice/weather")
