"""Every command: what it says to programs, with which exit code, and that both places of an option mean the same."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Answer, Program, profile

COUNTS = {"read", "created", "updated", "deleted", "unchanged", "rejected", "unknown", "pending"}
FINISHED = {"event", "run", "outcome", "api_calls", "seconds"} | COUNTS
RUN = {
    *("run", "job", "operation", "account", "object", "outcome", "started", "ended"),
    *("api_calls", "retry_of", "undo_of"),
    *COUNTS,
}
SHOWN = RUN | {
    *("source", "error", "notices", "retried_by", "rejects", "causes", "vars"),
    *("started_by", "user", "organization_id", "zone", "query", "labels", "job_text"),
}
REJECT = {
    *("reject", "row", "line", "stage", "field", "code", "message", "cause", "values", "state", "attempt", "sent"),
    *("also", "retry_of", "retried_by", "reason", "waits", "converted", "at", "rejected_again"),
}
RESULT = {"_row", "_outcome", "_id", "_created", "_code", "_message", "_attempt", "_run"}
MORE = {"precision", "scale", "nillable", "filterable", "sortable", "external_id", "calculated"}
FIELD = {
    *("name", "label", "type", "length", "required", "creatable", "updatable", "key", "unique", "references", "values"),
}
ACCOUNT = {
    *("account", "label", "kind", "url", "auth", "enabled", "settings"),
    *("calls_used", "calls_allowed", "calls_read", "throttled", "throttled_at"),
}
SIGNED_IN = {
    *("account", "user", "organization", "organization_id", "environment", "server_time", "calls_left"),
    *("calls_used", "calls_allowed", "tests"),
}

MIXED = """Key,Name,Email
M1,One,one@example.com
M2,,two@example.com
M3,Three,no address
,Four,four@example.com
M5,Five,five@example.com
M6,Six,six@example.com
M6,Twin,twin@example.com
"""


@dataclass
class Used:
    """A profile with one run that has rejects; nothing here changes it any more."""

    program: Program
    job: Path
    ran: Answer

    def lines(self, *arguments: str | Path) -> list[dict[str, Any]]:
        answer = self.program.ask(*arguments)
        assert answer.code == 0, answer
        return answer.lines


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Used]:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "mixed.csv").write_text(MIXED, encoding="utf-8")
    with profile(folder / "profile") as program:
        job = contacts_job(folder, "mixed.csv", name="mixed contacts")
        yield Used(program, job, program.run(job))


def test_a_run_says_that_it_began_how_it_goes_and_how_it_ended(used: Used) -> None:
    """R-131."""
    assert used.ran.code == 1
    assert used.ran.lines[0] == {"event": "started", "run": "1"}
    progress = [line for line in used.ran.lines if line["event"] == "progress"]
    assert progress
    for line in progress:
        assert set(line) == {"event", "phase", "done", "total", "api_calls", "calls_left"} | COUNTS
    assert set(used.ran.last) == FINISHED
    assert used.ran.counts() == {"read": 7, "created": 2, "rejected": 5}


def test_a_rehearsal_foresees_the_run_and_says_so_in_the_same_form(tmp_path: Path, used: Used) -> None:
    path = tmp_path / "more.csv"
    path.write_text(MIXED.replace("M", "N").replace("N5,", "M5,"), encoding="utf-8")
    job = contacts_job(tmp_path, path, name="more contacts")
    rehearsed = used.program.ask("rehearse", job)
    assert (rehearsed.code, rehearsed.last["event"], rehearsed.last["run"]) == (1, "rehearsed", None)
    assert set(rehearsed.last) == FINISHED | {"causes", "changes", "lookups", "run_calls", "run_seconds"}
    with profile(tmp_path / "other") as other:
        other.run(used.job)
        assert other.run(job).counts() == rehearsed.counts() == {"read": 7, "created": 1, "updated": 1, "rejected": 5}


def test_a_preview_shows_what_the_run_makes_of_the_first_rows(used: Used) -> None:
    """R-339."""
    rows = used.lines("preview", used.job, "--rows", "5")
    assert [set(row) for row in rows] == [
        {"row", "line", "action", "payload", "zone", "values", "becomes", "problems"}
    ] * 5
    first = rows[0]
    assert first["values"] == {"Key": "M1", "Name": "One", "Email": "one@example.com"}
    assert first["becomes"] == {"Legacy_Id__c": "M1", "LastName": "One", "Email": "one@example.com"}
    rejects = {reject["row"]: reject for reject in used.lines("rejects", "1")}
    found = used.program.org().rows("SELECT Legacy_Id__c, LastName, Email FROM Contact WHERE Legacy_Id__c LIKE 'M%'")
    arrived = {record["Legacy_Id__c"]: record for record in found}
    for row in rows:
        if row["problems"]:
            reject, problem = rejects[row["row"]], row["problems"][0]
            assert row["payload"] == {}
            assert problem["code"] == reject["code"]
            assert problem["message"] == (
                reject["message"] if reject["stage"] == "convert" else "A new record needs LastName."
            )
        else:
            assert row["row"] not in rejects
            assert arrived[row["values"]["Key"]] == row["becomes"]


def test_rejects_hold_row_line_cause_and_original_values(used: Used) -> None:
    rejects = used.lines("rejects", "1")
    assert [set(reject) for reject in rejects] == [REJECT] * 5
    assert [(reject["row"], reject["line"]) for reject in rejects] == [(2, 3), (3, 4), (4, 5), (6, 7), (7, 8)]
    assert [reject["code"] for reject in rejects] == [
        "REQUIRED_FIELD_MISSING",
        "INVALID_EMAIL_ADDRESS",
        "MISSING_ARGUMENT",
        "DUPLICATE_VALUE",
        "DUPLICATE_VALUE",
    ]
    assert rejects[1]["values"] == {"Key": "M3", "Name": "Three", "Email": "no address"}
    assert {(reject["state"], reject["attempt"], reject["retry_of"]) for reject in rejects} == {("open", 1, None)}


def test_results_name_every_row_in_the_order_of_the_file(used: Used, tmp_path: Path) -> None:
    rows = used.lines("results", "1")
    assert [set(row) for row in rows] == [RESULT | {"Key", "Name", "Email"}] * 7
    assert all(isinstance(value, str) for row in rows for value in row.values())
    assert [row["_row"] for row in rows] == [str(number) for number in range(1, 8)]
    assert [row["_outcome"] for row in rows].count("created") == 2
    place = tmp_path / "results.csv"
    assert used.lines("results", "1", "--csv", place) == [{"run": "1", "file": str(place), "rows": 7}]
    with place.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows


def test_runs_and_show_tell_the_history(used: Used) -> None:
    (line,) = (run for run in used.lines("runs") if run["run"] == "1")
    assert set(line) == RUN
    assert (line["job"], line["operation"], line["object"]) == ("mixed contacts", "export", "Contact")
    shown = used.lines("show", "1")[-1]
    assert set(shown) == SHOWN
    assert {name: shown[name] for name in RUN} == line
    assert shown["rejects"] == {"open": 5}
    assert [set(cause) for cause in shown["causes"]] == [{"cause", "count"}] * 4
    assert [cause["count"] for cause in shown["causes"]] == [2, 1, 1, 1]


def test_check_says_that_nothing_is_wrong(used: Used) -> None:
    assert used.lines("check", used.job) == [{"event": "checked", "problems": 0}]


def test_accounts_are_added_listed_tested_and_removed(used: Used) -> None:
    org = used.program.org()
    added = used.program.ask("account", "add", "Größe & Co", "--kind", "salesforce", "--url", org.url + "/")
    assert added.code == 0
    assert added.last["account"] == "groe_co" or added.last["account"].isascii()
    name = added.last["account"]
    listed = used.lines("account", "list")
    assert [set(line) for line in listed] == [ACCOUNT] * 2
    assert {line["label"]: line["url"] for line in listed}["Größe & Co"] == org.url
    secret = {f"CRMDESK_SECRET_{name.upper()}": org.token}
    for word in (name, "Größe & Co"):
        tested = used.program.ask("account", "test", word, env=secret)
        assert (tested.code, set(tested.last)) == (0, SIGNED_IN)
    assert tested.last["environment"] == "practice"
    again = used.program.ask("account", "add", "Größe & Co", "--kind", "salesforce", "--url", org.url)
    assert (again.code, again.error["kind"]) == (2, "user")
    assert used.lines("account", "remove", name)[-1]["account"] == name
    assert used.program.ask("account", "test", name).code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "oracle", "--url", "https://x.example"], "salesforce, dynamics, odata"),
        (["--kind", "salesforce", "--url", "https://x.example", "--auth", "magic"], "token"),
    ],
)
def test_an_account_of_an_unknown_kind_is_refused_with_the_choices(
    used: Used, arguments: list[str], words: str
) -> None:
    answer = used.program.ask("account", "add", "Other", *arguments)
    assert answer.code == 2
    assert words in answer.error["hint"]


def test_objects_and_fields_are_listed(used: Used) -> None:
    """R-023, R-025."""
    objects = used.lines("objects", "Practice org")
    assert [line["name"] for line in used.lines("objects", "Practice org", "--search", "opportunitylin")] == [
        "OpportunityLineItem"
    ]
    assert [set(line) for line in objects] == [
        {"name", "label", "custom", "external", "read", "create", "update", "delete"}
    ] * len(objects)
    assert {"Account", "Contact", "Lead", "Opportunity"} <= {line["name"] for line in objects}
    fields = {line["name"]: line for line in used.lines("describe", "practice_org", "Contact")}
    assert all(set(line) >= FIELD | MORE for line in fields.values())
    assert (fields["Legacy_Id__c"]["key"], fields["Legacy_Id__c"]["unique"]) == (True, True)
    assert fields["LastName"]["required"] is True
    assert fields["AccountId"]["references"] == ["Account"]
    assert used.program.ask("describe", "practice_org", "Nothing").code == 2


def test_jobs_are_saved_shown_run_by_name_exported_and_removed(used: Used, tmp_path: Path) -> None:
    """R-060. A complaint about other loaders: a saved mapping comes back with rows doubled or blank."""
    contacts_csv(tmp_path / "contacts.csv", range(2))
    job = contacts_job(tmp_path, name="saved contacts")
    assert used.lines("job", "import", job) == [{"job": "saved contacts", "saved": True}]
    line = {"job": "saved contacts", "operation": "export", "account": "Practice org", "object": "Contact"}
    assert used.lines("job", "list") == [line]
    text = job.read_text(encoding="utf-8")
    assert used.lines("job", "show", "saved contacts") == [{"job": "saved contacts", "text": text}]
    assert used.program.run("saved contacts").counts() == {"read": 2, "created": 2}  # paths start at the file's folder
    copy = tmp_path / "copy.toml"
    assert used.lines("job", "export", "saved contacts", copy) == [{"job": "saved contacts", "file": str(copy)}]
    assert copy.read_text(encoding="utf-8") == text
    assert used.program.ask("job", "export", "saved contacts", copy).code == 2
    job.write_text(text + "# another\n", encoding="utf-8")
    namesake = used.program.run(job)
    assert (namesake.code, namesake.error["place"]) == (2, "name")
    assert used.lines("job", "remove", "saved contacts") == [{"job": "saved contacts", "removed": True}]
    assert used.lines("job", "list") == []


def test_another_account_can_be_given_for_one_run(used: Used, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(2))
    job = contacts_job(tmp_path, name="elsewhere", account="Nowhere")
    assert used.program.run(job).code == 2
    assert used.program.run(job, "--account", "practice_org").code == 0


def test_json_and_home_may_stand_before_or_after_the_command_and_the_variable_counts(used: Used) -> None:
    home = str(used.program.home)
    start = [sys.executable, "-m", "crmdesk"]

    def said(*arguments: str, **more: str) -> str:
        surroundings = used.program.surroundings(more)
        done = subprocess.run([*start, *arguments], capture_output=True, text=True, env=surroundings, check=True)
        return done.stdout

    wanted = said("--json", "--home", home, "show", "1")
    assert '"run":"1"' in wanted
    assert said("show", "1", "--home", home, "--json") == wanted
    assert said("show", f"--home={home}", "--json", "1") == wanted
    assert said("show", "1", "--json", CRMDESK_HOME=home) == wanted
    assert said("show", "1", "--json", "--home", home, CRMDESK_HOME="/nonexistent") == wanted


def test_first_sends_so_many_rows_and_resume_sends_each_other_row_once(used: Used, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(500, 530))
    job = contacts_job(tmp_path, name="a few first", export='action = "insert"')
    first = used.program.run(job, "--first", "7")
    assert (first.code, first.last["outcome"]) == (2, "paused")
    assert first.counts() == {"read": 30, "created": 7, "pending": 23}
    rows = used.lines("results", first.last["run"])
    assert [row["_outcome"] for row in rows] == ["created"] * 7 + ["pending"] * 23
    rest = used.program.ask("resume", first.last["run"])
    assert (rest.code, rest.counts()) == (0, {"read": 30, "created": 30})
    found = used.program.org().rows("SELECT LastName FROM Contact WHERE LastName LIKE 'Name 5%'")
    assert sorted(record["LastName"] for record in found) == [f"Name {key}" for key in range(500, 530)]


def test_a_retry_counts_only_the_rows_of_the_corrected_file(program: Program, tmp_path: Path) -> None:
    """A complaint about other loaders: what failed cannot be sent again alone."""
    (tmp_path / "mixed.csv").write_text(MIXED, encoding="utf-8")
    program.run(contacts_job(tmp_path, "mixed.csv"))
    place = tmp_path / "rejects.csv"
    assert program.ask("rejects", "1", "--csv", place).last["rows"] == 5
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:7] == ["_reject", "_row", "_line", "_stage", "_field", "_code", "_message"]
    kept = [rows[2] | {"Key": "M4"}, rows[1] | {"Email": "three@example.com"}]  # sorted another way, others removed
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*kept, {"_reject": "R9-1", "Name": "a stranger"}])
    retried = program.ask("retry", "1", "--from", place, "--yes")
    assert (retried.code, retried.counts()) == (0, {"read": 2, "created": 2})
    told = [line.get("message", "") for line in retried.lines]
    assert any("1 row of the corrected file is no open reject of run 1" in message for message in told)
    states = {reject["row"]: reject["state"] for reject in program.ask("rejects", "1").lines}
    assert states == {2: "open", 3: "resolved", 4: "resolved", 6: "open", 7: "open"}
    again = program.ask("retry", "1", "--from", place, "--yes")
    assert (again.code, again.last["run"]) == (2, None)
    assert "No row of rejects.csv is an open reject" in again.error["message"]


def test_help_names_every_command_and_each_has_its_own(used: Used) -> None:
    helped = used.program.tell("--help")
    assert helped.code == 0
    for command in ("check", "preview", "rehearse", "run", "resume", "retry", "runs", "show", "stop", "results"):
        assert f" {command} " in helped.stdout
    assert "--home DIR" in helped.stdout
    assert "--confirm" in used.program.tell("run", "--help").stdout
    assert used.program.tell("--version").stdout.strip()
