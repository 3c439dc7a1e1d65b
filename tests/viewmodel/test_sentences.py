from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.errors import StoreError
from crmdesk.model.job import Action, ExportOptions, Operation
from crmdesk.model.run import RunOutcome, RunRecord, RunStart, Tally
from crmdesk.places import private_directory
from crmdesk.viewmodel.date_forms import example_of
from crmdesk.viewmodel.sentences import (
    Tone,
    both_ends,
    finish_line,
    last_run,
    run_tone,
    run_word,
    written_how,
)
from crmdesk.viewmodel.window_words import for_the_window
from tests.viewmodel.run_records import a_run

NOW = datetime(2026, 3, 7, 15, 10, tzinfo=UTC)
STORY = Tally(read=412_300, created=380_114, updated=29_902, unchanged=1_484, rejected=800)


def record(
    outcome: RunOutcome, tally: Tally = STORY, operation: Operation = Operation.EXPORT, error: str = ""
) -> RunRecord:
    start = RunStart(
        job="Contacts",
        job_text="",
        account="acme",
        organization_id="",
        operation=operation,
        action=Action.UPSERT,
        object="Contact",
        source="",
        fingerprint="",
    )
    return RunRecord(
        run="118",
        start=start,
        outcome=outcome,
        started="2026-03-07T14:22:00Z",
        ended="" if outcome is RunOutcome.RUNNING else "2026-03-07T15:03:00Z",
        tally=tally,
        api_calls=300,
        error=error,
        attempt=1,
        is_released=False,
        is_prepared=True,
        progress=None,
        pid=1,
        notices=(),
    )


def test_no_word_is_the_bare_word_import_or_export() -> None:
    words = [run_word(outcome) for outcome in RunOutcome]
    sentences = [f(record(o)) for o in RunOutcome for f in (finish_line, lambda r: last_run(r, NOW, UTC))]
    assert not [text for text in (*words, *sentences) if "import" in text.casefold() or "export" in text.casefold()]


def test_a_job_that_never_ran_says_so() -> None:
    assert last_run(None, NOW, UTC) == "Not run yet."
    assert run_tone(None) is Tone.QUIET


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (record(RunOutcome.REJECTS), "Finished today 15:03: 411,500 rows done, 800 rejected."),
        (
            record(RunOutcome.SUCCEEDED, Tally(read=2_235, updated=2_204, unchanged=31)),
            "Finished today 15:03: 2,204 updated, 31 same.",
        ),
        (
            record(RunOutcome.SUCCEEDED, Tally(read=5_012, created=5_012), Operation.IMPORT),
            "Finished today 15:03: 5,012 rows read.",
        ),
        (record(RunOutcome.SUCCEEDED, Tally()), "Finished today 15:03: no rows."),
        (
            record(RunOutcome.RUNNING, Tally(read=20, created=7, pending=13)),
            "Running since today 14:22: 7 rows so far.",
        ),
        (
            record(RunOutcome.STOPPED, Tally(read=20, created=7, pending=13)),
            "Stopped by you today 15:03: 7 done, 13 not sent.",
        ),
        (
            record(RunOutcome.PAUSED, Tally(read=20, created=7, rejected=5, pending=8)),
            "Waiting since today 15:03: 7 done, 5 rejected, 8 still open.",
        ),
        (record(RunOutcome.FAILED, error="The disk is full."), "Did not finish today 15:03: The disk is full."),
        (
            record(RunOutcome.REJECTS, Tally(read=9, created=6, unknown=3)),
            "Finished today 15:03: 6 rows done, 3 without answer.",
        ),
    ],
)
def test_the_last_run_of_a_job_is_told_in_a_sentence(run: RunRecord, sentence: str) -> None:
    assert last_run(run, NOW, UTC) == sentence


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (record(RunOutcome.SUCCEEDED, Tally(read=412_300, created=412_300)), "Finished. All 412,300 rows are done."),
        (record(RunOutcome.SUCCEEDED, Tally(read=1, created=1)), "Finished. The one row is done."),
        (record(RunOutcome.SUCCEEDED, Tally(read=0)), "Finished. There was no row."),
        (record(RunOutcome.REJECTS), "Finished. 411,500 done, 800 rejected: correct them here."),
        (
            record(RunOutcome.REJECTS, Tally(read=9, created=8, unknown=1)),
            "Finished, but 1 row got no answer. It may be in the CRM: look before you send it again.",
        ),
        (
            record(RunOutcome.REJECTS, Tally(read=9, created=6, unknown=3)),
            "Finished, but 3 rows got no answer. They may be in the CRM: look before you send them again.",
        ),
        (
            record(RunOutcome.STOPPED, Tally(read=20, created=7, pending=13)),
            "Stopped by you after 7 rows. Nothing is half done; 13 rows were not sent.",
        ),
        (record(RunOutcome.STOPPED, replace(STORY, rejected=799)), "Does not add up: 1 row is unaccounted for."),
    ],
)
def test_the_finish_line_is_exactly_one_of_the_book(run: RunRecord, line: str) -> None:
    assert finish_line(run) == line


