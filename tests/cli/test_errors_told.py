"""Ten faults, and what is told of each: what was being done, the account, the CRM's own words, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program

BY_CALLS = 'action = "upsert"\nkey = "Legacy_Id__c"\nengine = "rest"'
READS = """
name = "reads"
object = "Contact"
operation = "import"

[local]
path = "out.csv"

[[mapping]]
remote = "LastName"
local = "Name"
"""


def refusal(status: int, code: str, message: str) -> dict[str, object]:
    return {"kind": "refuse", "status": status, "code": code, "message": message}


REMOTE = {
    "API_DISABLED_FOR_ORG": (400, "The REST API is not enabled for this Organization."),
    "INSUFFICIENT_ACCESS": (403, "insufficient access rights on object id"),
    "REQUEST_LIMIT_EXCEEDED": (403, "TotalRequests Limit exceeded."),
    "INVALID_TYPE": (400, "sObject type 'Contact' is not supported."),
    "UNKNOWN_EXCEPTION": (400, "An unexpected error occurred. Please include this ErrorId"),
}


def told(program: Program, *arguments: str | Path) -> dict[str, str]:
    answer = program.ask(*arguments)
    assert answer.code == 2, answer
    error: dict[str, str] = answer.error
    assert error["doing"].startswith(f"crmdesk {arguments[0]}")
    assert error["message"]
    assert error["hint"], error
    assert program.org().token not in answer.stdout + answer.stderr
    return error


@pytest.mark.parametrize("code", REMOTE)
def test_what_the_crm_said_is_told_with_what_was_done_and_what_to_do(
    shared: Program, tmp_path: Path, code: str
) -> None:
    """R-205."""
    status, words = REMOTE[code]
    contacts_csv(tmp_path / "contacts.csv", range(2))
    shared.org().weather(refusal(status, code, words), path="composite/sobjects")
    try:
        error = told(shared, "run", contacts_job(tmp_path, export=BY_CALLS), "--yes")
    finally:
        shared.org().clear_weather()
    assert error["account"] == "Practice org"
    assert words.rstrip(".") in error["message"] or code == "REQUEST_LIMIT_EXCEEDED"


def test_the_words_of_a_crm_do_nothing_to_the_terminal_they_are_shown_on(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(2))
    words = "\x1b[2J\x1b[1mDone.\r2 created \x9b31m\u202e :100: [bold]x[/bold]"
    shared.org().weather(refusal(400, "\x1b]0;title\x07", words), path="composite/sobjects")
    try:
        told = shared.tell("run", contacts_job(tmp_path, export=BY_CALLS), "--yes")
    finally:
        shared.org().clear_weather()
    said = told.stdout + told.stderr
    assert r"\x1b[2J\x1b[1mDone. 2 created \x9b31m\u202e :100: [bold]x[/bold]" in said
    assert not set(said) & set("\x1b\x07\x9b\r\u202e")


def test_what_is_wrong_here_is_told_with_what_was_done_and_what_to_do(shared: Program, tmp_path: Path) -> None:
    """R-205."""
    reads = tmp_path / "reads.toml"
    reads.write_text(READS, encoding="utf-8")
    faults = {
        "unknown object": (READS.replace('"Contact"', '"Nothing__c"'), "Practice org"),
        "unknown field": (READS.replace("LastName", "LastNam"), "Practice org"),
        "no such account": (READS.replace("object", 'account = "Nobody"\nobject', 1), ""),
        "no such folder": (READS.replace("out.csv", "nowhere/out.csv"), "Practice org"),
    }
    for text, account in faults.values():
        reads.write_text(text, encoding="utf-8")
        assert told(shared, "run", reads)["account"] == account
    assert shared.ask("account", "edit", "practice_org", "--disable").code == 0
    try:
        reads.write_text(READS, encoding="utf-8")
        assert told(shared, "run", reads)["account"] == "Practice org"
        assert "(crmdesk run" in shared.tell("run", reads).stderr
    finally:
        assert shared.ask("account", "edit", "practice_org", "--enable").code == 0
