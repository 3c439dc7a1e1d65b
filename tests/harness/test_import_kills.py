"""Imports survive `kill -9`: what was there stays until the new rows are, and in the end the target equals the CRM."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path

import pytest

from tests.harness.import_kills import KINDS, MODES, Place, Records, trial
from tests.practice.running import start_practice_org
from tests.servers.postgresql import Server

_CONTACTS = 5_000
_KILLS = 50


@dataclass(frozen=True)
class Crm:
    home: Path
    records: Records


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    home = tmp_path_factory.mktemp("imports") / "home"
    folder = home / "practice"
    folder.mkdir(parents=True)
    lock = ("--lock", str(folder / "server.json"), "--idle-exit", "600")
    org = start_practice_org(folder, "--contacts", str(_CONTACTS), "--accounts", "5", *lock)
    rows = org.rows("SELECT Id, LastName, Email FROM Contact ORDER BY Id")
    yield Crm(home, {row["Id"]: (row["LastName"], row["Email"] or "") for row in rows})
    org.kill()


def _place(kind: str, folder: Path, server: Server, number: int) -> Place:
    folder.mkdir()
    return Place(kind, folder, server.database(f"kills_{number}") if kind == "postgresql" else "")


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("csv", "append"), ("parquet", "merge"), ("xlsx", "replace"), ("sqlite", "merge"), ("postgresql", "replace")],
)
def test_an_import_that_is_killed_twice_equals_the_crm_in_the_end(
    crm: Crm, postgresql_server: Server, tmp_path: Path, kind: str, mode: str
) -> None:
    """R-130, R-132, R-215."""
    chance = random.Random(f"{kind} {mode}")
    kills = [chance.uniform(0, 0.2) for _ in range(2)]
    trial(crm.home, _place(kind, tmp_path / "t", postgresql_server, 0), mode, crm.records, kills)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_imports_killed_fifty_times_at_random_moments_equal_the_crm_in_the_end(
    crm: Crm, postgresql_server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(5)
    struck: Counter[str] = Counter()
    typical: dict[tuple[str, str], float] = {}
    number = 0
    for kind, mode in cycle(product(KINDS, MODES)):
        number += 1
        place = _place(kind, tmp_path / f"t{number}", postgresql_server, number)
        longest = typical.get((kind, mode), 0)
        kills = [chance.uniform(0, longest) for _ in range(chance.randint(1, 3))] if longest else []
        verdict = trial(crm.home, place, mode, crm.records, kills)
        typical.setdefault((kind, mode), verdict.seconds)
        struck[f"{kind}, {mode}"] += verdict.killed
        if sum(struck.values()) >= _KILLS and min(struck.values()) > 0:
            break
    with capsys.disabled():
        print(f"\n{sum(struck.values())} kills in {number} imports: {dict(struck)}")  # noqa: T201
