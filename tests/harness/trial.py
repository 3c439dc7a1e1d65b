"""One trial: a run is killed, resumed, perhaps killed again, resumed in peace, and judged."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.harness import org as orgs
from tests.harness.faults import Fault
from tests.harness.scenarios import INTEGRATION, SMALL, Act, Combination, Road, Scenario, Size, Sky, set_up
from tests.harness.storms import brew, crowd
from tests.harness.verdict import Evidence, judge
from tests.practice.asking import signed_in_as
from tests.practice.running import PracticeOrg

_PATIENCE = 280.0
_MOST_RESUMES = 5
_MOST_IN_FLIGHT = 3
_MOST_A_CALL = 200
_KILLED = -9
_REFUSED = 2
_SETTLED = ("succeeded", "rejects")
_GLANCE = 0.002


@dataclass(frozen=True, slots=True)
class At:
    """Kill at the n-th passing of a point."""

    point: str
    nth: int = 1
    signal: str = "SIGKILL"

    def __str__(self) -> str:
        return f"{self.point}:{self.nth}"


@dataclass(frozen=True, slots=True)
class After:
    """Kill so many seconds after the run has said that it started."""

    seconds: float

    def __str__(self) -> str:
        return f"after {self.seconds:.2f} s"


Kill = At | After


@dataclass(frozen=True, slots=True)
class Stretch:
    """One life of the program: what it said, its exit code, and the kill that ended it, if one did."""

    lines: Sequence[dict[str, Any]]
    code: int
    kill: Kill | None
    seconds: float
    """From its word that it started to its end; 0 if it never said so."""
    ended: float
    """When, as time.time()."""

    @property
    def heeded(self) -> float:
        """Seconds from a signal that it sent itself to its end."""
        return self.ended - float(next(line["struck"] for line in self.lines if "struck" in line))

    @property
    def end(self) -> dict[str, Any]:
        """The finished line of a run that has settled every row, else nothing."""
        last = self.lines[-1] if self.lines else {}
        return last if last.get("event") == "finished" and last["outcome"] in _SETTLED else {}

    def __str__(self) -> str:
        phases = [line["phase"] for line in self.lines if line.get("event") == "progress"]
        if self.kill is not None:
            return f"killed {self.kill}" + (f" ({phases[-1]})" if phases else "")
        said = self.lines[-1] if self.lines else {}
        return f"ended {self.code} {said.get('outcome', '')}{said.get('error', '')}"


@dataclass(slots=True)
class Report:
    """What a trial saw. `findings` is empty when all is well."""

    combination: Combination
    seed: int
    stretches: list[Stretch] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    end: dict[str, Any] = field(default_factory=dict)
    struck: int = 0
    """Requests met by bad weather."""

    @property
    def kills(self) -> list[Kill]:
        return [stretch.kill for stretch in self.stretches if stretch.kill is not None]

    def __str__(self) -> str:
        story = " → ".join(map(str, self.stretches))
        return f"{self.combination} (seed {self.seed}): {story}; unknown {self.end.get('unknown')}" + "".join(
            f"\n    {finding}" for finding in self.findings
        )


def attempt(
    combination: Combination,
    folder: Path,
    kills: Sequence[Kill],
    *,
    seed: int = 0,
    fault: Fault | None = None,
    size: Size = SMALL,
    paces: Sequence[str] = (),
) -> Report:
    """Kill the first stretch by the first of `kills`, each resume by the next; then resume in peace, and judge.

    Before each resume the next of `paces`, arguments of `speed`, is asked for.
    """
    report = Report(combination, seed)
    home = folder / "home"
    org = orgs.open_org(home)
    try:
        scenario = set_up(combination, org, folder, seed, size)
        orgs.let_time_pass(org)
        before = orgs.contacts(org)
        if combination.sky is Sky.STORMY:
            brew(org, combination.road, seed)
        if combination.sky is Sky.CROWDED:
            crowd(org)
        _live(_program(combination, org, home, size, fault), scenario, kills, report, paces)
        report.struck = sum(rule["hits"] for rule in org.get("/practice/weather").json())
        assert org.delete("/practice/weather").status_code == 204
        _judge(report, scenario, org, before, home)
    finally:
        org.kill()
    return report


def _program(combination: Combination, org: PracticeOrg, home: Path, size: Size, fault: Fault | None) -> Program:
    """The program, as a user who may do what is to be done."""
    if combination.act is not Act.HARD_DELETE:
        return Program(home, size.per_job, fault)
    with signed_in_as(org, INTEGRATION) as integration:
        secret = {f"CRMDESK_SECRET_{INTEGRATION.upper()}": integration.token}
    ask(home, "account", "add", INTEGRATION, "--kind", "salesforce", "--url", org.url, secrets=secret)
    return Program(home, size.per_job, fault, secret)


def _judge(report: Report, scenario: Scenario, org: PracticeOrg, before: dict[str, orgs.Record], home: Path) -> None:
    if not report.end:
        last = report.stretches[-1].lines
        crash = home / "crash.txt"
        why = crash.read_text(encoding="utf-8") if crash.exists() else ""
        report.findings.append(f"the run does not come to an end: {last[-1] if last else 'it said nothing'} {why}")
        return
    results = read_results(home, home.parent / "results.csv")
    may_doubt = _may_doubt(report)
    report.findings += judge(Evidence(scenario, before, orgs.contacts(org), report.end, results, may_doubt))


def _may_doubt(report: Report) -> int:
    """Only keyless inserts by collections, and only where an answer was lost: by a kill or by the weather."""
    if report.combination.act is not Act.INSERT or report.combination.road is not Road.COLLECTIONS:
        return 0
    return _MOST_A_CALL * _MOST_IN_FLIGHT * (len(report.kills) + report.struck)


def _live(program: Program, scenario: Scenario, kills: Sequence[Kill], report: Report, paces: Sequence[str]) -> None:
    waiting, speeds = list(kills), list(paces)
    arguments = ["run", str(scenario.job), "--yes"]
    for _ in range(len(kills) + _MOST_RESUMES):
        stretch = program.live(arguments, waiting.pop(0) if waiting else None)
        report.stretches.append(stretch)
        report.end = stretch.end or (program.settled() if stretch.code == _REFUSED else {})
        if report.end:
            return
        arguments = ["resume", "1"]
        if speeds and not program.settled():
            ask(program.home, "speed", "1", *speeds.pop(0).split())


def read_results(home: Path, place: Path) -> list[dict[str, str]]:
    """What the program says of every row of run 1."""
    ask(home, "results", "1", "--csv", str(place))
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(home: Path, *arguments: str, secrets: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The one line that the real command line answers."""
    command = [sys.executable, "-m", "crmdesk", "--home", str(home), "--json", *arguments]
    environment = {**os.environ, **(secrets or {})}
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=_PATIENCE, env=environment)
    line: dict[str, Any] = json.loads(answer.stdout)
    return line