def test_a_run_that_does_not_add_up_is_never_shown_as_good() -> None:
    assert run_tone(record(RunOutcome.SUCCEEDED, replace(STORY, rejected=0))) is Tone.BAD
    assert run_tone(record(RunOutcome.SUCCEEDED, Tally(read=1, created=1))) is Tone.GOOD


def test_the_arrow_goes_from_where_the_data_is() -> None:
    assert both_ends(Operation.EXPORT, "/home/me/legacy.xlsx", "Acme", "Contact") == ("legacy.xlsx", "Acme · Contact")
    assert both_ends(Operation.IMPORT, "/home/me/out.csv", "Acme", "Contact") == ("Acme · Contact", "out.csv")


def test_how_a_job_writes_names_its_key() -> None:
    assert written_how(ExportOptions(Action.UPSERT, key="Legacy_Id__c")) == "Upsert by Legacy_Id__c"
    assert written_how(ExportOptions(Action.INSERT)) == "Insert"
    assert written_how(None) == ""


@pytest.mark.parametrize(
    ("on_the_way", "line"),
    [
        (0, "Broken off: 7 done, 13 rows not sent. Resume it."),
        (12, "Broken off: 7 done, 12 rows sent and not answered, 1 row not sent. Resume it."),
        (13, "Broken off: 7 done, 13 rows sent and not answered. Resume it."),
    ],
)
def test_rows_that_were_sent_and_not_answered_are_never_told_as_not_sent(on_the_way: int, line: str) -> None:
    run = record(RunOutcome.INTERRUPTED, Tally(read=20, created=7, pending=13))
    assert finish_line(run, on_the_way) == line
    assert "not sent" not in last_run(run, NOW, UTC)


def test_why_a_run_did_not_finish_says_nothing_of_the_command_line() -> None:
    error = "Upsert 5 contacts: not the number confirmed, 3. If you mean it, start it again with --confirm 5."
    assert finish_line(record(RunOutcome.FAILED, error=error)).startswith(
        "Did not finish: Upsert 5 contacts: not the number confirmed, 3. 41"
    )


def test_a_hint_in_the_window_names_neither_commands_nor_variables() -> None:
    assert for_the_window("See the runs with: crmdesk runs.") == ""
    assert (
        for_the_window("Sign in again, or give it in the environment variable CRMDESK_SECRET_ACME for this command.")
        == "Sign in again."
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Where that one has the names, write header_row = 3 in [local].",
            "Where that one has the names, write 3 into “Header in row” under “How it is read”.",
        ),
        (
            "Give the line that names the columns as header_row in [local].",
            "Give the line that names the columns in “Header in row” under “How it is read”.",
        ),
        (
            'Where that is wrong, save it as CSV (UTF-8), or give its encoding in [local], as encoding = "cp1250".',
            "Where that is wrong, save it as CSV (UTF-8), or choose another one under “How it is read”.",
        ),
        (
            'Read like the others. With hidden_rows = "leave-out" in [local] the job leaves them out.',
            "Read like the others. The job can leave them out: see “How it is read”.",
        ),
        (
            '9 of 9 filled cells are dates like %d.%m.%Y; [local] needs date_format = "%d.%m.%Y".',
            "9 of 9 filled cells are dates like 31.01.2026; say so under “How it is read”.",
        ),
        (
            'Numbers with a point between thousands; [local] needs decimal = ",", thousands = ".".',
            "Numbers with a point between thousands; say so under “How it is read”.",
        ),
    ],
)
def test_what_speaks_of_the_job_file_names_the_place_on_the_page(said: str, shown: str) -> None:
    assert for_the_window(said) == shown


def test_ways_to_write_dates_are_shown_by_a_day_that_is_no_month() -> None:
    assert [example_of(each) for each in ("%d.%m.%Y", "%m/%d/%Y %H:%M", "%d %b %Y")] == [
        "31.01.2026",
        "01/31/2026 14:05",
        "31 Jan 2026",
    ]


def test_a_few_rejects_that_were_sent_again_are_not_told_as_the_whole_job() -> None:
    again = a_run(RunOutcome.SUCCEEDED, Tally(read=3, created=3), retry_of="2")
    assert last_run(again, NOW, UTC) == "Rejects sent again today 15:03: 3 created."


def test_a_profile_that_cannot_be_used_has_advice_in_the_window_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as refused:
        private_directory(tmp_path / "file" / "profile")
    assert for_the_window(refused.value.hint) == "Give your user the right to write there."
