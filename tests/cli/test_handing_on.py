"""Rejects handed on to another job, with what the CRM said of each; a warning for each of them in any case."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_job
from tests.cli.program import Program

ROWS = "Key,Name,Email\nP-0000001,One,no address\nP-0000002,,two at example\nH3,Three,h3@example.com\n"
POPULATION = """
version = 1
name = "those that were refused"
object = "Contact"
operation = "import"
[local]
path = "refused.csv"
[[mapping]]
remote = "Legacy_Id__c"
local = "Key"
[population]
run = "{run}"
take = "rejects"
column = "Key"
key = "Legacy_Id__c"
carry = ["errorSymbol", "errorMessage"]
"""


def refused(program: Program, folder: Path, behaviour: str) -> str:
    (folder / "contacts.csv").write_text(ROWS, encoding="utf-8")
    job = contacts_job(folder, name=folder.name)
    with job.open("a", encoding="utf-8") as text:
        text.write(behaviour)
    ran = program.run(job)
    assert ran.counts()["rejected"] == 2
    return str(ran.last["run"])


def handed_on(program: Program, folder: Path, run: str) -> list[dict[str, str]]:
    job = folder / "population.toml"
    job.write_text(POPULATION.format(run=run), encoding="utf-8")
    assert program.run(job).code == 0
    with (folder / "refused.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def warnings_of(program: Program, run: str) -> list[tuple[int, str]]:
    lines = program.ask("show", run, "--log").lines
    return [(line["row"], line["errorSymbol"]) for line in lines if line["level"] == "warning"]


def test_rejects_are_a_population_with_what_the_crm_said(shared: Program, tmp_path: Path) -> None:
    """R-189, R-193."""
    run = refused(shared, tmp_path, "")
    rows = handed_on(shared, tmp_path, run)
    assert [row["Key"] for row in rows] == ["P-0000001", "P-0000002"]
    assert {row["errorSymbol"] for row in rows} == {"INVALID_EMAIL_ADDRESS"}
    assert rows[0]["errorMessage"] == '"no address" is not an e-mail address.'


def test_switched_off_nothing_is_handed_on_and_each_reject_is_warned_of(shared: Program, tmp_path: Path) -> None:
    """R-189, R-192."""
    run = refused(shared, tmp_path, "\n[behaviour]\nprocess_rejects = false\n")
    assert handed_on(shared, tmp_path, run) == []
    assert warnings_of(shared, run) == [(1, "INVALID_EMAIL_ADDRESS"), (2, "INVALID_EMAIL_ADDRESS")]
    assert len(shared.ask("rejects", run).lines) == 2


def again(run: str, take: str, folder: Path, mapping: str, export: str) -> Path:
    job = folder / f"{take}.toml"
    job.write_text(
        f'version = 1\nname = "{folder.name} {take}"\nobject = "Contact"\noperation = "export"\n'
        f'[local]\nrun = "{run}"\ntake = "{take}"\n{mapping}\n[export]\n{export}\n',
        encoding="utf-8",
    )
    return job


def line(remote: str, local: str) -> str:
    return f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n'


def test_results_and_rejects_of_a_run_are_a_source(shared: Program, tmp_path: Path) -> None:
    """R-193."""
    run = refused(shared, tmp_path, "")
    found = line("Id", "_id") + line("Department", "_outcome")
    job = again(run, "output", tmp_path, found, 'action = "update"\nkey = "Id"')
    assert shared.ask("check", job).code == 0
    assert shared.run(job).counts() == {"read": 3, "updated": 1, "rejected": 2}
    lines = line("LastName", "Key") + line("Description", "errorMessage")
    job = again(run, "rejects", tmp_path, lines, 'action = "insert"')
    assert shared.run(job).counts() == {"read": 2, "created": 2}
    (record,) = shared.org().rows("SELECT Description FROM Contact WHERE LastName = 'P-0000001'")
    assert record["Description"] == '"no address" is not an e-mail address.'
    answer = shared.ask("run", again("999", "output", tmp_path, lines, 'action = "insert"'), "--yes")
    assert (answer.code, answer.error["message"]) == (2, "There is no run 999.")


def test_a_run_without_rejects_is_a_source_without_rows(shared: Program, tmp_path: Path) -> None:
    """R-193: a job that takes up what another one left over has an easy night."""
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\nN1,One,n1@example.com\n", encoding="utf-8")
    fine = shared.run(contacts_job(tmp_path, name="easy night")).last["run"]
    off = refused(shared, tmp_path, "\n[behaviour]\nprocess_rejects = false\n")
    for run in (fine, off):
        mapping = line("Legacy_Id__c", "Key") + line("LastName", "Name") + line("Description", "errorMessage")
        place = again(run, "rejects", tmp_path, mapping, 'action = "upsert"\nkey = "Legacy_Id__c"')
        answer = shared.run(place)
        assert (answer.code, answer.counts()) == (0, {}), answer


def test_what_a_run_has_read_is_its_output(shared: Program, tmp_path: Path) -> None:
    """R-145."""
    reading = tmp_path / "reading.toml"
    reading.write_text(
        f'name = "reading {tmp_path.name}"\nobject = "Contact"\noperation = "import"\nlocal = {{ path = "read.csv" }}\n'
        'mapping = [{ remote = "LastName", local = "Name" }]\n'
        "filter = { all = [{ field = 'Legacy_Id__c', op = '=', value = 'P-0000003' }] }\n"
    )
    run = str(shared.ask("run", reading, "--yes").last["run"])
    lines = line("LastName", "Name") + line("Department", "Id")
    job = again(run, "output", tmp_path, lines, 'action = "insert"')
    assert [column["name"] for column in shared.ask("look", job).last["columns"]] == ["Id", "Name"]
    assert shared.run(job).counts() == {"read": 1, "created": 1}
    none = again(run, "rejects", tmp_path, line("LastName", "_row"), 'action = "insert"')
    assert shared.run(none).counts() == {}


DELETE = """
version = 1
name = "{name}"
object = "Contact"
operation = "delete"
local = {{ path = "ids.csv" }}
mapping = [{{ remote = "Id", local = "Id" }}]
behaviour = {{ process_rejects = {is_on} }}
"""


@pytest.mark.parametrize("is_on", [True, False])
def test_a_delete_that_fails_is_a_reject_and_a_warning_even_where_rejects_are_switched_off(
    shared: Program, tmp_path: Path, is_on: bool
) -> None:
    """R-183."""
    org = shared.org()
    contacts = org.rows("SELECT Id FROM Contact ORDER BY Id DESC LIMIT 2")
    org.send("DELETE", f"sobjects/Contact/{contacts[0]['Id']}")
    (tmp_path / "ids.csv").write_text("Id\n" + "".join(f"{each['Id']}\n" for each in contacts), encoding="utf-8")
    place = tmp_path / "delete.toml"
    place.write_text(DELETE.format(name=tmp_path.name, is_on=str(is_on).lower()), encoding="utf-8")
    done = shared.run(place)
    assert done.counts() == {"read": 2, "deleted": 1, "rejected": 1}
    run = str(done.last["run"])
    [reject] = shared.ask("rejects", run).lines
    assert (reject["code"], reject["message"]) == ("ENTITY_IS_DELETED", "entity is deleted")
    assert warnings_of(shared, run) == [(1, "ENTITY_IS_DELETED")]


def test_an_error_is_no_reject_and_without_processing_nothing_goes_on_by_itself(
    shared: Program, tmp_path: Path
) -> None:
    """R-188."""
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\nE1,One,\n", encoding="utf-8")
    job = contacts_job(tmp_path, name=tmp_path.name, export='action = "insert"\nengine = "rest"')
    with job.open("a", encoding="utf-8") as text:
        text.write('\n[behaviour]\nretries = 3\nretry_after = "1s"\nprocess_errors = false\n')
    shared.org().weather(
        {"kind": "refuse", "status": 400, "code": "API_DISABLED_FOR_ORG", "message": "API is not enabled"},
        path="/composite/sobjects",
    )
    try:
        failed = shared.run(job)
    finally:
        shared.org().clear_weather()
    assert (failed.code, failed.last["outcome"], failed.last["rejected"]) == (2, "failed", 0)
    log = shared.ask("show", str(failed.last["run"]), "--log").lines
    assert [line["level"] for line in log if line["level"] != "info"] == ["error"]
    assert not any("goes on by itself" in line["errorMessage"] for line in log)
