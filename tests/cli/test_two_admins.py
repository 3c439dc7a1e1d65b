"""Two people correct the rejects of one run, each in a workbook of their own, and send them one after the other."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.jobs import contacts_job
from tests.cli.program import Program
from tests.cli.workbooks import correct

ROWS = """Key,Name,Email
TA-1,Fine,one@example.com
TA-2,,two@example.com
TA-3,Three,no address
TA-4,Four,no address
"""


def test_each_record_is_sent_once_and_what_the_second_one_knew_better_is_taken(tmp_path: Path, shared: Program) -> None:
    """R-195, R-196."""
    (tmp_path / "two.csv").write_text(ROWS, encoding="utf-8")
    first = str(
        shared.run(contacts_job(tmp_path, "two.csv", name="two admins", export='action = "insert"')).last["run"]
    )
    book, other = tmp_path / "rejects.xlsx", tmp_path / "other.xlsx"
    shared.ask("rejects", first, "--workbook", book)
    shutil.copy(book, other)
    correct(book, lambda _, row: row | ({"Name (source)": "Two"} if not row["Name (source)"] else {"Email": "worse"}))
    correct(other, lambda _, row: row | ({"Email": "good@example.com"} if row["Email"] == "no address" else {}))
    second = shared.ask("retry", first, "--from", book, "--yes")
    assert second.counts() == {"read": 3, "created": 1, "rejected": 2}
    refused = shared.ask("retry", first, "--from", other, "--yes")
    assert (refused.code, refused.last["created"]) == (2, 0)
    told = shared.tell("show", first).stdout
    assert f"rejects taken up by run {second.last['run']}" in told
    assert "correct that file" not in told, "there is nothing to correct in a run whose rejects another one has"
    third = shared.ask("retry", str(second.last["run"]), "--from", other, "--yes")
    assert third.counts() == {"read": 2, "created": 2}
    keys = [record["Legacy_Id__c"] for record in shared.org().rows("SELECT Legacy_Id__c FROM Contact")]
    assert sorted(key for key in keys if key and key.startswith("TA-")) == ["TA-1", "TA-2", "TA-3", "TA-4"]
