"""Killed under load, again and again: nothing that was acknowledged is lost, nothing is done twice, jobs go on."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from crmdesk.practice.soql.functions import register
from tests.practice.bulk import csv_text, finished, results
from tests.practice.running import PracticeOrg, start_practice_org

ROWS = 4_000
SMALL = ("--contacts", "1", "--accounts", "1")


@dataclass
class Acknowledged:
    """What the org has said yes to, over all its lives."""

    accounts: list[str] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)


class Writer(threading.Thread):
    """Writes until the org is gone, and notes what was acknowledged."""

    def __init__(self, org: PracticeOrg, write: Callable[[Writer], None], said: Acknowledged, name: str) -> None:
        super().__init__(name=name)
        self.org, self.write, self.said = org, write, said
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {org.token}"
        self.number = 0

    def run(self) -> None:
        with self.session:
            try:
                while True:
                    self.number += 1
                    self.write(self)
            except requests.RequestException:
                return

    def ask(self, method: str, path: str, **options: Any) -> Any:
        reply = self.session.request(method, f"{self.org.url}{self.org.root}/{path}", timeout=100, **options)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None


def write_accounts(writer: Writer) -> None:
    keys = [f"{writer.name}-{writer.number}-{place}" for place in range(5)]
    records = [{"attributes": {"type": "Account"}, "Name": key, "Oracle_Id__c": key} for key in keys]
    answers = writer.ask("POST", "composite/sobjects", json={"records": records})
    assert all(each["success"] for each in answers)
    writer.said.accounts += keys


def write_job(writer: Writer) -> None:
    key = f"{writer.name}-{writer.number}"
    job = writer.ask("POST", "jobs/ingest", json={"object": "Lead", "operation": "insert"})
    rows = csv_text(["LastName", "Company"], [(f"Lead {number}", key) for number in range(ROWS)])
    writer.ask("PUT", f"jobs/ingest/{job['id']}/batches", data=rows.encode(), headers={"Content-Type": "text/csv"})
    writer.ask("PATCH", f"jobs/ingest/{job['id']}", json={"state": "UploadComplete"})
    writer.said.jobs.append(job | {"key": key})
    finished(writer.org, job)


def kill_under_load(folder: Path, kills: int) -> Acknowledged:
    said, chance = Acknowledged(), random.Random(1)
    for life in range(kills):
        org = start_practice_org(folder, *SMALL)
        writers = [Writer(org, write_accounts, said, f"a{life}.{place}") for place in range(3)]
        writers.append(Writer(org, write_job, said, f"b{life}"))
        for writer in writers:
            writer.start()
        time.sleep(chance.uniform(0.3, 1.2))
        org.kill()
        for writer in writers:
            writer.join()
        check_file(folder)
    return said


def check_file(folder: Path) -> None:
    connection = sqlite3.connect(folder / "org.sqlite")
    register(connection)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def check_all(folder: Path, said: Acknowledged) -> None:
    org = start_practice_org(folder, *SMALL)
    stored = Counter(each["Name"] for each in org.rows("SELECT Name FROM Account WHERE Oracle_Id__c != null"))
    assert set(said.accounts) <= stored.keys()
    assert set(stored.values()) == {1}
    for job in said.jobs:
        info = finished(org, job)
        assert (info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]) == ("JobComplete", ROWS, 0)
        assert org.count(f"Lead WHERE Company = '{job['key']}'") == ROWS
        assert len({each["sf__Id"] for each in results(org, job, "successfulResults")}) == ROWS
    org.end()
    check_file(folder)


def test_three_kills_under_load(tmp_path: Path) -> None:
    said = kill_under_load(tmp_path / "org", 3)
    assert said.accounts
    check_all(tmp_path / "org", said)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_fifty_kills_under_load(tmp_path: Path) -> None:
    said = kill_under_load(tmp_path / "org", 50)
    assert len(said.jobs) > 10
    check_all(tmp_path / "org", said)
