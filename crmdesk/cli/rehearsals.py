"""`crmdesk rehearse`: a run without the sending, watched and stopped as a run is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from crmdesk.cli.arguments import Texts, texts_of
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.jobs import ForAccount, JobName
from crmdesk.cli.output import counts, finished_values
from crmdesk.cli.stopping import EXIT_STOPPED, LastWord, leave, stop_on_signals
from crmdesk.cli.watching import EXIT_CODES, ProgressLine
from crmdesk.cli.words import cause_sentence, ends
from crmdesk.desk import CancelToken
from crmdesk.errors import Cancelled
from crmdesk.model.field_change import EMPTY, FieldChange
from crmdesk.model.figures import counted
from crmdesk.model.run import RunOutcome, Tally

if TYPE_CHECKING:
    from crmdesk.desk import Desk, Rehearsed
    from crmdesk.desk.jobs.loaded import LoadedJob

app = typer.Typer()

_SHOWN = 3  # transitions of a field


@app.command("rehearse")
def rehearse(context: typer.Context, job: JobName, account: ForAccount = "", texts: Texts = None) -> None:
    """Do everything but the sending, over the whole source, and say what a run would do."""
    call, begun = invocation_of(context), time.monotonic()
    token, last_word = CancelToken(), LastWord()
    stop_on_signals(token, last_word, lambda: _stopped(call, begun))
    try:
        result = _rehearsed(call, lambda desk: desk.jobs.load(job, account or None, texts_of(texts)), token)
    except Cancelled:
        last_word.claim()
        _stopped(call, begun)
        code = EXIT_STOPPED
    else:
        last_word.claim()
        code = _told(call, result, begun)
    last_word.said(code)
    if token.is_cancelled:
        leave(code)
    raise typer.Exit(code)


def _rehearsed(call: Invocation, load: Callable[[Desk], LoadedJob], token: CancelToken) -> Rehearsed:
    from crmdesk.desk import Rehearsed

    result = Rehearsed(Tally(), 0)
    with call.desk() as desk, ProgressLine(call.output) as line:
        loaded = load(desk)
        call.output.say(ends(loaded.job, desk.accounts.get(loaded.job.account)))
        for step in desk.rehearsing.rehearse(loaded, token):
            if isinstance(step, Rehearsed):
                result = step
            else:
                line.show(step)
    return result


def _told(call: Invocation, result: Rehearsed, begun: float) -> int:
    outcome = RunOutcome.REJECTS if result.tally.rejected else RunOutcome.SUCCEEDED
    causes = [
        {"cause": each.cause, "code": each.code, "field": each.field, "message": each.message, "count": each.rows}
        for each in result.causes
    ]
    lookups = [asdict(each) for each in result.lookups]
    call.output.line(
        {
            **_values(outcome, begun, result.tally, result.api_calls),
            "causes": causes,
            "lookups": lookups,
            "run_calls": result.run_calls,
            "run_seconds": round(result.run_seconds, 1),
            "changes": [asdict(each) for each in result.changes],
        }
    )
    call.output.say(f"A run would give: {counts(result.tally)}. Nothing was sent.")
    call.output.say(f"It would take about {counted(result.run_calls, 'call')}.")
    for each in result.causes:
        call.output.say(cause_sentence(each.rows, each.code, each.field, each.message))
    for count in result.lookups:
        call.output.say(f"  {count.sentence}")
    _say_changes(call, result.changes)
    return EXIT_CODES[outcome]


def _say_changes(call: Invocation, changes: Sequence[FieldChange]) -> None:
    """A line for each field that would be another one in records that are there."""
    touched = [each for each in changes if each.touched]
    if changes:
        call.output.say(
            f"In {changes[0].records:,} records that are there{':' if touched else ' nothing would change.'}"
        )
    for each in touched:
        counts = f"changes {each.changes:,} · fills {each.fills:,} · clears {each.clears:,} · same {each.same:,}"
        largest = " · ".join(f"{one.old or EMPTY} → {one.new or EMPTY} {one.rows:,}" for one in each.largest[:_SHOWN])
        call.output.say(f"  {each.label}: {counts}: {largest}")


def _stopped(call: Invocation, begun: float) -> None:
    call.output.line({**_values(RunOutcome.STOPPED, begun, Tally(), 0), "causes": []})
    call.output.say("Stopped. Nothing was sent.")


def _values(outcome: RunOutcome, begun: float, tally: Tally, api_calls: int) -> dict[str, object]:
    return finished_values(
        run=None,
        outcome=outcome,
        tally=tally,
        api_calls=api_calls,
        seconds=time.monotonic() - begun,
        failure=None,
        event="rehearsed",
    )
