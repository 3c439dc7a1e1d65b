"""`rehearse` tells field by field what an update or upsert would change in records that are there."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import contacts_job
from tests.cli.program import Program

LINES = """
[[mapping]]
remote = "Fax"
local = "Fax"
when_empty = "clear"

[[mapping]]
remote = "AccountId"
lookup = { column = "Account", object = "Account", key = "Name" }

[export]"""


def job_over(folder: Path, rows: list[str], **more: str) -> Path:
    (folder / "contacts.csv").write_text("\n".join(("Key,Name,Email,Fax,Account", *rows, "")), encoding="utf-8")
    job = contacts_job(folder, **more)
    job.write_text(job.read_text(encoding="utf-8").replace("[export]", LINES), encoding="utf-8")
    return job


def test_each_field_tells_what_changes_fills_clears_and_stays(shared: Program, tmp_path: Path) -> None:
    """R-341."""
    ids = shared.org().rows("SELECT Id, Name FROM Account ORDER BY Name LIMIT 2")
    first, second = (str(account["Name"]) for account in ids)
    before = ["CF1,Ek,,1,{0}", "CF2,Berg,b@example.com,2,{0}", "CF3,Holm,c@example.com,,{0}"]
    made = job_over(tmp_path, [row.format(first) for row in before], name="before")
    assert shared.run(made).counts() == {"read": 3, "created": 3}
    after = [f"CF1,Ek,a@example.com,,{second}", f"CF2,BERG,,,{second}", f"CF3,Holm,C@x.example,3,{first}", "CF4,New,,,"]
    job = job_over(tmp_path, after, name="after")
    rehearsed = shared.ask("rehearse", job)
    assert rehearsed.counts() == {"read": 4, "created": 1, "updated": 3}
    told = {each["field"]: each for each in rehearsed.last["changes"]}
    counts = {name: tuple(each[key] for key in ("changes", "fills", "clears", "same")) for name, each in told.items()}
    assert counts == {"Fax": (0, 1, 2, 0), "AccountId": (2, 0, 0, 1), "Email": (1, 1, 0, 1), "LastName": (1, 0, 0, 2)}
    assert told["AccountId"]["largest"] == [{"old": first, "new": second, "rows": 2}]
    [berg] = told["LastName"]["rows"]
    assert (berg["row"], berg["old"], berg["new"], berg["record"][:3]) == (2, "Berg", "BERG", "003")
    said = shared.tell("rehearse", job).stdout
    assert "In 3 records that are there:" in said
    assert "changes 0 · fills 1 · clears 2 · same 0: 1 → (empty) 1 · 2 → (empty) 1 · (empty) → 3 1" in said
    assert shared.org().rows("SELECT Fax FROM Contact WHERE Legacy_Id__c = 'CF1'") == [{"Fax": "1"}]


def test_rows_whose_key_no_record_has_are_foreseen_as_rejected_by_an_update(shared: Program, tmp_path: Path) -> None:
    job = job_over(
        tmp_path, ["UK1,One,,,", "UK2,Two,,,"], name="unknown", export='action = "update"\nkey = "Legacy_Id__c"'
    )
    rehearsed = shared.ask("rehearse", job)
    assert rehearsed.counts() == {"read": 2, "rejected": 2}
    assert rehearsed.last["changes"] == []


def test_a_field_that_refers_to_several_objects_is_told_by_names(shared: Program, tmp_path: Path) -> None:
    """R-341."""
    org = shared.org()
    [task] = org.rows("SELECT Id, WhoId, Who.Name FROM Task WHERE WhoId != null AND WhatId = null LIMIT 1")
    [contact] = org.rows("SELECT Id, Name FROM Contact WHERE Name != null LIMIT 1")
    (tmp_path / "tasks.csv").write_text(f"id,who\n{task['Id']},{contact['Id']}\n", encoding="utf-8")
    (tmp_path / "tasks.toml").write_text(
        'version = 1\nname = "tasks"\naccount = "Practice org"\nobject = "Task"\noperation = "export"\n'
        '[local]\npath = "tasks.csv"\n[[mapping]]\nremote = "Id"\nlocal = "id"\n'
        '[[mapping]]\nremote = "WhoId"\nlocal = "who"\n[export]\naction = "update"\nkey = "Id"\n',
        encoding="utf-8",
    )
    [change] = shared.ask("rehearse", tmp_path / "tasks.toml").last["changes"]
    [one] = change["largest"]
    assert (one["old"], one["new"]) == (task["Who"]["Name"], contact["Name"])
