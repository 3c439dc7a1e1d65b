"""A running practice org: a child process on a free port of loopback, spoken to over HTTP."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

VERSION = "64.0"
_PATIENCE = 100


@dataclass(slots=True)
class PracticeOrg:
    """A running server and one signed-in session; paths without a leading slash are below the version root."""

    process: subprocess.Popen[str]
    url: str
    token: str
    org_id: str
    folder: Path
    ca_file: str | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {self.token}"
        if self.ca_file:
            self.session.verify = self.ca_file

    @property
    def root(self) -> str:
        return f"/services/data/v{VERSION}"

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        place = path if path.startswith("/") else f"{self.root}/{path}"
        return self.session.request(method, self.url + place, timeout=_PATIENCE, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, body: object, **options: Any) -> requests.Response:
        return self.ask("POST", path, json=body, **options)

    def patch(self, path: str, body: object, **options: Any) -> requests.Response:
        return self.ask("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.ask("DELETE", path, **options)

    def rows(self, soql: str, resource: str = "query") -> list[dict[str, Any]]:
        """All records of a query, its pages followed, without their attributes."""
        reply = self.get(resource, params={"q": soql}).json()
        found = reply["records"]
        while not reply["done"]:
            reply = self.get(reply["nextRecordsUrl"]).json()
            found += reply["records"]
        return [{name: value for name, value in each.items() if name != "attributes"} for each in found]

    def count(self, what: str) -> int:
        return int(self.get("query", params={"q": f"SELECT COUNT() FROM {what}"}).json()["totalSize"])

    def weather(self, do: object, **when: object) -> None:
        assert self.post("/practice/weather", {"do": do, "when": when}).status_code == 201

    def rest(self) -> None:
        """Wait until all that came in before has been dealt with, also what nobody waits for any more."""
        with requests.Session() as last_in_line:
            last_in_line.trust_env, last_in_line.verify = False, self.session.verify
            last_in_line.headers.update(self.session.headers)
            place = f"{self.url}/practice/log?last=0"
            until(lambda: last_in_line.get(place, timeout=_PATIENCE).json()["under_way"] == 1)

    def kill(self) -> None:
        """As by `kill -9`: no farewell, no flushing."""
        self.process.kill()
        self.wait()

    def end(self) -> int:
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        """The exit code, once the server has ended."""
        self.session.close()
        self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fails when that takes minutes."""
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def start_practice_org(folder: Path, *options: str) -> PracticeOrg:
    """Start a server over the folder and wait for its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crmdesk.practice", "serve", "--data", str(folder), *options],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    where = json.loads(process.stdout.readline())
    return PracticeOrg(process, where["url"], where["access_token"], where["org_id"], folder, where["ca_file"])
