"""Rejects that settle by themselves: only where the record is the same for certain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk import CancelToken, Desk
from crmdesk.desk.mending.retrying import Choice
from crmdesk.desk.mending.when_mangled import WhenMangled
from crmdesk.model.reject import RejectState
from crmdesk.model.run import Progress, RunFinished
from tests.cli.jobs import INSERT, UPSERT, contacts_job
from tests.cli.program import Program, profile
from tests.cli.workbooks import correct

BAD = "not an address"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("desk") / "profile") as made:
        made.org()
        yield made


@pytest.fixture(scope="module")
def desk(program: Program) -> Iterator[Desk]:
    with Desk.open(program.home) as opened:
        yield opened


def run(desk: Desk, job: Path, *rows: str) -> str:
    """Run the job over a file of these rows; gives the run's number."""
    (job.parent / "contacts.csv").write_text("Key,Name,Email\n" + "".join(f"{row}\n" for row in rows))
    *_, finished = desk.runs.run(desk.jobs.load(str(job)), CancelToken(), lambda _: True)
    assert isinstance(finished, RunFinished)
    return finished.run


def states(desk: Desk, run: str) -> dict[int, str]:
    return {reject.row: reject.state.value for reject in desk.mending.rejects(run)}


def test_a_reject_whose_record_a_later_run_of_the_job_has_written_is_superseded(desk: Desk, tmp_path: Path) -> None:
    job = contacts_job(tmp_path, name="mended")
    first = run(desk, job, f"A1,One,{BAD}", f"A2,Two,{BAD}", "A3,Three,3@example.com", f"A4,Four,{BAD}")
    assert states(desk, first) == {1: "open", 2: "open", 4: "open"}
    second = run(desk, job, "A3,Three,3@example.com", " A1,One,1@example.com", f"A2,Two,{BAD}")
    assert states(desk, first) == {1: "superseded", 2: "open", 4: "open"}
    assert states(desk, second) == {3: "open"}
    assert desk.history.reject_states(first) == {"open": 2, "superseded": 1}
    assert desk.history.run(second).notices[-1] == (
        "1 open reject of earlier runs of the job is superseded: its record is settled now. "
        "1 reject is open in earlier runs of the job as well: what settles one settles all."
    )


def test_an_empty_key_and_one_that_two_rejects_have_tell_nothing(desk: Desk, tmp_path: Path) -> None:
    job = contacts_job(tmp_path, name="uncertain")
    first = run(desk, job, ",None,0@example.com", "B1,One,1@example.com", "B1,Other,2@example.com")
    assert states(desk, first) == {1: "open", 2: "open", 3: "open"}
    run(desk, job, "B1,One,1@example.com", "B2,Two,2@example.com", ",None,other@example.com")
    assert states(desk, first) == {1: "open", 2: "open", 3: "open"}


def test_another_job_and_a_job_without_a_key_supersede_nothing(desk: Desk, tmp_path: Path) -> None:
    job = contacts_job(tmp_path, name="mine")
    first = run(desk, job, f"C1,One,{BAD}")
    run(desk, contacts_job(tmp_path, name="another"), "C1,One,1@example.com")
    assert states(desk, first) == {1: "open"}
    keyless = contacts_job(tmp_path, name="keyless", export=INSERT)
    inserted = run(desk, keyless, f"C2,Two,{BAD}")
    run(desk, keyless, "C2,Two,2@example.com")
    assert states(desk, inserted) == {1: "open"}


def test_what_a_superseded_reject_of_a_retry_had_retried_is_closed_with_it(desk: Desk, tmp_path: Path) -> None:
    job = contacts_job(tmp_path, name="retried")
    first = run(desk, job, f"D1,One,{BAD}", "D2,Two,2@example.com")
    *_, finished = desk.runs.retry(first, None, CancelToken(), lambda _: True)
    assert isinstance(finished, RunFinished)
    assert (states(desk, first), states(desk, finished.run)) == ({1: "in retry"}, {1: "open"})
    run(desk, job, "D1,One,1@example.com", "D2,Two,2@example.com")
    assert (states(desk, first), states(desk, finished.run)) == ({1: "superseded"}, {1: "superseded"})


def retry(desk: Desk, run: str, file: Path | None = None, choice: Choice | None = None) -> str:
    *_, finished = desk.runs.retry(run, file, CancelToken(), lambda _: True, choice=choice or Choice())
    assert isinstance(finished, RunFinished)
    return finished.run