@dataclass(slots=True)
class Program:
    """crmdesk as a child, over one profile; `secrets` are in its environment."""

    home: Path
    per_job: int
    fault: Fault | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)

    def live(self, arguments: Sequence[str], kill: Kill | None) -> Stretch:
        said = self.home.parent / "said.jsonl"
        with said.open("wb") as output:
            child = subprocess.Popen(
                self._command(arguments, kill),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.secrets},
            )
        try:
            started = _moment_of_start(child, said)
            if isinstance(kill, After):
                _kill_after(child, kill.seconds)
            code = child.wait(_PATIENCE)
            ended = time.time()
        finally:
            child.kill()
            child.wait()
        lines = _lines(said)
        struck = any("struck" in line for line in lines)
        seconds = time.monotonic() - started if started else 0.0
        return Stretch(lines, code, kill if struck or code == _KILLED else None, seconds, ended)

    def settled(self) -> dict[str, Any]:
        """How run 1 ended, if it did: a kill may come when all is done and before that is said."""
        line = ask(self.home, "show", "1")
        return line if line["outcome"] in _SETTLED else {}

    def _command(self, arguments: Sequence[str], kill: Kill | None) -> list[str]:
        ours = ["--bulk-rows", str(self.per_job)]
        ours += ["--at", str(kill), "--signal", kill.signal] if isinstance(kill, At) else []
        ours += ["--fault", self.fault.value] if self.fault is not None else []
        home = ["--home", str(self.home), "--json"]
        return [sys.executable, "-m", "tests.harness.killable", *ours, "--", *arguments, *home]


def _moment_of_start(child: subprocess.Popen[bytes], said: Path) -> float:
    """When the run said that it started; 0 if the program ended before."""
    while b'"started"' not in said.read_bytes():
        if child.poll() is not None:
            return 0.0
        time.sleep(_GLANCE)
    return time.monotonic()


def _kill_after(child: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()


def _lines(said: Path) -> list[dict[str, Any]]:
    """The JSON lines; a kill may have cut the last one, and whatever else was said is kept as it was."""
    lines: list[dict[str, Any]] = []
    for text in said.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            lines.append({"text": text})
    return lines
