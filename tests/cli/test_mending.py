"""Rejects by cause, a workbook that comes back, corrections that are kept, and the path of a row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.jobs import contacts_job
from tests.cli.program import Answer, Program
from tests.cli.workbooks import Row, correct

MIXED = """Key,Name,Email
{0}1,One,one@example.com
{0}2,,two@example.com
{0}3,Three,no address
,Four,four@example.com
{0}5,Five,five at example.com
00{1},,seven@example.com
"""


@dataclass
class Used:
    """A profile, and the number of a run in it with five rejects of three causes."""

    program: Program
    folder: Path
    run: str
    key: str
    ran: Answer

    def lines(self, *arguments: str | Path) -> list[dict[str, Any]]:
        answer = self.program.ask(*arguments)
        assert answer.code == 0, answer
        return answer.lines


@pytest.fixture
def used(tmp_path: Path, shared: Program, request: pytest.FixtureRequest) -> Used:
    """A run of a job of the test's own."""
    number = len(shared.ask("runs").lines) + 1
    key = f"W{number}-"
    (tmp_path / "mixed.csv").write_text(MIXED.format(key, number), encoding="utf-8")
    ran = shared.run(contacts_job(tmp_path, "mixed.csv", name=request.node.name))
    return Used(shared, tmp_path, str(ran.last["run"]), key, ran)


def test_rejects_are_grouped_by_cause_with_what_it_means_and_what_to_do(used: Used) -> None:
    """R-197."""
    assert used.ran.counts() == {"read": 6, "created": 1, "rejected": 5}
    groups = used.lines("rejects", used.run, "--causes")
    assert [(group["number"], group["title"], group["rows"], group["open"]) for group in groups] == [
        (1, "LastName is empty", 2, 2),
        (2, "Not an e-mail address: Email", 2, 2),
        (3, "The key is empty: Legacy_Id__c", 1, 1),
    ]
    assert groups[1]["remedies"] == ["E", "B", "S"]
    assert all(group["text"] and group["advice"] for group in groups)
    assert [reject["row"] for reject in used.lines("rejects", used.run, "--cause", "2")] == [3, 5]
    told = used.program.tell("rejects", used.run, "--causes").stdout
    assert "Correct it, keep the first of several, or leave it empty." in told


def test_an_unknown_cause_is_refused(used: Used) -> None:
    answer = used.program.ask("rejects", used.run, "--cause", "9")
    assert answer.code == 2
    assert answer.error["message"] == f"Run {used.run} has no cause 9."


def test_a_workbook_is_corrected_looked_at_and_sent(used: Used) -> None:
    """R-195, R-196."""
    book = used.folder / "rejects.xlsx"
    (written,) = used.lines("rejects", used.run, "--workbook", book, "--say", "Back by Friday.")
    assert written["rows"] == 5

    def corrected(sheet: str, row: Row) -> Row:
        if sheet.startswith("1 LastName"):
            return row | {"Name (source)": "Given"}
        if row["Row"] == "3":
            return row | {"Email": "three@example.com"}
        return row | {"Set aside, because": "nobody knows it"} if row["Row"] == "4" else row

    assert correct(book, corrected) == 5
    *changes, summary = used.lines("corrections", used.run, book)
    assert [(change["row"], change["column"], change["corrected"]) for change in changes] == [
        (2, "Name", "Given"),
        (6, "Name", "Given"),
        (3, "Email", "three@example.com"),
    ]
    assert {name: summary[name] for name in ("corrected", "unchanged", "set_aside", "missing", "strangers")} == {
        "corrected": 3,
        "unchanged": 1,
        "set_aside": 1,
        "missing": 0,
        "strangers": 0,
    }
    assert used.lines("show", used.run)[0]["rejects"] == {"open": 5}, "looking changes nothing"
    retried = used.program.ask("retry", used.run, "--from", book, "--yes")
    assert retried.counts() == {"read": 4, "created": 3, "rejected": 1}
    assert used.lines("show", used.run)[0]["rejects"] == {"in retry": 1, "resolved": 3, "ignored": 1}
    (aside,) = used.lines("rejects", used.run, "--state", "ignored")
    assert (aside["row"], aside["reason"]) == (4, "nobody knows it")
    assert used.lines("reopen", used.run, "--cause", "2") == [{"run": used.run, "reopened": 0}]
    assert used.lines("reopen", used.run, "--cause", "3", "--rows", "4") == [{"run": used.run, "reopened": 1}]
    assert used.lines("show", used.run)[0]["rejects"] == {"open": 1, "in retry": 1, "resolved": 3}
    assert used.lines("audit")[-1]["what"] == f"Rejects of run {used.run}: 1 are open again."
    found = used.program.org().rows("SELECT Legacy_Id__c, LastName FROM Contact WHERE LastName = 'Given'")
    assert {record["Legacy_Id__c"] for record in found} == {f"{used.key}2", f"00{used.run}"}