def test_rows_without_a_key_are_the_same_as_far_as_they_are_equal_in_every_value(desk: Desk, tmp_path: Path) -> None:
    """R-196: as many as there are on both sides, and no more."""
    job = contacts_job(tmp_path, name="by value", export=INSERT)
    first = run(desk, job, f"E1,One,{BAD}", f"E1,One,{BAD}", f"E2,Two,{BAD}", f",Three,{BAD}")
    second = run(desk, job, f",Three,{BAD}", f"E2,Other,{BAD}", f"E1,One,{BAD}")
    assert states(desk, first) == {1: "open", 2: "open", 3: "open", 4: "open"}
    assert states(desk, second) == {1: "open", 2: "open", 3: "open"}
    assert [(reject.row, reject.rejected_again) for reject in desk.mending.rejects(first)] == [
        (1, f"R{second}-3"),
        (2, ""),
        (3, ""),
        (4, f"R{second}-1"),
    ]


def test_of_rows_with_one_key_those_that_are_left_are_told_by_their_values(desk: Desk, tmp_path: Path) -> None:
    """R-196."""
    job = contacts_job(tmp_path, name="one of two")
    rows = ("I1,One,1@example.com", "I1,Other,2@example.com")
    first = run(desk, job, *rows)
    desk.mending.set_aside(first, [1], "not this one")
    second = run(desk, job, *rows)
    assert [(reject.row, reject.rejected_again) for reject in desk.mending.rejects(first)] == [
        (1, ""),
        (2, f"R{second}-2"),
    ]
    assert states(desk, second) == {1: "ignored", 2: "open"}


@pytest.mark.parametrize("settled", range(3))
def test_what_settles_a_row_that_several_runs_have_rejected_settles_it_for_all_of_them(
    desk: Desk, tmp_path: Path, settled: int
) -> None:
    """R-196: whichever of the runs it is that somebody works on, also when another has been tried again in vain."""
    job = contacts_job(tmp_path, name=f"nightly {settled}")
    rows = [f"F{settled}{number},Name {number},{BAD}" for number in range(3)] + [",None,n@example.com"]
    runs = [run(desk, job, *rows) for _ in range(3)]
    assert [desk.history.reject_states(each) for each in runs] == [{"open": 4}] * 3
    assert {reject.rejected_again for reject in desk.mending.rejects(runs[0])} == {
        f"R{runs[2]}-{row}" for row in range(1, 5)
    }
    vain = retry(desk, runs[(settled + 1) % 3])
    file = tmp_path / "corrected.csv"
    desk.mending.write_rejects(runs[settled], file, is_disarmed=False)
    file.write_text(file.read_text().replace(f"Name 1,{BAD}", "Name 1,1@example.com"))
    last = retry(desk, runs[settled], file)
    assert desk.history.run(last).notices[-1].startswith("2 open rejects of other runs of the job are superseded")
    assert states(desk, runs[settled])[2] == "resolved"
    assert states(desk, runs[(settled + 2) % 3]) == {1: "open", 2: "superseded", 3: "open", 4: "open"}
    assert states(desk, vain) == {1: "open", 2: "superseded", 3: "open", 4: "open"}
    assert states(desk, runs[(settled + 1) % 3])[2] == "superseded"


def test_a_retry_that_is_stopped_settles_for_other_runs_what_it_has_sent(desk: Desk, tmp_path: Path) -> None:
    """R-196."""
    job = contacts_job(tmp_path, name="stopped", export=f"{UPSERT}\nrows_per_call = 1")
    rows = [f"J{number},Name {number},{BAD}" for number in range(4)]
    first, second = run(desk, job, *rows), run(desk, job, *rows)
    file, token = tmp_path / "corrected.csv", CancelToken()
    desk.mending.write_rejects(first, file, is_disarmed=False)
    file.write_text(file.read_text().replace(BAD, "1@example.com"))
    stopped = ""
    for event in desk.runs.retry(first, file, token, lambda _: True):
        if isinstance(event, Progress) and event.tally.created:
            token.cancel()
        if isinstance(event, RunFinished):
            stopped = event.run
    sent = [row for row, state in states(desk, first).items() if state == "resolved"]
    assert 0 < len(sent) < len(rows)
    assert [row for row, state in states(desk, second).items() if state == "superseded"] == sent
    list(desk.runs.resume(stopped, CancelToken(), lambda _: True))
    assert set(states(desk, second).values()) == {"superseded"}


def test_an_older_retry_that_goes_on_settles_what_a_run_of_the_job_has_rejected_meanwhile(
    desk: Desk, tmp_path: Path
) -> None:
    """R-196."""
    job = contacts_job(tmp_path, name="held", export=f"{UPSERT}\nrows_per_call = 1")
    rows = [f"L{number},Name {number},{BAD}" for number in range(4)]
    first, file = run(desk, job, *rows), tmp_path / "corrected.csv"
    desk.mending.write_rejects(first, file, is_disarmed=False)
    file.write_text(file.read_text().replace(BAD, "1@example.com"))
    *_, paused = desk.runs.retry(first, file, CancelToken(), lambda _: True, first=1)
    assert isinstance(paused, RunFinished)
    assert states(desk, first) == {1: "resolved", 2: "in retry", 3: "in retry", 4: "in retry"}
    second = run(desk, job, *reversed(rows))
    assert set(states(desk, second).values()) == {"open"}
    list(desk.runs.resume(paused.run, CancelToken(), lambda _: True))
    assert states(desk, second) == {1: "superseded", 2: "superseded", 3: "superseded", 4: "open"}


