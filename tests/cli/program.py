"""The real program in a profile of its own: each command is a child process, and nothing outlives the test."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests

from tests.cli.ready import carried_out
from tests.copies import CAN_COPY

_PATIENCE = 110

HELD: dict[str, Any] = {"kind": "latency", "seconds": 200}
"""Weather in which an answer does not come as long as a test lasts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one command said."""

    code: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines; all of stdout must be such."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        return self.lines[-1]

    @property
    def error(self) -> dict[str, Any]:
        """Why the command was refused."""
        found = self.last["error"]
        assert isinstance(found, dict)
        return found

    def counts(self) -> dict[str, int]:
        """The counts of the last line that are not 0."""
        names = ("read", "created", "updated", "deleted", "unchanged", "rejected", "unknown", "pending")
        return {name: self.last[name] for name in names if self.last[name]}


@dataclass(slots=True)
class Program:
    """`python -m crmdesk` with the profile `home`. `ask` wants JSON lines, `tell` what a person would read."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "crmdesk", "--home", str(self.home), *map(str, arguments)]

    def surroundings(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a child: ours without what concerns the program, no screen, and no credential store."""
        screen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("CRMDESK_", *screen))}
        nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "TZ": "UTC", "COLUMNS": "200"}
        return {**kept, **nowhere, **self.environment, **(more or {})}

    def tell(
        self,
        *arguments: str | Path,
        said: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Answer:
        """Run a command to its end; `said` is its standard input. No output ever holds a traceback."""
        answer = (
            self._copied(arguments, said or "", cwd)
            if CAN_COPY and not env
            else self._begun(arguments, said or "", env, cwd)
        )
        assert "Traceback" not in answer.stdout + answer.stderr, answer.stdout + answer.stderr
        assert "mistake of its own" not in answer.stdout + answer.stderr, self.crash()
        return answer

    def _copied(self, arguments: Sequence[str | Path], said: str, cwd: Path | None) -> Answer:
        given = ["--home", str(self.home), *map(str, arguments)]
        return Answer(*carried_out(given, self.surroundings(), said, cwd, _PATIENCE))

    def _begun(
        self, arguments: Sequence[str | Path], said: str, env: Mapping[str, str] | None, cwd: Path | None
    ) -> Answer:
        done = subprocess.run(
            self.command(*arguments),
            input=said,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self.surroundings(env),
            cwd=cwd,
            timeout=_PATIENCE,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def ask(self, *arguments: str | Path, said: str | None = None, env: Mapping[str, str] | None = None) -> Answer:
        """Run a command with --json."""
        return self.tell(*arguments, "--json", said=said, env=env)

    def run(self, job: Path | str, *arguments: str) -> Answer:
        """Run a job and answer its question with yes."""
        return self.ask("run", job, "--yes", *arguments)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a command, to be watched, stopped or killed."""
        process = subprocess.Popen(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self.surroundings(),
        )
        self.started.append(process)
        return process

    def crash(self) -> str:
        """The traceback that was kept of a bug of ours."""
        place = self.home / "crash.txt"
        return place.read_text(encoding="utf-8") if place.exists() else "no crash was kept"

    def org(self) -> Org:
        """The practice org of the profile, by plain HTTP; started when it does not run."""
        if self._server() is None:
            answer = self.ask("account", "test", "practice_org")
            assert answer.code == 0, answer
        where = self._server()
        assert where is not None
        return Org(where["url"], where["access_token"])

    def server_pid(self) -> int:
        where = self._server()
        assert where is not None
        return int(where["pid"])

    def end(self) -> None:
        """End everything that was started here: the commands, then the practice org, which outlives them."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()
        where = self._server()
        if where is not None:
            _end(int(where["pid"]))

    def _server(self) -> dict[str, Any] | None:
        try:
            where: dict[str, Any] = json.loads((self.home / "practice" / "server.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return where if psutil.pid_exists(int(where["pid"])) else None


def _end(pid: int) -> None:
    """End a process that is not our child, and wait until it is gone or waits for its parent only."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.terminate()
        deadline = time.monotonic() + _PATIENCE
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Org:
    """A Salesforce-like org as a script sees it that knows nothing of the program."""

    url: str
    token: str

    def get(self, path: str, **parameters: str) -> Any:
        """The JSON answer to a GET below the version root, or of an absolute path."""
        place = path if path.startswith("/") else f"/services/data/v64.0/{path}"
        reply = requests.get(
            self.url + place, params=parameters, headers={"Authorization": f"Bearer {self.token}"}, timeout=_PATIENCE
        )
        assert reply.status_code == 200, reply.text
        return reply.json()

    def post(self, path: str, body: object) -> Any:
        """The JSON answer to a POST below the version root, or to an absolute path."""
        place = path if path.startswith("/") else f"/services/data/v64.0/{path}"
        reply = requests.post(
            self.url + place, json=body, headers={"Authorization": f"Bearer {self.token}"}, timeout=_PATIENCE
        )
        assert reply.ok, reply.text
        return reply.json()

    def rows(self, soql: str) -> list[dict[str, Any]]:
        """All records of a query, without their attributes."""
        found: list[dict[str, Any]] = []
        reply = self.get("query", q=soql)
        found += reply["records"]
        while not reply["done"]:
            reply = self.get(reply["nextRecordsUrl"])
            found += reply["records"]
        return [_plain(record) for record in found]

    def count(self, what: str) -> int:
        return int(self.get("query", q=f"SELECT COUNT() FROM {what}")["totalSize"])  # noqa: S608 - our own words

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        """A request below the version root, or of an absolute path, that is carried out."""
        place = path if path.startswith("/") else f"/services/data/v64.0/{path}"
        bearer = {"Authorization": f"Bearer {self.token}"}
        reply = requests.request(method, self.url + place, json=body, headers=bearer, timeout=_PATIENCE)
        assert reply.ok, reply.text
        return reply

    def weather(self, do: object, **when: object) -> None:
        reply = requests.post(
            f"{self.url}/practice/weather",
            json={"do": do, "when": when},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=_PATIENCE,
        )
        assert reply.status_code == 201, reply.text

    def held(self) -> int:
        """The requests whose answers the weather holds back; none of those that it met has had one."""
        answered = [line for line in self.get("/practice/log")["requests"] if line["weather"]]
        assert not answered
        return sum(int(rule["hits"]) for rule in self.get("/practice/weather"))

    def clear_weather(self) -> None:
        requests.delete(
            f"{self.url}/practice/weather", headers={"Authorization": f"Bearer {self.token}"}, timeout=_PATIENCE
        )


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _plain(value) if isinstance(value, dict) else value
        for name, value in record.items()
        if name != "attributes"
    }


@contextlib.contextmanager
def profile(home: Path, **environment: str) -> Iterator[Program]:
    """The program in the empty profile `home`; everything it started is ended with the block."""
    program = Program(home, dict(environment))
    try:
        yield program
    finally:
        program.end()
