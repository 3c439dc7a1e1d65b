"""How long a run takes to end after Ctrl-C or Stop, at the moments when it has most to do.

Two seconds are promised. Beside them stands what the same computer takes, a moment before, to start the program for its
shortest command. Run it with the Python of the virtual environment; see bench/README.md.
"""

# ruff: noqa: T201 - a benchmark prints its figures

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import requests
from practice_org import FIELDS, Client, Server, job, served, write_rows

from crmdesk.desk.window.history import History

PROMISED = 2.0
STOPPED = 130
HELD_BACK = "no answer comes any more"
MOMENTS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "while rows are prepared": lambda line: line.get("phase") in ("reading", "preparing"),
    "as sending begins": lambda line: line.get("phase") == "sending",
    "after the first answers": lambda line: line.get("phase") == "sending" and line["created"] > 0,
    HELD_BACK: lambda line: line.get("phase") == "sending",
}
FIELDS_WITHOUT_KEY = {remote: local for remote, local in FIELDS.items() if remote != "Legacy_Id__c"}


def interrupted(_: Client, run: subprocess.Popen[str]) -> float:
    """Press Ctrl-C; gives the moment."""
    run.send_signal(signal.SIGINT)
    return time.monotonic()


def asked_in_the_window(client: Client, _: subprocess.Popen[str]) -> float:
    """Press Stop in the window, which is another process; gives the moment."""
    history = History.open(client.home)
    history.request_stop(history.runs()[0].run)
    history.close()
    return time.monotonic()


def weather(server: Server, *rules: object) -> None:
    """These rules, and no others, from now on."""
    place, token = f"{server.url}/practice/weather", {"Authorization": f"Bearer {server.token}"}
    requests.delete(place, headers=token, timeout=60).raise_for_status()
    for rule in rules:
        requests.post(place, json=rule, headers=token, timeout=60).raise_for_status()


def seconds_to_end(
    client: Client,
    work: Path,
    is_time: Callable[[Mapping[str, Any]], bool],
    ask: Callable[[Client, subprocess.Popen[str]], float],
    pause: float = 0,
) -> float:
    """Of a run that is asked to stop as soon as it says what `is_time` wants, or `pause` seconds after."""
    command = [sys.executable, "-m", "crmdesk", "--home", str(client.home), "run", str(work), "--yes", "--json"]
    environment = {**os.environ, "CRMDESK_SECRET_ORG": client.server.token}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as run:
        if run.stdout is None:
            raise TypeError(run)
        lines = map(json.loads, run.stdout)
        for last in lines:
            if is_time(last):
                break
        time.sleep(pause)
        asked = ask(client, run)
        for line in lines:
            last = line
        code, ended = run.wait(), time.monotonic()
    if code != STOPPED or last["outcome"] != "stopped":
        sys.exit(f"{work.stem} was not stopped: {last}")
    return ended - asked


def seconds_to_start(client: Client) -> float:
    """What the shortest command takes now: how busy the computer is."""
    begun = time.monotonic()
    client("runs", "--json")
    return time.monotonic() - begun


def measure(client: Client, work: Path, turns: int) -> None:
    """Print, for each moment, the seconds of all turns and of the slowest beside the promise and a start."""
    held = {"do": {"kind": "latency", "seconds": 600}, "when": {"path": "composite/sobjects|jobs/ingest", "after": 2}}
    for moment, is_time in MOMENTS.items():
        for name, ask in (("Ctrl-C", interrupted), ("Stop", asked_in_the_window)):
            took, starts = [], []
            for _ in range(turns):
                is_held = moment == HELD_BACK
                weather(client.server, *([held] if is_held else []))
                starts.append(seconds_to_start(client))
                took.append(seconds_to_end(client, work, is_time, ask, pause=1 if is_held else 0))
            every = " · ".join(f"{seconds:.2f}" for seconds in took)
            beside = f"{max(took) / PROMISED:.2f} of the promise, {max(took) / median(starts):.2f} starts"
            print(f"  {moment:26} {name:6} {every} s: {beside}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=20_000, help="rows by collections, 0 for none")
    options.add_argument("--bulk", type=int, default=200_000, help="rows by Bulk, 0 for none")
    options.add_argument("--turns", type=int, default=3)
    chosen = options.parse_args()
    for name, engine, rows in (("collections", "rest", chosen.calls), ("Bulk", "bulk", chosen.bulk)):
        if not rows:
            continue
        with tempfile.TemporaryDirectory() as place, served(Path(place) / "org", 10) as server:
            folder = Path(place)
            client = Client(folder / "home", server)
            client.add_account()
            write_rows(folder / "rows.csv", rows)
            more = f'[export]\nengine = "{engine}"'
            print(f"{rows:,} rows inserted by {name}")
            measure(client, job(folder, name, "export", "rows.csv", more, FIELDS_WITHOUT_KEY), chosen.turns)


if __name__ == "__main__":
    main()