def test_what_somebody_has_set_aside_stays_so_while_the_row_and_what_is_wrong_with_it_are_the_same(
    desk: Desk, tmp_path: Path
) -> None:
    """R-196: ignored, with the reason and who it was."""
    job = contacts_job(tmp_path, name="aside")
    rows = [f"M{number},Name {number},{BAD}" for number in range(4)]
    first = run(desk, job, *rows)
    desk.mending.set_aside(first, [1, 2, 3], "a test record")
    second = run(desk, job, "M9,New,9@example.com", rows[0], f"M1,Another name,{BAD}", ",Name 2,2@example.com", rows[3])
    assert states(desk, second) == {2: "ignored", 3: "open", 4: "open", 5: "open"}
    (stays,) = [reject for reject in desk.mending.rejects(second) if reject.state is RejectState.IGNORED]
    (was,) = [reject for reject in desk.mending.rejects(first) if reject.row == 1]
    assert (stays.reason, stays.decided_by) == ("a test record", was.decided_by)
    assert desk.history.reject_states(second) == {"open": 3, "ignored": 1}
    assert "1 reject is the same that somebody has set aside before" in desk.history.run(second).notices[-1]
    desk.mending.take_back(second, [2])
    third = run(desk, job, *rows)
    assert states(desk, third) == {1: "open", 2: "ignored", 3: "ignored", 4: "open"}


def test_what_was_corrected_and_not_sent_goes_with_a_reject_unless_its_source_says_something_else(
    desk: Desk, tmp_path: Path
) -> None:
    job = contacts_job(tmp_path, name="drafts")
    first = run(desk, job, f"G1,One,{BAD}", f"G2,Two,{BAD}", f"G3,Three,{BAD}")
    file = tmp_path / "corrected.csv"
    desk.mending.write_rejects(first, file, is_disarmed=False)
    file.write_text(file.read_text().replace(f"One,{BAD}", "Uno,1@example.com").replace(f"Two,{BAD}", "Two,2@x.com"))
    desk.mending.take_in(first, file, WhenMangled.FILE)
    second = run(desk, job, f"G0,Zero,{BAD}", f"G1,One,{BAD}", "G2,Two,wrong in another way")
    assert desk.history.run(second).notices[-1].endswith("What was corrected in 1 stands here, too.")
    assert states(desk, second) == {1: "open", 2: "open", 3: "open"}
    third = retry(desk, second, choice=Choice(is_corrected=True))
    assert desk.history.run(third).tally.created == 1
    assert states(desk, second) == {1: "open", 2: "resolved", 3: "open"}
    assert states(desk, first) == {1: "superseded", 2: "open", 3: "open"}


def test_a_file_handed_out_before_the_job_ran_again_is_taken_for_what_was_rejected_again(
    program: Program, desk: Desk, tmp_path: Path
) -> None:
    job = contacts_job(tmp_path, name="handed out")
    first = run(desk, job, f"H1,One,{BAD}", f"H2,Two,{BAD}", f"H3,Three,{BAD}")
    retry(desk, first)  # a second attempt of no use: the file below names the first ones
    file, book = tmp_path / "corrected.csv", tmp_path / "rejects.xlsx"
    retried = str(int(first) + 1)
    desk.mending.write_rejects(first, file, is_disarmed=False)
    desk.mending.write_workbook(retried, book)
    file.write_text(file.read_text().replace(f"One,{BAD}", "One,1@example.com"))
    correct(book, lambda _, row: row | {"Email": "2@example.com"} if row["Key"] == "H2" else row)
    second = run(desk, job, f"H9,Nine,{BAD}", f"H2,Two now,{BAD}", f"H1,One,{BAD}", f"H3,Three,{BAD}")
    assert desk.mending.look_at(second, file).sentence.startswith("corrected 1 · unchanged 2 · not in the file")
    third = retry(desk, second, book, choice=Choice(when_mangled=WhenMangled.FILE))
    assert states(desk, second) == {1: "open", 2: "resolved", 3: "in retry", 4: "in retry"}
    assert desk.history.run(third).tally.created == 1
    (sent,) = program.org().rows("SELECT LastName, Email FROM Contact WHERE Legacy_Id__c = 'H2'")
    assert sent == {"LastName": "Two now", "Email": "2@example.com"}
