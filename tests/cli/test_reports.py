"""The statement of a run, its check against the CRM, and the report as one file."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_job
from tests.cli.program import Program, profile

ROWS = "Key,Name,Email\nS1,<script>alert(1)</script>,\nS2,Two,\nS3,Three,x & <y>\n,Four,\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("reports")
    (folder / "contacts.csv").write_text(ROWS, encoding="utf-8")
    with profile(folder / "profile") as made:
        made.run(contacts_job(folder))
        made.ask("remedy", "1", "1", "S", "--reason", "no <key>")
        made.ask("retry", "1", "--yes")
        made.run(folder / "contacts.toml")
        yield made


class Tags(HTMLParser):
    """The tags, and what they would load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_statement_counts_rows_and_what_became_of_rejects(program: Program) -> None:
    """R-221, R-224."""
    found = program.ask("statement", "1").last
    assert (found["read"], found["created"], found["rejected"]) == (4, 2, 2)
    assert found["balanced"]
    assert found["rejects"] == {"in retry": 1, "ignored": 1}
    assert found["set_aside"] == {"no <key>": 1}
    assert found["retries"] == ["2"]
    told = program.tell("statement", "1").stdout
    assert "Every row is accounted for." in told


def test_what_was_written_is_looked_up_in_the_crm(program: Program) -> None:
    """A complaint about other loaders: rows count as done that are not in the CRM."""
    checks = program.ask("statement", "1", "--check").last["checks"]
    assert [(check["name"], check["right"], check["rows"], check["of"]) for check in checks] == [
        ("created records are there", 2, 2, 2)
    ]
    checks = program.ask("statement", "3", "--check").last["checks"]
    assert [(check["name"], check["right"], check["rows"]) for check in checks] == [
        ("updated records hold what was sent", 2, 2)
    ]


def test_what_was_changed_since_is_named(program: Program) -> None:
    file = program.home.parent / "other.csv"
    file.write_text("Key,Name,Email\nS2,Changed,\n", encoding="utf-8")
    program.run(contacts_job(program.home.parent, file, name="other"))
    (check,) = program.ask("statement", "3", "--check").last["checks"]
    assert (check["right"], check["rows"]) == (1, 2)
    assert check["details"] == ["row 2: LastName is not what was sent"]


def test_the_report_is_one_escaped_file_that_loads_nothing(program: Program, tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    assert program.ask("report", "1", "--html", place, "--check").code == 0
    assert place.stat().st_mode & 0o777 == 0o600
    text = place.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert "script" not in tags.tags
    assert tags.loads == []
    source = program.home.parent / "contacts.csv"
    assert hashlib.sha256(source.read_bytes()).hexdigest() in text
    for words in ("Every row is accounted for.", "no &lt;key&gt;", "Legacy_Id__c", "The key is empty", "SHA-256"):
        assert words in text
    assert "<y>" not in text


def test_decisions_are_listed(program: Program) -> None:
    """R-229."""
    assert any("set aside (no <key>)" in line["what"] for line in program.ask("audit").lines)


def test_decisions_are_narrowed_by_a_word_and_saved_as_csv(program: Program, tmp_path: Path) -> None:
    """R-229."""
    file = tmp_path / "decisions.csv"
    told = program.ask("audit", "--find", "NO <key>", "--csv", file).last
    lines = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert (told["rows"], list(lines[0])) == (len(lines), ["at", "who", "what"])
    assert all("no <key>" in line["what"] for line in lines)
    assert program.tell("audit", "--find", "nothing of it").stdout == "No decision holds “nothing of it”.\n"


def test_who_agreed_to_a_run_and_who_made_changed_and_removed_what_is_told(program: Program, tmp_path: Path) -> None:
    """R-229."""
    before = len(program.ask("audit").lines)
    (tmp_path / "contacts.csv").write_text("Key,Name,Email\nT1,One,\n", encoding="utf-8")
    job = contacts_job(tmp_path, name="kept")
    program.ask("job", "import", job)
    program.ask("job", "import", job)
    ran = program.run("kept").last["run"]
    undone = program.ask("undo", ran, "--yes").last["run"]
    job.write_text(job.read_text(encoding="utf-8").replace('"upsert"', '"update"'), encoding="utf-8")
    program.ask("job", "import", job)
    program.ask("job", "remove", "kept")
    program.ask("options", "set", "SINCE", "2026/01/31 00:00:00")
    program.ask("account", "edit", "practice_org", "--disable")
    program.ask("account", "edit", "practice_org", "--enable")
    lines = program.ask("audit").lines[before:]
    assert [line["what"] for line in lines] == [
        "The job “kept” was saved.",
        f"Run {ran} of the job “kept” may upsert 1 Contacts: Practice org (practice).",
        f"Run {undone} of the job “kept” may take run {ran} back in 1 Contacts: Practice org (practice).",
        "The job “kept” was changed.",
        "The job “kept” was removed.",
        "The option SINCE was set to 2026/01/31 00:00:00.",
        "The account “Practice org” was changed (switched off).",
        "The account “Practice org” was changed (switched on).",
    ]
    assert all(line["who"] for line in lines)
