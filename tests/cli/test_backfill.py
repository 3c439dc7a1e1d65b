"""A field that was added to an incremental import, filled into the rows that were read before."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.program import Program

JOB = """
name = "people"
object = "Contact"
operation = "import"

[local]
database = "sqlite:///crm.db"
table = "people"
mode = "merge"

[index]
lag_seconds = 0

[[mapping]]
remote = "LastName"
local = "name"

[filter]
all = [{ field = "LastName", op = "starts with", value = "Fill" }]
"""
PHONE = '[[mapping]]\nremote = "Phone"\nlocal = "phone"\n'


def rows(folder: Path) -> dict[str, str | None]:
    with sqlite3.connect(folder / "crm.db") as database:
        return dict(database.execute("SELECT name, phone FROM people ORDER BY name").fetchall())


def test_a_field_that_was_added_is_filled_into_the_rows_that_were_read_before(shared: Program, tmp_path: Path) -> None:
    org, job = shared.org(), tmp_path / "people.toml"
    for number in (1, 2):
        org.post("sobjects/Contact", {"LastName": f"Fill {number}", "Phone": f"555-{number}"})
    org.post("/practice/clock", {"move": 10})
    job.write_text(JOB, encoding="utf-8")
    assert "brings all fields" in shared.ask("backfill", job, "--field", "LastName").error["message"]
    assert shared.run(job).counts() == {"read": 2, "created": 2}
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("ALTER TABLE people ADD COLUMN phone TEXT")
    org.post("sobjects/Contact", {"LastName": "Fill 3", "Phone": "555-3"})
    job.write_text(JOB + PHONE, encoding="utf-8")
    filled = shared.ask("backfill", job, "--field", "phone")
    assert filled.counts() == {"read": 2, "updated": 2}
    assert rows(tmp_path) == {"Fill 1": "555-1", "Fill 2": "555-2"}  # the third comes whole with the next run
    org.post("/practice/clock", {"move": 10})
    told = shared.run(job)
    assert told.counts() == {"read": 1, "created": 1}
    assert any("crmdesk backfill JOB --field FIELD" in line.get("message", "") for line in told.lines)
    assert rows(tmp_path) == {"Fill 1": "555-1", "Fill 2": "555-2", "Fill 3": "555-3"}
    assert "no line for “Fax”" in shared.ask("backfill", job, "--field", "Fax").error["message"]
    job.write_text(JOB.replace('"merge"', '"append"'), encoding="utf-8")
    assert "merged into" in shared.ask("backfill", job, "--field", "LastName").error["message"]
