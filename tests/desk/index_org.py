"""A desk beside its practice org, a job with an automatic index, and what its runs have read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crmdesk.desk import CancelToken, Desk
from crmdesk.model.run import Notice, RunEvent, RunFinished
from tests.harness.org import open_org
from tests.practice.running import PracticeOrg

JOB = """
version = 1
name = "{name}"
object = "{object}"
operation = "import"

[local]
path = "{name}.jsonl"

[[mapping]]
remote = "LastName"
local = "name"
{more}
[index]
{index}
"""


@dataclass(frozen=True)
class IndexOrg:
    """The desk of a profile, and its org by plain HTTP."""

    desk: Desk
    org: PracticeOrg
    folder: Path

    def job(self, name: str, index: str, more: str = "", what: str = "Contact") -> Reader:
        place = self.folder / f"{name}.toml"
        place.write_text(JOB.format(name=name, index=index, more=more, object=what), encoding="utf-8")
        return Reader(self, place)

    def move_clock(self, seconds: float) -> None:
        assert self.org.post("/practice/clock", {"move": seconds}).status_code == 200

    def create(self, name: str) -> str:
        answer = self.org.post("sobjects/Contact", {"LastName": name})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def rename(self, record: str, name: str) -> None:
        assert self.org.patch(f"sobjects/Contact/{record}", {"LastName": name}).status_code == 204

    def stamps(self) -> dict[str, str]:
        """The last change of every living contact, by id."""
        rows = self.org.rows("SELECT Id, LastModifiedDate FROM Contact")
        return {row["Id"]: row["LastModifiedDate"] for row in rows}

    @contextmanager
    def late(self, name: str, seconds: float) -> Iterator[None]:
        """A contact that is stamped at the beginning of the block, and can be seen `seconds` later, at its end."""
        with self._late("POST", "sobjects/Contact", {"LastName": name}, seconds):
            yield

    @contextmanager
    def late_delete(self, record: str, seconds: float) -> Iterator[None]:
        """An account that is deleted at the beginning of the block, which nobody sees before its end."""
        with self._late("DELETE", f"sobjects/Account/{record}", None, seconds):
            yield

    @contextmanager
    def _late(self, method: str, path: str, body: object, seconds: float) -> Iterator[None]:
        self.org.weather({"kind": "late-commit", "seconds": seconds}, method=method, path=f"/{path}$", times=1)
        stamped = self.open_since()
        thread = threading.Thread(target=self._ask_apart, args=(method, path, body))
        thread.start()
        while self.open_since() == stamped:
            threading.Event().wait(0.01)
        try:
            yield
        finally:
            thread.join()
            self.org.delete("/practice/weather")

    def open_since(self) -> int:
        """How many late commits have begun."""
        rules = self.org.get("/practice/weather").json()
        return sum(rule["hits"] for rule in rules)

    def _ask_apart(self, method: str, path: str, body: object) -> None:
        apart = PracticeOrg(self.org.process, self.org.url, self.org.token, self.org.org_id, self.org.folder)
        assert apart.ask(method, path, json=body).status_code in (201, 204)
        apart.session.close()


@dataclass
class Reader:
    """A job that reads, and what it has read so far: (id, stamp) of every row, run by run."""

    home: IndexOrg
    place: Path
    found: list[list[tuple[str, str]]] = field(default_factory=list)
    finished: RunFinished | None = None
    notices: list[str] = field(default_factory=list)

    def run(self) -> list[dict[str, Any]]:
        """Run the job; the rows it has read."""
        desk = self.home.desk
        return self.follow(desk.runs.run(desk.jobs.load(str(self.place)), CancelToken(), lambda _: True))

    def follow(self, events: Iterator[RunEvent]) -> list[dict[str, Any]]:
        self.notices = []
        for event in events:
            if isinstance(event, Notice):
                self.notices.append(event.message)
            if isinstance(event, RunFinished):
                self.finished = event
        assert self.finished is not None
        assert self.finished.failure is None, self.finished.failure
        text = self.place.with_suffix(".jsonl").read_text(encoding="utf-8")
        rows = [json.loads(line) for line in text.splitlines()]
        self.found.append([(row["Id"], row["LastModifiedDate"]) for row in rows if "LastModifiedDate" in row])
        return rows

    def versions(self) -> list[tuple[str, str]]:
        """Everything that was read, by all runs."""
        return [each for run in self.found for each in run]

    @property
    def run_number(self) -> str:
        assert self.finished is not None
        return self.finished.run


@contextmanager
def index_org(folder: Path) -> Iterator[IndexOrg]:
    home = folder / "profile"
    org = open_org(home)
    try:
        with Desk.open(home) as desk:
            yield IndexOrg(desk, org, folder)
    finally:
        org.end()
