from __future__ import annotations

from crmdesk.model.run import Phase, Progress, RunOutcome, Tally
from crmdesk.viewmodel.runs.pace import Pace
from crmdesk.viewmodel.runs.steps import Step, phase_sentence, steps_of
from tests.viewmodel.run_records import a_run


def test_a_run_that_sends_shows_how_far_each_step_is() -> None:
    tally = Tally(read=1000, created=300, rejected=100, pending=600)
    progress = Progress(Phase.SENDING, 320, 920, tally)
    assert steps_of(a_run(tally=tally, progress=progress), on_the_way=200) == (
        Step("Read", 1000, 1000, "all"),
        Step("Checked", 1000, 1000, "all"),
        Step("Sent", 520, 920, "56 % of 920"),
        Step("Answered", 320, 920, "34 %"),
    )
    assert phase_sentence(a_run(progress=progress)) == "Sending"


def test_nobody_knows_how_long_a_file_is_while_it_is_read() -> None:
    tally = Tally(read=300, pending=300)
    run = a_run(tally=tally, progress=Progress(Phase.READING, 300, None, tally), is_prepared=False)
    read, checked, sent, answered = steps_of(run, 0)
    assert read == Step("Read", 300, None, "")
    assert [(step.rows, step.whole) for step in (checked, sent, answered)] == [(0, 300), (0, 0), (0, 0)]
    assert phase_sentence(run) == "Reading contacts.csv"


def test_checking_counts_against_the_rows_that_were_read() -> None:
    tally = Tally(read=400, pending=400)
    run = a_run(tally=tally, progress=Progress(Phase.PREPARING, 100, 400, tally), is_prepared=False)
    assert steps_of(run, 0)[1] == Step("Checked", 100, 400, "25 %")


def test_a_run_that_reads_has_two_steps() -> None:
    tally = Tally(read=40, created=40)
    run = a_run(tally=tally, progress=Progress(Phase.WRITING, 50, 200, tally), action=None)
    assert steps_of(run, 0) == (Step("Read", 50, 200, "25 % of 200"), Step("Written", 40, 200, ""))
    ended = a_run(RunOutcome.SUCCEEDED, Tally(read=200, created=200), action=None)
    assert steps_of(ended, 0) == (Step("Read", 200, 200, "all"), Step("Written", 200, 200, "all"))


def test_the_pace_is_that_of_the_last_half_minute() -> None:
    pace = Pace()
    assert (pace.rate, pace.remaining(1000)) == ("–", "")
    for second in range(100):
        pace.add("sending", second * (10 if second < 50 else 20), float(second))
    assert pace.rate == "20 rows/s"
    assert pace.remaining(99 * 20 + 1200) == "about 60 s"
    assert pace.remaining(None) == ""


def test_the_pace_of_another_phase_begins_anew() -> None:
    pace = Pace()
    pace.add("preparing", 0, 0.0)
    pace.add("preparing", 5000, 2.0)
    assert pace.rate == "2,500 rows/s"
    pace.add("sending", 0, 3.0)
    assert pace.rate == "–"
    pace.add("sending", 100, 5.0)
    assert pace.rate == "50 rows/s"
