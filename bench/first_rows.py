"""How long the first rows of a preview take over a slow line, from an org of any size, and how long to give one up.

Asked as the window asks: one question to the engine child, which is started by the first of them. Run it with the
Python of the virtual environment; see bench/README.md.
"""

# ruff: noqa: T201 - a benchmark prints its figures

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import tempfile
import time
from pathlib import Path

import requests
from practice_org import Client, Server, served

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.errors import Cancelled

JOB = """
name = "first rows"
account = "org"
object = "Contact"
operation = "import"

[local]
path = "rows.csv"

[[mapping]]
remote = "LastName"
local = "Name"

[[mapping]]
remote = "Account.Name"
local = "Company"

[filter]
all = [{ field = "CreatedDate", op = ">", value = 1999-12-31T00:00:00Z }]

[[order_by]]
field = "LastName"
"""


def slowed(server: Server, seconds: float) -> None:
    """Each answer takes so much longer from now on."""
    token = {"Authorization": f"Bearer {server.token}"}
    requests.delete(f"{server.url}/practice/weather", headers=token, timeout=60).raise_for_status()
    rule = {"do": {"kind": "latency", "seconds": seconds}, "when": {"path": "/services"}}
    requests.post(f"{server.url}/practice/weather", json=rule, headers=token, timeout=60).raise_for_status()


async def asked(home: Path, server: Server, latency: float) -> None:
    """Print the seconds of a first preview, of the next ones, and of giving one up."""
    engine = EngineChild(home)
    try:
        for which in ("first, with the start of the engine", "second", "third"):
            slowed(server, latency)
            begun = time.perf_counter()
            rows = await engine.preview(JOB, home, 50)
            print(f"  {which}: {len(rows)} rows in {time.perf_counter() - begun:.2f} s")
        slowed(server, 60)
        waiting = asyncio.create_task(engine.preview(JOB, home, 50))
        await asyncio.sleep(1)
        begun = time.perf_counter()
        await engine.cancel()
        with contextlib.suppress(Cancelled):
            await waiting
        print(f"  given up in {time.perf_counter() - begun:.2f} s")
    finally:
        slowed(server, 0)
        await engine.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--latency", type=float, default=0.1, help="seconds that are added to each answer")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place, served(Path(place) / "org", chosen.rows) as server:
        home = Path(place) / "home"
        Client(home, server).add_account()
        os.environ["CRMDESK_SECRET_ORG"] = server.token
        print(f"{chosen.rows:,} contacts, {chosen.latency * 1000:.0f} ms more for each answer")
        asyncio.run(asked(home, server, chosen.latency))


if __name__ == "__main__":
    main()
