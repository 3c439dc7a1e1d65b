"""Exports from the command line: rows that share a key, a preview that tells the action of each row, what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.inside import inside
from tests.cli.jobs import UPSERT, contacts_job
from tests.cli.program import Program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with inside(tmp_path_factory.mktemp("exporting") / "profile") as made:
        yield made


def contacts(folder: Path, *rows: str) -> None:
    (folder / "contacts.csv").write_text("\n".join(("Key,Name,Email", *rows, "")), encoding="utf-8")


def surnames(program: Program, keys: str) -> dict[str, str]:
    soql = f"SELECT Legacy_Id__c, LastName FROM Contact WHERE Legacy_Id__c LIKE '{keys}%'"  # noqa: S608 - ours
    return {row["Legacy_Id__c"]: row["LastName"] for row in program.org().rows(soql)}


@pytest.mark.parametrize(("rule", "kept"), [("keep-first", {2, 5}), ("keep-last", {4, 6})])
def test_one_of_the_rows_with_one_key_is_kept_and_the_others_are_set_aside(
    program: Program, tmp_path: Path, rule: str, kept: set[int]
) -> None:
    """R-149."""
    case = rule.removeprefix("keep-")
    names = enumerate(["one", "two", "two", "two", "three", "three"], 1)
    contacts(tmp_path, *(f"{case}-{key},Row {row}," for row, key in names))
    job = contacts_job(tmp_path, name=rule, export=f'{UPSERT}\nwhen_key_twice = "{rule}"')
    rehearsed = program.ask("rehearse", job)
    assert rehearsed.counts() == {"read": 6, "created": 3, "rejected": 3}
    done = program.run(job)
    assert done.counts() == {"read": 6, "created": 3, "rejected": 3}
    assert set(surnames(program, case).values()) == {"Row 1", *(f"Row {row}" for row in kept)}
    rejects = program.ask("rejects", done.last["run"]).lines
    assert {reject["row"] for reject in rejects} == {1, 2, 3, 4, 5, 6} - kept - {1}
    which = rule.removeprefix("keep-")
    stands = 2 if which == "first" else 4
    assert rejects[0]["message"] == f"Row {stands} has the same Legacy_Id__c, and the {which} one is kept."
    assert {(reject["state"], reject["reason"]) for reject in rejects} == {
        ("ignored", f"The job keeps the {which} of several rows with one key.")
    }
    again = program.ask("retry", done.last["run"], "--yes")
    assert (again.code, "no open reject" in again.error["message"]) == (2, True)


def test_both_rows_with_one_key_are_rejected_unless_the_job_keeps_one(program: Program, tmp_path: Path) -> None:
    """R-149."""
    contacts(tmp_path, "B1,One,", "B2,Two,", "b2 ,Two again,")
    done = program.run(contacts_job(tmp_path, name="both"))
    assert done.counts() == {"read": 3, "created": 1, "rejected": 2}
    assert {reject["state"] for reject in program.ask("rejects", done.last["run"]).lines} == {"open"}
    insert = contacts_job(tmp_path, name="no key", export='action = "insert"\nwhen_key_twice = "keep-last"')
    [problem] = [line["problem"] for line in program.ask("check", insert).lines if "problem" in line]
    assert problem["place"] == "export.when_key_twice"
