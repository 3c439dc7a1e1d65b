"""The practice org as the harness sees it: plain HTTP, none of the program's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.harness.rows import COLUMNS, Cells, plain, stored
from tests.practice.running import PracticeOrg, start_practice_org

ACCOUNTS = 5
CONTACTS = 20
SEEDED_KEY = "P-{:07}"
"""The keys of the contacts that the org has from the beginning, numbered from 1."""

FIELDS = tuple(COLUMNS.values())
_ASKED = ("Id", *FIELDS, "IsDeleted", "SystemModstamp")
_AT_ONCE = 200

Record = Mapping[str, str]
"""Field to comparable text; Id at its full length, IsDeleted "true" or ""."""


def open_org(home: Path) -> PracticeOrg:
    """A fresh practice org that the program, started with this profile, takes for the profile's own."""
    folder = home / "practice"
    folder.mkdir(parents=True)
    lock = ("--lock", str(folder / "server.json"), "--idle-exit", "300")
    return start_practice_org(folder, "--contacts", str(CONTACTS), "--accounts", str(ACCOUNTS), *lock)


def contacts(org: PracticeOrg) -> dict[str, Record]:
    """All contacts by id, the deleted ones too."""
    rows = org.rows(f"SELECT {', '.join(_ASKED)} FROM Contact", "queryAll")  # noqa: S608 - names of our own
    return {row["Id"]: {name: plain(value) for name, value in row.items()} for row in rows}


def account_ids(org: PracticeOrg) -> list[str]:
    return [str(row["Id"]) for row in org.rows("SELECT Id FROM Account ORDER BY Id")]


def create_contacts(org: PracticeOrg, people: Sequence[Cells]) -> list[str]:
    """Make the records of these cells; gives their ids."""
    ids: list[str] = []
    for start in range(0, len(people), _AT_ONCE):
        records = [
            {"attributes": {"type": "Contact"}} | {name: text for name, text in stored(cells).items() if text}
            for cells in people[start : start + _AT_ONCE]
        ]
        answer = org.post("composite/sobjects", {"allOrNone": True, "records": records}).json()
        assert all(each["success"] for each in answer), answer
        ids += [each["id"] for each in answer]
    return ids


def delete(org: PracticeOrg, what: str, record_ids: Sequence[str]) -> None:
    for record_id in record_ids:
        assert org.delete(f"sobjects/{what}/{record_id}").status_code == 204


def let_time_pass(org: PracticeOrg) -> None:
    """Put ten seconds behind what was done so far: stamps are at whole seconds, and a client knows no better."""
    assert org.post("/practice/clock", {"move": 10}).status_code == 200


def deleted_account(org: PracticeOrg) -> str:
    """The id of an account that is gone: a reference to it is well formed, and refused."""
    made = str(org.post("sobjects/Account", {"Name": "Gone"}).json()["id"])
    delete(org, "Account", [made])
    return made