def test_a_mangled_value_is_asked_about(used: Used) -> None:
    """R-195."""
    file = used.folder / "rejects.csv"
    used.lines("rejects", used.run, "--csv", file)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        row["Key"] = row["Key"].removeprefix("00")
        row["Name"] = row["Name"] or "Given"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    refused = used.program.ask("retry", used.run, "--from", file, "--yes")
    assert refused.code == 2
    assert f"row 6, Key: 00{used.run} → {used.run}" in refused.error["message"]
    assert "--mangled original" in refused.error["hint"]
    retried = used.program.ask("retry", used.run, "--from", file, "--cause", "1", "--mangled", "original", "--yes")
    assert retried.counts() == {"read": 2, "created": 2}
    assert used.program.org().count(f"Contact WHERE Legacy_Id__c = '00{used.run}'") == 1


def test_a_number_in_the_other_style_is_corrected_and_not_asked_about(
    used: Used, request: pytest.FixtureRequest
) -> None:
    """R-195: of several values that a spreadsheet has changed a few are named, and how many more there are."""
    job, rows = used.folder / f"{request.node.name}.toml", used.folder / f"{request.node.name}.csv"
    rows.write_text("Name,Pay,Born\n" + "".join(f'{row},"{row},5",1980-01-0{row}\n' for row in range(1, 6)))
    job.write_text(
        f'name = "{request.node.name}"\naccount = "Practice org"\nobject = "Account"\noperation = "export"\n'
        f'[local]\npath = "{rows.name}"\n[[mapping]]\nremote = "Name"\nlocal = "Name"\n'
        '[[mapping]]\nremote = "BillingLatitude"\nlocal = "Pay"\n[[mapping]]\nremote = "Site"\nlocal = "Born"\n'
    )
    run = str(used.program.ask("run", job, "--yes").last["run"])
    file = used.folder / "other-style.csv"
    used.lines("rejects", run, "--csv", file)
    found = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    corrected = [row | {"Pay": row["Pay"].replace(",", "."), "Born": f"1/{row['_row']}/1980"} for row in found]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(found[0]))
        writer.writeheader()
        writer.writerows(corrected)
    refused = used.program.ask("retry", run, "--from", file, "--yes")
    assert "5 values look changed" in refused.error["message"]
    assert refused.error["message"].endswith("; and 2 more).")
    assert used.program.ask("retry", run, "--from", file, "--mangled", "original", "--yes").counts() == {
        "read": 5,
        "created": 5,
    }


def test_a_workbook_that_was_saved_as_another_kind_is_to_be_saved_as_it_was(used: Used) -> None:
    """R-195: a text of one sheet would lose the others."""
    other = used.folder / "rejects.ods"
    other.write_bytes(b"PK\x03\x04")
    refused = used.program.ask("corrections", used.run, other)
    assert (refused.code, refused.error["message"]) == (
        2,
        "rejects.ods is a workbook of a kind that cannot be taken in.",
    )
    assert "save it as .xlsx" in refused.error["hint"]


