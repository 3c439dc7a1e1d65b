"""What the command line refuses, it refuses in words that say what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program

Case = tuple[str, str, str]

TYPED: dict[str, Case] = {
    "a command that is nearly one": (
        "reject 1",
        "No such command 'reject'.",
        "Did you mean rejects or objects? See `crmdesk --help`.",
    ),
    "a command of a group": ("job lst", "No such command 'lst'.", "Did you mean list? See `crmdesk job --help`."),
    "a command that is none": ("fly", "No such command 'fly'.", "See `crmdesk --help`."),
    "no number": ("preview x --rows many", "“many” is no whole number.", "See `crmdesk preview --help`."),
    "a number out of range": ("preview x --rows 0", "0 is not between 1 and 1000.", "See `crmdesk preview --help`."),
    "a number below the least": ("run x --first -1", "-1 is less than 0.", "See `crmdesk run --help`."),
    "a kind that is none": ("kept set nonsense 3", "'nonsense' is not one of", "See `crmdesk kept set --help`."),
    "a word too many": ("runs all of them", "There is no place for “all of them”.", "See `crmdesk runs --help`."),
    "a folder that is not there": ("profile backup nowhere/p.zip", "its folder is not there.", "Choose another place"),
    "the practice org": ("account remove practice_org", "cannot be forgotten", "Switch it off"),
    "a day that is none": ("runs --since tomorrow", "“tomorrow” is no day.", "Write it like 2026-01-31."),
    "a day of trouble": ("errors --until 3", "“3” is no day.", "Write it like 2026-01-31."),
    "no job": ("check nightly", "There is no saved job “nightly”, and no file of that name", "crmdesk job list"),
    "no source": ("look people", "There is no saved job “people”, and no file of that name", "the path of a file"),
    "a source that is not there": ("look people.csv", "There is no file", "Check the path."),
    "a state of causes": ("rejects 1 --causes --state open", "--state chooses", "Leave it out"),
    "a setting's value": (
        "account edit practice_org --set calls_warn=200",
        "“200” is no value of this setting (percent of the CRM's daily calls",
        "It takes 1 to 100.",
    ),
    "an object that is nearly one": ("describe practice_org Contakt", "no object “Contakt”", "Did you mean Contact?"),
    "an object by its label": ("describe practice_org Subscriptions", "no object", "Did you mean Subscription__c?"),
    "an object like no other": ("describe practice_org Xyzzy", "no object “Xyzzy”", "crmdesk objects ACCOUNT"),
}
WRITTEN: dict[str, tuple[str, str, str, str, str]] = {
    "a key that finds nothing": (
        'key = "Legacy_Id__c"',
        'key = "LastName"',
        "export.key",
        "cannot find Contacts by LastName",
        "Choose one of Id, Email, Legacy_Id__c",
    ),
    "no key": ('key = "Legacy_Id__c"', "", "export.key", "An upsert needs a key", "one of Id, Email, Legacy_Id__c"),
    "another delimiter": (
        'path = "contacts.csv"',
        'path = "contacts.csv"\ndelimiter = ";"',
        "mapping[1].local",
        "no column “Key”",
        "All of the header is one column, “Key,Name,Email”: is the delimiter right?",
    ),
    "rows of a call of a whole job": (
        'action = "upsert"',
        'action = "upsert"\nspeed = "fast"\nrows_per_call = 5',
        "export.speed",
        "Bulk cuts its jobs",
        "Leave out rows_per_call or speed.",
    ),
    "a wish that the engine lacks": (
        'action = "upsert"',
        'action = "upsert"\nengine = "bulk"\nallow_duplicates = true',
        "export.engine",
        "Bulk knows no way",
        'Leave out allow_duplicates, or write engine = "rest".',
    ),
    "slowness by whole jobs": (
        'action = "upsert"',
        'action = "upsert"\nengine = "bulk"\nspeed = "gentle"',
        "export.engine",
        "never one after the other",
        "Leave out speed",
    ),
}


@pytest.fixture(scope="module")
def folder(shared: Program) -> Path:
    """A folder with a job and its rows."""
    contacts_csv(shared.home.parent / "contacts.csv", range(2))
    contacts_job(shared.home.parent)
    return shared.home.parent


@pytest.mark.parametrize("case", TYPED)
def test_a_command_that_cannot_be_carried_out_says_what_may_have_been_meant(shared: Program, case: str) -> None:
    typed, message, hint = TYPED[case]
    answer = shared.ask(*typed.split())
    assert answer.code == 2
    assert message in answer.error["message"]
    assert hint in answer.error["hint"]
    assert answer.error["place"] in ("", "object", "calls_warn")


@pytest.mark.parametrize("case", WRITTEN)
def test_a_job_that_cannot_be_run_says_what_to_write_instead(shared: Program, folder: Path, case: str) -> None:
    old, new, place, message, hint = WRITTEN[case]
    text = (folder / "contacts.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "wrong.toml").write_text(text.replace(old, new), encoding="utf-8")
    problem = shared.ask("check", folder / "wrong.toml").lines[0]["problem"]
    assert problem["place"] == place
    assert message in problem["message"]
    assert hint in problem["hint"]


def test_a_query_is_that_of_a_job_that_reads(shared: Program, folder: Path) -> None:
    refused = shared.ask("check", folder / "contacts.toml", "--query").error
    assert refused["message"] == "Only a job that reads from a CRM has a query."


NAMES = """
name = "names"
object = "Account"
operation = "import"
local = { path = "names.csv" }
mapping = [ { remote = "Name", local = "Name" } ]
"""


def test_what_is_for_another_kind_of_job_is_refused(shared: Program, folder: Path) -> None:
    (folder / "names.toml").write_text(NAMES, encoding="utf-8")
    first = shared.ask("run", folder / "names.toml", "--first", "5")
    assert (first.code, first.error["message"][:27]) == (2, "--first is for jobs that wr")
    accepted = shared.ask("job", "accept", folder / "contacts.toml").error
    assert accepted["message"] == "Only an import remembers the fields of its object."
    for job in ("names.toml", "contacts.toml"):
        filled = shared.ask("backfill", folder / job, "--field", "Phone").error
        assert (filled["place"], "has no [index]" in filled["message"]) == ("index", True)


def test_a_file_that_is_not_there_is_told_where_the_job_names_it(shared: Program, folder: Path) -> None:
    named = NAMES.replace("mapping", 'population = { path = "ids.csv", column = "Id" }\nmapping')
    compared = NAMES.replace('"import"', '"import-deleted"').replace("mapping", "# mapping")
    compared += 'period = { mode = "compare", path = "ids.csv", column = "Id" }\n'
    for text, place in ((named, "population.path"), (compared, "period.path")):
        (folder / "elsewhere.toml").write_text(text, encoding="utf-8")
        refused = shared.ask("run", folder / "elsewhere.toml").error
        assert (refused["place"], refused["hint"]) == (place, "Check the path.")


def test_what_holds_nothing_says_so(shared: Program) -> None:
    assert shared.tell("audit").stdout == "Nobody has decided anything yet.\n"


def test_a_rehearsal_shows_one_of_the_rows_of_a_cause(shared: Program, folder: Path) -> None:
    job = contacts_job(folder, "long.csv", name="long")
    contacts_csv(folder / "long.csv", range(2), mail="two@@example.com")
    said = shared.tell("rehearse", job).stdout
    assert '2 × INVALID_EMAIL_ADDRESS · Email · "two@@example.com" is not an e-mail address.' in said


def test_a_new_option_is_told_to_be_new(shared: Program) -> None:
    first, again = (shared.tell("options", "set", "LASTIMPORT_x", "") for _ in range(2))
    assert first.stderr == "There was no option “LASTIMPORT_x”: it is new, and counts for a job that names it.\n"
    assert again.stderr == ""


def test_a_file_of_corrections_that_is_not_there_is_no_matter_of_the_job(shared: Program, folder: Path) -> None:
    assert shared.run(folder / "long.toml").code == 1
    refused = shared.ask("corrections", "1", folder / "nowhere.csv").error
    assert (refused["place"], refused["hint"]) == ("", "Check the path.")
    assert shared.tell("rejects", "1", "--causes").stdout.startswith(
        "  1  Not an e-mail address: Email   2 rows, 2 open"
    )
    assert shared.tell("rejects", "1").stdout.startswith("row 1 (line 2) · Email · open · INVALID_EMAIL_ADDRESS: ")
    assert "WARNING row 1 · Email: INVALID_EMAIL_ADDRESS: " in shared.tell("show", "1", "--log").stdout
    assert '2 × INVALID_EMAIL_ADDRESS · Email · "two@@example.com" is not' in shared.tell("show", "1").stdout
    idle = "Nothing changes: this remedy helps none of them. `crmdesk rejects 1 --cause 1` lists them.\n"
    assert shared.tell("remedy", "1", "1", "E").stdout == idle
