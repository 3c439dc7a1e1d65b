"""The ways to write: actions by engines and speeds in kinds of weather, each with its records, file and job."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path

from tests.harness import org as orgs
from tests.harness.org import SEEDED_KEY
from tests.harness.rows import COLUMNS, Cells, Fate, SourceRow, person, spoiled
from tests.practice.running import PracticeOrg


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to do: about so many rows, so many in a call of collections, so many in a Bulk job."""

    rows: int
    per_call: int
    per_job: int


SMALL = Size(rows=240, per_call=40, per_job=70)
"""A small file that makes several sends, some of them on the way at once."""


INTEGRATION = "integration"
"""The account of the one user of the practice org who may delete past the recycle bin."""


class Act(StrEnum):
    """What is done. KEYED inserts carry a unique external id, INSERT nothing that tells records apart."""

    INSERT = "insert"
    KEYED = "keyed insert"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"
    DELETE_BY_KEY = "delete by key"
    HARD_DELETE = "hard delete"
    UNDELETE = "undelete"


DELETES = (Act.DELETE, Act.DELETE_BY_KEY, Act.HARD_DELETE)


class Road(StrEnum):
    """The engine or the speed, as a job file names it; SOAP is what an undelete takes by itself."""

    COLLECTIONS = "rest"
    BULK = "bulk"
    GENTLE = "gentle"
    SOAP = "soap"


class Sky(StrEnum):
    """The weather; CROWDED refuses whole calls over some of their rows, or because they are many."""

    CALM = "calm"
    STORMY = "stormy"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True)
class Combination:
    """One of the ways."""

    act: Act
    road: Road
    sky: Sky

    def __str__(self) -> str:
        return f"{self.act} by {self.road}, {self.sky}"


_FIRST_ACTS = (Act.INSERT, Act.KEYED, Act.UPDATE, Act.UPSERT, Act.DELETE)

COMBINATIONS = tuple(
    Combination(*each) for each in product(_FIRST_ACTS, (Road.COLLECTIONS, Road.BULK), (Sky.CALM, Sky.STORMY))
)

MORE_COMBINATIONS = (
    Combination(Act.UPSERT, Road.GENTLE, Sky.CALM),
    Combination(Act.UPDATE, Road.GENTLE, Sky.STORMY),
    Combination(Act.UNDELETE, Road.SOAP, Sky.CALM),
    Combination(Act.UNDELETE, Road.SOAP, Sky.STORMY),
    Combination(Act.DELETE_BY_KEY, Road.COLLECTIONS, Sky.STORMY),
    Combination(Act.DELETE_BY_KEY, Road.BULK, Sky.CALM),
    Combination(Act.HARD_DELETE, Road.BULK, Sky.CALM),
    Combination(Act.HARD_DELETE, Road.BULK, Sky.STORMY),
    Combination(Act.UPSERT, Road.BULK, Sky.CROWDED),
    Combination(Act.UPDATE, Road.COLLECTIONS, Sky.CROWDED),
    Combination(Act.KEYED, Road.BULK, Sky.CROWDED),
)
"""Speeds, deletes of other kinds, the way back from the recycle bin, and rows sent once more in smaller calls."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What goes in: the job file and the rows of its source, in order."""

    combination: Combination
    job: Path
    rows: tuple[SourceRow, ...]
    size: Size