def test_the_file_of_the_first_attempt_serves_for_the_third_and_results_tell_how_each_row_ended(used: Used) -> None:
    """R-195, R-157: whoever corrects a file bit by bit need not write it anew after each attempt."""
    file = used.folder / "rejects.csv"
    used.lines("rejects", used.run, "--csv", file)

    def send(run: str, before: str, after: str) -> str:
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")
        return str(used.program.ask("retry", run, "--from", file, "--mangled", "file", "--yes").last["run"])

    second = send(used.run, f'{used.key}2,"",', f"{used.key}2,Given,")
    third = send(second, "no address", "three@example.com")
    fourth = send(third, "five at example.com", "")
    assert used.lines("rejects", fourth, "--state", "open")[-1]["attempt"] == 4
    (first,) = used.lines("results", used.run, "--csv", used.folder / "first.csv")
    (last,) = used.lines("results", used.run, "--csv", used.folder / "last.csv", "--with-retries")
    assert first["rows"] == last["rows"] == 6
    ended = list(csv.DictReader((used.folder / "last.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["_row"], row["_outcome"], row["_run"], row["_attempt"]) for row in ended] == [
        ("1", "created", used.run, "1"),
        ("2", "created", second, "2"),
        ("3", "created", third, "3"),
        ("4", "rejected", fourth, "4"),
        ("5", "created", fourth, "4"),
        ("6", "rejected", fourth, "4"),
    ]
    source = list(csv.DictReader((used.folder / "mixed.csv").read_text(encoding="utf-8").splitlines()))
    assert [{name: row[name] for name in source[0]} for row in ended] == source


def test_rejects_are_sent_as_the_job_says_now_where_that_is_wished(used: Used, request: pytest.FixtureRequest) -> None:
    """R-195: whose mapping was mended need not run the whole file again."""
    job = used.folder / f"{request.node.name}.toml"
    used.lines("job", "import", job)
    mended = job.read_text(encoding="utf-8").replace('local = "Email"', 'constant = "all@example.com"')
    job.write_text(mended, encoding="utf-8")
    used.lines("job", "import", job)
    plain = used.program.ask("retry", used.run, "--cause", "2", "--yes")
    assert plain.counts() == {"read": 2, "rejected": 2}
    told = [line["message"] for line in plain.lines if line["event"] == "notice"]
    assert f"The job “{request.node.name}” has been changed since; this sends as it was then. " in told[0]
    other = contacts_job(used.folder, "mixed.csv", name="another")
    refused = used.program.ask("retry", plain.last["run"], "--job", other, "--yes")
    assert "“another” (export Contact) is another job than that of the run" in refused.error["message"]
    sent = used.program.ask("retry", plain.last["run"], "--job", request.node.name, "--yes")
    assert sent.counts() == {"read": 2, "created": 2}
    assert not [line for line in sent.lines if line["event"] == "notice"]
    keys = f"('{used.key}3', '{used.key}5')"
    assert used.program.org().count(f"Contact WHERE Email = 'all@example.com' AND Legacy_Id__c IN {keys}") == 2


def test_rejects_of_a_delete_are_never_offered_to_become_records(used: Used) -> None:
    (used.folder / "gone.csv").write_text(f"Key,Why\n{used.key}1,a\n,b\nnobody,c\n", encoding="utf-8")
    job = used.folder / "delete.toml"
    job.write_text(DELETING, encoding="utf-8")
    run = str(used.program.run(job).last["run"])
    groups = used.lines("rejects", run, "--causes")
    assert [(group["title"], group["remedies"]) for group in groups] == [
        ("The key is empty: Legacy_Id__c", ["B", "S"]),
        ("No record has this key: Legacy_Id__c", ["F", "S"]),
    ]
    for way in ("create", "update", "anyway"):
        refused = used.program.ask("retry", run, "--as", way, "--yes")
        assert "deletes records: its rows have nothing that could be written" in refused.error["message"], refused
    assert used.lines("show", run)[0]["rejects"] == {"open": 2}


DELETING = """
version = 1
name = "delete"
object = "Contact"
operation = "delete"
[local]
path = "gone.csv"
[[mapping]]
remote = "Legacy_Id__c"
local = "Key"
"""


def test_columns_that_were_renamed_are_told_and_a_row_that_stands_twice_alike_does_no_harm(used: Used) -> None:
    """R-195: what somebody has written into a column that no row has would be lost in silence."""
    file, book = used.folder / "rejects.csv", used.folder / "rejects.xlsx"
    used.lines("rejects", used.run, "--csv", file)
    head, first, *rest = file.read_text(encoding="utf-8").replace("no address", "three@example.com").splitlines()
    file.write_text("\n".join([head.replace("Email", "E-mail"), first, first, *rest]) + "\n", encoding="utf-8")
    told = "No row has a column “E-mail”, so what stands there was not taken; the file has no “Email”"
    summary = used.lines("corrections", used.run, file)[-1]
    assert (summary["corrected"], summary["unchanged"], summary["notices"]) == (0, 5, [told])
    used.lines("rejects", used.run, "--workbook", book)
    rename(book, "Email", "E-mail")
    assert used.lines("corrections", used.run, book)[-1]["notices"] == [told]
    rename(book, "E-mail", "Key (source)")
    refused = used.program.ask("retry", used.run, "--from", book, "--yes")
    assert "two columns are headed “Key (source)”" in refused.error["message"]


def rename(book: Path, before: str, after: str) -> None:
    opened = openpyxl.load_workbook(book)
    for cell in (cell for sheet in opened.worksheets for cell in sheet[1] if cell.value == before):
        cell.value = after
    opened.save(book)


def test_corrections_are_kept_until_they_are_sent_and_only_they_can_be_sent(used: Used) -> None:
    """R-195."""
    book = used.folder / "rejects.xlsx"
    used.lines("rejects", used.run, "--workbook", book, "--cause", "2")
    correct(book, lambda _, row: row | {"Email": "right@example.com"} if row["Row"] == "5" else row)
    assert used.lines("corrections", used.run, book, "--take-in")[-1]["corrected"] == 1
    retried = used.program.ask("retry", used.run, "--corrected", "--yes")
    assert retried.counts() == {"read": 1, "created": 1}
    (record,) = used.program.org().rows(f"SELECT Email FROM Contact WHERE Legacy_Id__c = '{used.key}5'")  # noqa: S608 - our own words
    assert record["Email"] == "right@example.com"
    nothing = used.program.ask("retry", used.run, "--corrected", "--yes")
    assert nothing.code == 2
    assert "among those that were chosen" in nothing.error["message"]


def test_the_path_of_a_row_names_every_run_that_took_it_up(used: Used) -> None:
    """R-226."""
    book = used.folder / "rejects.xlsx"
    second = str(used.program.ask("retry", used.run, "--cause", "1", "--yes").last["run"])
    used.lines("rejects", second, "--workbook", book)
    correct(book, lambda _, row: row | {"Name (source)": "Found"})
    third = str(used.program.ask("retry", second, "--from", book, "--yes").last["run"])
    steps = used.lines("show", used.run, "--row", "2")
    assert [(step["run"], step["attempt"], step["outcome"], step["state"]) for step in steps] == [
        (used.run, 1, "rejected", "resolved"),
        (second, 2, "rejected", "resolved"),
        (third, 3, "created", None),
    ]
    assert steps[-1]["id"].startswith("003")
    assert used.lines("show", third, "--row", "2") == steps
    (first,) = used.lines("show", used.run, "--row", "1")
    assert (first["outcome"], first["code"]) == ("created", None)
    unknown = used.program.ask("show", used.run, "--row", "99")
    assert (unknown.code, unknown.error["message"]) == (2, f"Run {used.run} has no row 99.")


def test_some_rejects_are_tried_first_and_the_others_when_the_run_is_resumed(used: Used) -> None:
    """R-195."""
    file = used.folder / "rejects.csv"
    used.lines("rejects", used.run, "--csv", file)
    with file.open(encoding="utf-8", newline="") as given:
        rows = list(csv.DictReader(given))
    for row in rows:
        row |= {"_reject": f" {row['_reject']} ", "Name": "Given", "Email": "", "Key": f"F{used.run}-{row['_row']}"}
    with file.open("w", encoding="utf-8", newline="") as corrected:
        writer = csv.DictWriter(corrected, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    tried = used.program.ask("retry", used.run, "--from", file, "--first", "2", "--yes")
    assert (tried.counts(), tried.last["outcome"]) == ({"read": 5, "created": 2, "pending": 3}, "paused")
    assert used.program.org().count(f"Contact WHERE Legacy_Id__c LIKE 'F{used.run}-%'") == 2
    again = used.program.ask("retry", used.run, "--yes")
    assert f"`crmdesk resume {tried.last['run']}` goes on with it" in again.error["hint"]
    assert used.program.ask("resume", tried.last["run"]).counts() == {"read": 5, "created": 5}
    assert used.program.org().count(f"Contact WHERE Legacy_Id__c LIKE 'F{used.run}-%'") == 5


def test_a_corrected_file_of_another_run_is_told_as_that(used: Used) -> None:
    file = used.folder / "other.csv"
    file.write_text("_reject,Name\nR99999-1,Somebody\n", encoding="utf-8")
    refused = used.program.ask("retry", used.run, "--from", file, "--yes")
    assert refused.error["message"] == f"No row of other.csv is an open reject of run {used.run}; 5 are open."
