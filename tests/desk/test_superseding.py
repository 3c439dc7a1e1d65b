"""Rejects that settle by themselves: only where the record is the same for certain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk import CancelToken, Desk
from crmdesk.model.run import RunFinished
from tests.cli.jobs import INSERT, contacts_job
from tests.cli.program import profile

BAD = "not an address"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with profile(tmp_path_factory.mktemp("desk") / "profile") as program:
        program.org()
        with Desk.open(program.home) as opened:
            yield opened


def run(desk: Desk, job: Path, *rows: str) -> str:
    """Run the job over a file of these rows; gives the run's number."""
    (job.parent / "contacts.csv").write_text("Key,Name,Email\n" + "".join(f"{row}\n" for row in rows))
    *_, finished = desk.run(desk.jobs.load(str(job)), CancelToken(), lambda _: True)
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


def test_an_empty_key_and_one_that_two_rejects_have_tell_nothing(desk: Desk, tmp_path: Path) -> None:
    job = contacts_job(tmp_path, name="uncertain")
    first = run(desk, job, ",None,0@example.com", "B1,One,1@example.com", "B1,Other,2@example.com")
    assert states(desk, first) == {1: "open", 2: "open", 3: "open"}
    run(desk, job, "B1,One,1@example.com", "B2,Two,2@example.com")
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
    *_, finished = desk.retry(first, None, CancelToken(), lambda _: True)
    assert isinstance(finished, RunFinished)
    assert (states(desk, first), states(desk, finished.run)) == ({1: "in retry"}, {1: "open"})
    run(desk, job, "D1,One,1@example.com", "D2,Two,2@example.com")
    assert (states(desk, first), states(desk, finished.run)) == ({1: "superseded"}, {1: "superseded"})