def set_up(combination: Combination, org: PracticeOrg, folder: Path, seed: int, size: Size = SMALL) -> Scenario:
    """Fill the org, write the source and the job file."""
    chance = random.Random(f"{combination} {seed}")
    rows = _ROWS[combination.act](chance, org, size.rows)
    columns = list(rows[0].cells)
    with (folder / "source.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(row.cells for row in rows)
    job = folder / "job.toml"
    job.write_text(_job(combination, columns, size), encoding="utf-8")
    return Scenario(combination, job, tuple(rows), size)


def _inserts(chance: random.Random, org: PracticeOrg, count: int) -> list[SourceRow]:
    """No key at all. Every seventh row stands twice or thrice; some say the same as another and a little more."""
    accounts, gone = orgs.account_ids(org), orgs.deleted_account(org)
    rows: list[SourceRow] = []
    mute: list[Cells] = []
    for number in range(count):
        cells = person(chance, number, accounts)
        match number % 12:
            case 1:
                spoilt = cells | {"Last": ""} if number % 24 == 1 else spoiled(chance, cells)
                rows.append(SourceRow(spoilt, Fate.REJECTED_HERE))
            case 2:
                rows.append(SourceRow(cells | {"Account": gone}, Fate.REFUSED_THERE))
            case 3 | 4:
                rows.append(chance.choice(rows))
            case 5 if mute:
                rows.append(SourceRow(chance.choice(mute) | {"Phone": "110"}, Fate.LANDS))
            case _:
                rows.append(SourceRow(cells, Fate.LANDS))
                if not cells["Phone"]:
                    mute.append(cells)
    return rows


def _keyed_inserts(chance: random.Random, org: PracticeOrg, count: int) -> list[SourceRow]:
    """A unique external id; some are taken already, some stand twice in the file, in another spelling of their case."""
    accounts, gone = orgs.account_ids(org), orgs.deleted_account(org)
    rows: list[SourceRow] = []
    for number in range(count):
        key = f"K-{number:05}"
        cells = {"Key": key, **person(chance, number, accounts)}
        match number % 12:
            case 1:
                spoilt = cells | {"Last": ""} if number % 24 == 1 else spoiled(chance, cells)
                rows.append(SourceRow(spoilt, Fate.REJECTED_HERE))
            case 2:
                rows.append(SourceRow(cells | {"Account": gone}, Fate.REFUSED_THERE))
            case 3:
                taken = SEEDED_KEY.format(1 + number % orgs.CONTACTS)
                rows.append(SourceRow(cells | {"Key": taken}, Fate.REFUSED_THERE))
            case 4:
                rows.append(SourceRow(cells, Fate.ONE_OF_TWINS, key=key))
                other = person(chance, number, accounts)
                rows.append(SourceRow({"Key": key.lower(), **other}, Fate.ONE_OF_TWINS, key=key))
            case _:
                rows.append(SourceRow(cells, Fate.LANDS))
    return _shuffled(chance, rows)


def _updates(chance: random.Random, org: PracticeOrg, count: int) -> list[SourceRow]:
    """By an external id. An empty cell leaves the value alone, but an empty Notes cell clears it."""
    accounts, gone = orgs.account_ids(org), orgs.deleted_account(org)
    known = _known(chance, org, count)
    rows: list[SourceRow] = []
    for number, (key, record_id) in enumerate(known.items()):
        cells = {"Key": key, **person(chance, number, accounts)}
        match number % 12:
            case 1:
                rows.append(SourceRow(spoiled(chance, cells), Fate.REJECTED_HERE, record_id))
            case 2:
                rows.append(SourceRow(cells | {"Account": gone}, Fate.REFUSED_THERE, record_id))
            case 3:
                unknown = chance.choice(("", f"U-{number}"))
                rows.append(SourceRow(cells | {"Key": unknown}, Fate.REJECTED_HERE))
            case 4 if number % 24 == 4:
                other = person(chance, number, accounts)
                rows.append(SourceRow(cells, Fate.REJECTED_HERE, record_id))
                rows.append(SourceRow({"Key": key.lower(), **other}, Fate.REJECTED_HERE, record_id))
            case 5:
                pass  # nobody speaks of this record
            case _:
                rows.append(SourceRow(cells, Fate.LANDS, record_id))
    return _shuffled(chance, rows)


def _upserts(chance: random.Random, org: PracticeOrg, count: int) -> list[SourceRow]:
    """Some keys are there, others are new."""
    accounts, gone = orgs.account_ids(org), orgs.deleted_account(org)
    known = _known(chance, org, count)
    rows: list[SourceRow] = []
    for number, (there, record_id) in enumerate(known.items()):
        key, target = (there, record_id) if number % 5 < 2 else (f"N-{number:05}", "")
        cells = {"Key": key, **person(chance, number, accounts)}
        match number % 12:
            case 1:
                rows.append(SourceRow(spoiled(chance, cells), Fate.REJECTED_HERE, target))
            case 2:
                rows.append(SourceRow(cells | {"Account": gone}, Fate.REFUSED_THERE, target))
            case 3:
                rows.append(SourceRow(cells | {"Key": ""}, Fate.REJECTED_HERE))
            case 4 if number % 24 == 4:
                other = person(chance, number, accounts)
                rows.append(SourceRow(cells, Fate.REJECTED_HERE, target))
                rows.append(SourceRow({"Key": key.lower(), **other}, Fate.REJECTED_HERE, target))
            case _:
                rows.append(SourceRow(cells, Fate.LANDS, target))
    return _shuffled(chance, rows)


def _deletes(chance: random.Random, org: PracticeOrg, count: int) -> list[SourceRow]:
    """By record id, in both of its lengths; some records are gone already."""
    known = _known(chance, org, count)
    orgs.delete(org, "Contact", [known[f"T-{number:05}"] for number in range(2, count, 12)])
    rows: list[SourceRow] = []
    for number, record_id in enumerate(known.values()):
        cells = {"Id": record_id[:15] if number % 7 == 0 else record_id, "Notes": f'why "{number}"\nnobody knows'}
        match number % 12:
            case 1:
                rows.append(SourceRow(cells | {"Id": chance.choice(("", "rubbish"))}, Fate.REJECTED_HERE))
            case 2:
                rows.append(SourceRow(cells, Fate.REFUSED_THERE, record_id))
            case 4 if number % 24 == 4:
                rows.extend(SourceRow(cells, Fate.REJECTED_HERE, record_id) for _ in range(2))
            case 5:
                pass
            case _:
                rows.append(SourceRow(cells, Fate.LANDS, record_id))
    return _shuffled(chance, rows)


def _deletes_by_key(chance: random.Random, org: PracticeOrg, count: int) -> list[SourceRow]:
    """By an external id; some keys nobody has, or a record had that is gone already."""
    known = _known(chance, org, count)
    orgs.delete(org, "Contact", [known[f"T-{number:05}"] for number in range(2, count, 12)])
    rows: list[SourceRow] = []
    for number, (key, record_id) in enumerate(known.items()):
        match number % 12:
            case 1:
                rows.append(SourceRow({"Key": chance.choice(("", f"U-{number}"))}, Fate.REJECTED_HERE))
            case 2:
                rows.append(SourceRow({"Key": key}, Fate.REJECTED_HERE, record_id))
            case 4 if number % 24 == 4:
                rows.extend(SourceRow({"Key": spelt}, Fate.REJECTED_HERE, record_id) for spelt in (key, key.lower()))
            case 5:
                pass
            case _:
                rows.append(SourceRow({"Key": key}, Fate.LANDS, record_id))
    return _shuffled(chance, rows)


def _undeletes(chance: random.Random, org: PracticeOrg, count: int) -> list[SourceRow]:
    """By record id; some records were never deleted."""
    known = _known(chance, org, count)
    orgs.delete(org, "Contact", [record_id for number, record_id in enumerate(known.values()) if number % 12 != 2])
    rows: list[SourceRow] = []
    for number, record_id in enumerate(known.values()):
        match number % 12:
            case 1:
                rows.append(SourceRow({"Id": chance.choice(("", "rubbish"))}, Fate.REJECTED_HERE))
            case 2:
                rows.append(SourceRow({"Id": record_id}, Fate.REFUSED_THERE, record_id))
            case 5:
                pass
            case _:
                rows.append(SourceRow({"Id": record_id}, Fate.LANDS, record_id))
    return _shuffled(chance, rows)


_ROWS: dict[Act, Callable[[random.Random, PracticeOrg, int], list[SourceRow]]] = {
    Act.INSERT: _inserts,
    Act.KEYED: _keyed_inserts,
    Act.UPDATE: _updates,
    Act.UPSERT: _upserts,
    Act.DELETE: _deletes,
    Act.DELETE_BY_KEY: _deletes_by_key,
    Act.HARD_DELETE: _deletes,
    Act.UNDELETE: _undeletes,
}


def _known(chance: random.Random, org: PracticeOrg, count: int) -> dict[str, str]:
    """Records that stand in the org before the run: key to id."""
    people: list[Cells] = [
        {"Key": f"T-{number:05}", **person(chance, 10_000 + number, orgs.account_ids(org)[:1])}
        for number in range(count)
    ]
    return dict(zip((cells["Key"] for cells in people), orgs.create_contacts(org, people), strict=True))


def _shuffled(chance: random.Random, rows: list[SourceRow]) -> list[SourceRow]:
    chance.shuffle(rows)
    return rows


def _job(combination: Combination, columns: list[str], size: Size) -> str:
    is_delete = combination.act in DELETES
    action = "insert" if combination.act is Act.KEYED else combination.act.value
    has_key = combination.act in (Act.UPDATE, Act.UPSERT)
    is_by_id = combination.act in (Act.DELETE, Act.HARD_DELETE, Act.UNDELETE)
    fields = {"Id": "Id"} if is_by_id else {column: COLUMNS[column] for column in columns}
    account = INTEGRATION if combination.act is Act.HARD_DELETE else "Practice org"
    mapping = "".join(
        f'[[mapping]]\nremote = "{remote}"\nlocal = "{column}"\n'
        + ('when_empty = "clear"\n' if remote == "Description" and has_key else "")
        for column, remote in fields.items()
    )
    return (
        f'version = 1\nname = "{combination}"\naccount = "{account}"\nobject = "Contact"\n'
        f'operation = "{"delete" if is_delete else "export"}"\n[local]\npath = "source.csv"\n{mapping}[export]\n'
        + ("" if is_delete else f'action = "{action}"\n')
        + ('key = "Legacy_Id__c"\n' if has_key else "")
        + ("hard = true\n" if combination.act is Act.HARD_DELETE else "")
        + ('speed = "gentle"\n' if combination.road is Road.GENTLE else f'engine = "{combination.road}"\n')
        + (f"rows_per_call = {size.per_call}\n" if combination.road is not Road.BULK else "")
        + "[behaviour]\nstop_after_same = 0\n"  # all children of a parent that is gone may come first
    )
