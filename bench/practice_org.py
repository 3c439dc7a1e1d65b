"""What the practice org costs beside the client that uses it: CPU for the same rows, and memory as the org grows.

Run it with the Python of the virtual environment; see bench/README.md.
"""

# ruff: noqa: T201 - a benchmark prints its figures

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from crmdesk.connectors.contract import Query
from crmdesk.connectors.registry import connector
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account
from crmdesk.model.job import Engine

FIELDS = {
    "Legacy_Id__c": "Key",
    "FirstName": "First",
    "LastName": "Last",
    "Email": "Email",
    "Phone": "Phone",
    "Title": "Title",
    "MailingCity": "City",
    "Birthdate": "Birth",
}
MEGABYTE = 1024 * 1024


@dataclass(slots=True)
class Server:
    """A practice org as a child process."""

    process: subprocess.Popen[str]
    url: str
    token: str
    seconds_to_start: float
    peak: int = 0

    def cpu_seconds(self) -> float:
        reply = requests.get(
            f"{self.url}/practice/log?last=0", headers={"Authorization": f"Bearer {self.token}"}, timeout=60
        )
        return float(reply.json()["cpu_seconds"])


@contextmanager
def served(folder: Path, contacts: int) -> Iterator[Server]:
    """Afterwards `peak` says how many bytes of memory it took at most."""
    command = [sys.executable, "-m", "crmdesk.practice", "serve", "--data", str(folder), "--contacts", str(contacts)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if process.stdout is None:
        raise TypeError(process)
    where = json.loads(process.stdout.readline())
    server = Server(process, where["url"], where["access_token"], time.monotonic() - started)
    try:
        yield server
    finally:
        process.terminate()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
        process.stdout.close()
        server.peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True, slots=True)
class Client:
    """The program in a profile of its own, with the practice org as an account like any other."""

    home: Path
    server: Server

    def __call__(self, *arguments: str) -> str:
        environment = {**os.environ, "CRMDESK_SECRET_ORG": self.server.token}
        command = [sys.executable, "-m", "crmdesk", "--home", str(self.home), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(arguments)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def add_account(self) -> None:
        self("account", "add", "org", "--kind", "salesforce", "--url", self.server.url, "--auth", "token")

    def run(self, job: Path) -> dict[str, Any]:
        finished: dict[str, Any] = json.loads(self("run", str(job), "--yes", "--json").splitlines()[-1])
        return finished


def compare(name: str, server: Server, rows: int, work: Sequence[str] | Path, client: Client) -> None:
    """Print what the server and the client used for the same rows."""
    ours, theirs = children_seconds(), server.cpu_seconds()
    if isinstance(work, Path):
        client.run(work)
    else:
        subprocess.run(work, input=server.token, text=True, check=True)
    ours, theirs = children_seconds() - ours, server.cpu_seconds() - theirs
    each = f"{theirs / rows * 1e6:5.1f} and {ours / rows * 1e6:5.1f} µs a row"
    print(f"{name:40} server ÷ client {theirs / ours:5.2f}   ({each})", flush=True)


def write_rows(place: Path, rows: int) -> None:
    with place.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS.values())
        for number in range(rows):
            key = f"B-{number:07}"
            mail, phone = f"bench{number}@mail.example", f"+44 20 {number:07}"
            writer.writerow((key, f"Ann{number % 97}", f"Bench {number}", mail, phone, "Buyer", "Zürich", "1990-01-31"))


def job(folder: Path, name: str, operation: str, path: str, more: str, fields: dict[str, str] = FIELDS) -> Path:
    lines = [
        "version = 1",
        f'name = "{name}"',
        'account = "org"',
        'object = "Contact"',
        f'operation = "{operation}"',
        f'[local]\npath = "{path}"',
        *(f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"' for remote, local in fields.items()),
        more,
    ]
    place = folder / f"{name}.toml"
    place.write_text("\n".join(lines), encoding="utf-8")
    return place


def read(url: str, engine: str, place: str) -> None:
    """A client process of its own: all contacts with a key, by one engine, into a CSV file."""
    kind = connector("salesforce")
    account = Account("org", "org", "salesforce", url, "token", {})

    class Token:
        def read(self) -> dict[str, str]:
            return {"token": sys.stdin.read()}

        def replace(self, secrets: object) -> None:
            raise TypeError(secrets)

    with kind.connect(account, Token()) as session, Path(place).open("wb") as out:
        source = session.source(Query("Contact", tuple(FIELDS), engine=Engine(engine)))
        out.writelines(each.frame.write_csv(include_header=False).encode() for each in source.batches(CancelToken()))


def transfers(rows: int) -> None:
    print(f"{rows:,} contacts, eight fields; the client's start-up is part of its time")
    with tempfile.TemporaryDirectory() as place, served(Path(place) / "org", 10) as server:
        folder = Path(place)
        client = Client(folder / "home", server)
        client.add_account()
        write_rows(folder / "rows.csv", rows)
        keyless = {remote: local for remote, local in FIELDS.items() if remote != "Legacy_Id__c"}
        bulk = '[export]\nengine = "bulk"'
        compare("insert by Bulk", server, rows, job(folder, "insert", "export", "rows.csv", bulk), client)
        rest = '[export]\nengine = "rest"'
        compare("insert by collections", server, rows, job(folder, "rest", "export", "rows.csv", rest, keyless), client)
        upsert = f'{bulk}\naction = "upsert"\nkey = "Legacy_Id__c"'
        compare("upsert by Bulk", server, rows, job(folder, "upsert", "export", "rows.csv", upsert), client)
        for engine in (Engine.BULK, Engine.REST):
            more = f'[behaviour]\nengine = "{engine}"'
            everything = job(folder, f"read {engine}", "import", f"{engine}.csv", more)
            compare(f"import by {engine} query, as a run", server, 2 * rows, everything, client)
        for engine in (Engine.BULK, Engine.REST):
            command = [sys.executable, __file__, "--read", server.url, engine, str(folder / f"{engine}.csv")]
            compare(f"query by {engine}, without a run", server, 2 * rows, command, client)


def growth(sizes: Sequence[int]) -> None:
    print("seeding, then every contact read by Bulk and a tenth as many inserted by Bulk")
    for contacts in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            with served(folder / "org", contacts) as server:
                client = Client(folder / "home", server)
                client.add_account()
                command = [sys.executable, __file__, "--read", server.url, Engine.BULK, os.devnull]
                subprocess.run(command, input=server.token, text=True, check=True)
                write_rows(folder / "rows.csv", contacts // 10)
                client.run(job(folder, "insert", "export", "rows.csv", '[export]\nengine = "bulk"'))
            print(
                f"{contacts:>9,} contacts: ready after {server.seconds_to_start:6.1f} s,"
                f" {server.peak / MEGABYTE:5.0f} MB at most"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="how many rows the client and the server exchange")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="orgs to seed")
    parser.add_argument("--read", nargs=3, metavar=("URL", "ENGINE", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        read(*given.read)
        return
    if given.rows:
        transfers(given.rows)
    growth(given.sizes)


if __name__ == "__main__":
    main()
