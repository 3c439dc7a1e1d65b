"""A reject beside the record as it is now."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import contacts_job
from tests.cli.program import Program


def test_a_reject_stands_beside_the_record_as_it_is_now(program: Program, tmp_path: Path) -> None:
    """R-194."""
    program.org().post("sobjects/Contact", {"LastName": "Now", "Email": "now@example.com", "Legacy_Id__c": "B1"})
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\nB1,Then,no address\nB2,New,none\n", encoding="utf-8")
    run = program.run(contacts_job(tmp_path, name="three")).last["run"]
    *fields, last = program.ask("beside", run, "1").lines
    assert {each["field"]: (each["source"], each["now"]) for each in fields} == {
        "Legacy_Id__c": ("B1", "B1"),
        "LastName": ("Then", "Now"),
        "Email": ("no address", "now@example.com"),
    }
    assert program.org().rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'B1'") == [{"Id": last["record"]}]
    *_, nothing = program.ask("beside", run, "2").lines
    assert (nothing["record"], nothing["reason"]) == (None, "No Contact with this Legacy_Id__c is there.")
