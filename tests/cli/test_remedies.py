"""Remedies from the command line: shown, kept, written into the job on wish, and sent by the retry they name."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jobs import contacts_job
from tests.cli.program import Program

LEVEL = '\n[[mapping]]\nremote = "Level__c"\nlocal = "Level"\n\n[export]'


@dataclass
class Case:
    """A run with rejects of one cause."""

    program: Program
    job: Path
    run: str

    def remedy(self, *arguments: str, cause: str = "1") -> list[dict[str, Any]]:
        answer = self.program.ask("remedy", self.run, cause, *arguments)
        assert answer.code == 0, answer
        return answer.lines

    def retried(self, line: dict[str, Any]) -> dict[str, int]:
        return self.program.ask(*shlex.split(line["retry"])[1:], "--yes").counts()

    def refused(self, *arguments: str) -> str:
        answer = self.program.ask("remedy", self.run, "1", *arguments)
        assert answer.code == 2
        return str(answer.error["message"])


def case(program: Program, folder: Path, rows: str, **options: str) -> Case:
    (folder / "contacts.csv").write_text(f"Key,Name,Email,Level\n{rows}", encoding="utf-8")
    job = contacts_job(folder, name=folder.name, **options)
    job.write_text(job.read_text(encoding="utf-8").replace("\n[export]", LEVEL), encoding="utf-8")
    return Case(program, job, str(program.run(job).last["run"]))


def test_values_are_proposed_mapped_sent_and_made_a_rule(shared: Program, tmp_path: Path) -> None:
    some = case(shared, tmp_path, "A1,One,,primry\nA2,Two,,Primary\nA3,Three,,wholly else\nA4,Four,,primry\n")
    *proposed, summary = some.remedy("A")
    assert proposed == [
        {"value": "primry", "rows": 2, "nearest": "Primary"},
        {"value": "wholly else", "rows": 1, "nearest": None},
    ]
    assert summary["changed"] == 0
    *changes, summary = some.remedy("A", "--value", "primry=Primary", "--from-now-on", "--job", str(some.job))
    assert changes == [{"row": row, "column": "Level", "becomes": "Primary"} for row in (1, 4)]
    assert 'primry = "Primary"' in some.job.read_text(encoding="utf-8")
    assert some.retried(summary) == {"read": 3, "created": 2, "rejected": 1}
    assert shared.run(some.job).counts() == {"read": 4, "updated": 3, "rejected": 1}


def test_a_remedy_that_does_not_help_names_those_that_do(shared: Program, tmp_path: Path) -> None:
    some = case(shared, tmp_path, "B1,One,,x\n")
    assert some.refused("C") == "“Choose replacement owners” does not help here."
    assert some.refused("S") == "Nothing says why these rows are set aside."


def test_empty_cells_get_a_value_or_the_field_is_left_out(shared: Program, tmp_path: Path) -> None:
    some = case(shared, tmp_path, "C1,,c@example.com,x\nC2,Two,,y\n")
    *_, summary = some.remedy("b", "--leave-out")
    assert summary["retry"].endswith("--without Level__c")
    assert some.retried(summary) == {"read": 2, "created": 1, "rejected": 1}
    nameless = Case(shared, some.job, str(shared.ask("runs").last["run"]))
    *changes, summary = nameless.remedy("B", "--set", "Unknown")
    assert changes == [{"row": 1, "column": "Name", "becomes": "Unknown"}]
    assert nameless.retried(summary) == {"read": 1, "created": 1}


def test_an_address_is_tidied(shared: Program, tmp_path: Path) -> None:
    some = case(shared, tmp_path, "D1,One,mailto:d1@example.com,\nD2,Two,d2@example.com; x@example.com,\n")
    *changes, summary = some.remedy("E")
    assert [change["becomes"] for change in changes] == ["d1@example.com", "d2@example.com"]
    assert some.retried(summary) == {"read": 2, "created": 2}


def test_rows_without_a_key_are_created_and_one_of_twins_is_kept(shared: Program, tmp_path: Path) -> None:
    some = case(shared, tmp_path, ",One,,\nE2,Two,,\nE2,Three,t@example.com,\n")
    causes = {g["title"].partition(":")[0]: str(g["number"]) for g in shared.ask("rejects", some.run, "--causes").lines}
    *aside, summary = some.remedy("J", "--keep", "fullest", cause=causes["The same key in several rows"])
    assert aside == [{"row": 2, "reason": "the same key as row 3, which is kept"}]
    assert some.retried(summary) == {"read": 1, "created": 1}
    *_, summary = some.remedy("P", cause=causes["The key is empty"])
    assert summary["retry"].endswith("--as create")
    assert some.retried(summary) == {"read": 1, "created": 1}


def test_a_record_that_the_crm_names_is_updated_instead(shared: Program, tmp_path: Path) -> None:
    case(shared, tmp_path, "F1,One,,\n")
    some = case(shared, tmp_path, "F1,Other,,\n", export='action = "insert"')
    *changes, summary = some.remedy("D")
    assert changes[0]["becomes"].startswith("003")
    assert some.retried(summary) == {"read": 1, "updated": 1}
    assert shared.org().rows("SELECT LastName FROM Contact WHERE Legacy_Id__c = 'F1'") == [{"LastName": "Other"}]


def test_a_request_names_org_object_field_and_values(shared: Program, tmp_path: Path) -> None:
    some = case(shared, tmp_path, "G1,One,,Mid market\n")
    text = some.remedy("N")[0]["text"]
    assert "In Practice org, on Contact of Level__c" in text
    assert "“Mid market” (1)" in text
    assert "1 record is waiting" in text


def test_rows_are_set_aside_with_a_reason_and_only_those_that_are_named(shared: Program, tmp_path: Path) -> None:
    """R-196."""
    some = case(shared, tmp_path, "H1,One,,x\nH2,Two,,x\nH3,Three,,x\n")
    some.remedy("S", "--reason", "too old", "--rows", "1,3-9")
    states = [(line["state"], line["reason"]) for line in shared.ask("rejects", some.run).lines]
    assert states == [("ignored", "too old"), ("open", None), ("ignored", "too old")]


def test_what_looks_like_another_record_is_saved_anyway(shared: Program, tmp_path: Path) -> None:
    rule = {"object": "Contact", "name": "Same_person", "fields": ["LastName", "Email"], "active": True}
    shared.org().post("/practice/rules", {"duplicate": [rule]})
    case(shared, tmp_path, "I1,Twin,twin@example.com,\n")
    some = case(shared, tmp_path, "I2,Twin,twin@example.com,\n")
    *_, summary = some.remedy("K")
    assert summary["retry"].endswith("--as anyway")
    assert some.retried(summary) == {"read": 1, "created": 1}


@pytest.mark.parametrize(
    ("weather", "letter", "way"), [("lock-rows", "L", "gentle"), ("trigger-error", "O", "one-by-one")]
)
def test_rows_are_sent_gently_or_one_by_one(
    shared: Program, tmp_path: Path, weather: str, letter: str, way: str
) -> None:
    shared.org().weather(weather, object="Contact")
    try:
        some = case(shared, tmp_path, f"J{letter}1,One,,\nJ{letter}2,Two,,\n")
    finally:
        shared.org().clear_weather()
    *_, summary = some.remedy(letter)
    assert summary["retry"].endswith(f"--as {way}")
    assert some.retried(summary) == {"read": 2, "created": 2}
