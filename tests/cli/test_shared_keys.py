"""A key that several records of the CRM share: known before a run, and never a reason to make or change another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.jobs import job_file
from tests.cli.program import Program

REFUSED = "DUPLICATE_EXTERNAL_ID"


def job(folder: Path, action: str, more: str = "") -> Path:
    name, local = f"{action} {folder.name}", 'path = "rows.csv"'
    if action == "delete":
        return job_file(folder, name, "Opportunity", more, operation="delete", local=local, Oracle_Id__c="Key")
    by_key = f'[export]\naction = "{action}"\nkey = "Oracle_Id__c"\n{more}'
    fields = {"Oracle_Id__c": "Key", "Name": "Name"}
    constants = {"CloseDate": 'constant = "2026-12-31"', "StageName": 'constant = "Prospecting"'}
    return job_file(folder, name, "Opportunity", by_key, local=local, **fields, **constants)


@pytest.fixture(scope="module")
def doubled(shared: Program) -> Program:
    """A profile whose org has two opportunities with the key S1, and one with S2."""
    org = shared.org()
    for key in ("S1", "S1", "S2"):
        org.post(
            "sobjects/Opportunity",
            {"Name": "Old", "CloseDate": "2026-01-31", "StageName": "Prospecting", "Oracle_Id__c": key},
        )
    return shared


def named(program: Program, key: str) -> list[str]:
    rows = program.org().rows(f"SELECT Name FROM Opportunity WHERE Oracle_Id__c = '{key}'")  # noqa: S608 - ours
    return [str(row["Name"]) for row in rows]


@pytest.mark.parametrize(
    ("action", "more", "counts"),
    [
        ("upsert", "", {"read": 3, "created": 1, "updated": 1, "rejected": 1}),
        ("upsert", 'engine = "bulk"\n', {"read": 3, "updated": 2, "rejected": 1}),
        ("update", "", {"read": 3, "updated": 2, "rejected": 1}),
        ("delete", "", {"read": 3, "deleted": 2, "rejected": 1}),
    ],
    ids=["upsert", "upsert by Bulk", "update", "delete"],
)
def test_a_key_that_several_records_share_is_refused_as_the_rehearsal_foresaw(
    doubled: Program, tmp_path: Path, action: str, more: str, counts: dict[str, int]
) -> None:
    """R-148. A complaint about other loaders: a key that is not unique multiplies records."""
    (tmp_path / "rows.csv").write_text("Key,Name\nS1,Changed\nS2,Changed\nS3,New\n", encoding="utf-8")
    file = job(tmp_path, action, more)
    foreseen = doubled.ask("rehearse", file)
    assert foreseen.counts() == counts
    assert next(line["action"] for line in doubled.ask("preview", file).lines) == "reject"
    done = doubled.run(file, "--confirm", str(counts["read"] - 1)) if action == "delete" else doubled.run(file)
    assert done.counts() == counts
    if action == "upsert":
        [intent] = [line for line in done.lines if line.get("event") == "intent"]
        assert (intent["rows"], intent["known"]) == (3, 3 - counts.get("created", 0))
    [reject] = doubled.ask("rejects", done.last["run"]).lines
    assert (reject["row"], reject["code"]) == (1, REFUSED)
    assert named(doubled, "S1") == ["Old", "Old"]
