"""`crmdesk show`: one run, one row of it, or its log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from crmdesk.cli.arguments import RunName
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.logs import show_log
from crmdesk.cli.output import counts
from crmdesk.cli.words import cause_sentence, outcome_sentence, run_values
from crmdesk.model.figures import counted
from crmdesk.model.reject import CauseCount
from crmdesk.model.run import RunRecord

if TYPE_CHECKING:
    from crmdesk.desk.mending.path import PathStep
    from crmdesk.desk.runs.beginning import Beginning

app = typer.Typer()


@app.command("show")
def show(
    context: typer.Context,
    run: RunName,
    row: Annotated[int, typer.Option(min=0, metavar="N", help="The path of this row through all runs instead.")] = 0,
    log: Annotated[bool, typer.Option("--log", help="What was told, line by line, with a warning a reject.")] = False,  # noqa: FBT002
) -> None:
    """One run: what it did, what became of its rows, what its rejects led to."""
    call = invocation_of(context)
    if row:
        _show_path(call, run, row)
        return
    if log:
        show_log(call, run)
        return
    with call.desk() as desk:
        history = desk.history
        shown = _Shown(
            history.run(run),
            history.beginning_of(run),
            history.variables_of(run),
            [other.run for other in history.runs() if other.start.retry_of == run],
            history.reject_states(run),
            history.causes(run),
        )
    call.output.line(shown.values)
    for sentence in shown.sentences():
        call.output.say(sentence)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of a run; `retries` are the runs that took up its rejects."""

    record: RunRecord
    began: Beginning
    variables: Mapping[str, str]
    retries: Sequence[str]
    states: Mapping[str, int]
    causes: Sequence[CauseCount]

    @property
    def values(self) -> dict[str, object]:
        """The line of JSON, see docs/json.md."""
        record = self.record
        return {
            **run_values(record),
            "source": record.start.source,
            "error": record.error or None,
            "notices": list(record.notices),
            "retried_by": self.retries,
            "rejects": self.states,
            "causes": [{"cause": each.cause, "count": each.rows} for each in self.causes],
            "vars": self.variables,
            "organization_id": record.start.organization_id,
            **asdict(self.began),
            "job_text": record.start.job_text,
        }

    def sentences(self) -> Iterator[str]:
        """What a person reads."""
        record, start, began = self.record, self.record.start, self.began
        yield f"Run {record.run} · {start.job} · {start.operation.value} {start.object} · {start.account}"
        yield f"  {record.started} – {record.ended or '…'}   {record.outcome.value}   {record.api_calls} calls"
        yield f"  {counts(record.tally)}"
        yield f"  started by {began.started_by} as {began.user} · times in {began.zone or 'UTC'}"
        if began.query:
            yield f"  {began.query}"
        yield from (f"  vars.{name} = {value}" for name, value in self.variables.items())
        yield from (f"  {note}" for note in (*record.notices, record.error) if note)
        if start.retry_of:
            yield f"  takes up rejects of run {start.retry_of}"
        yield from (f"  rejects taken up by run {other}" for other in self.retries)
        yield from (f"  {counted(count, 'reject')} {state}" for state, count in self.states.items())
        yield from (cause_sentence(each.rows, each.code, each.field, each.message) for each in self.causes)
        yield outcome_sentence(record.outcome, record.run, record.tally, start, self.states.get("open", 0))


def _show_path(call: Invocation, run: str, row: int) -> None:
    with call.desk() as desk:
        steps = desk.mending.path(run, row)
    for step in steps:
        call.output.line(_values_of(step, row))
        call.output.say(
            f"run {step.run}, attempt {step.attempt}, {step.started[:19]}: {step.outcome} {step.id}".rstrip()
        )
        if (reject := step.reject) is not None:
            call.output.say(f"    {reject.code}: {reject.message}")
            why = f" ({reject.reason})" if reject.reason else ""
            again = f", rejected again as {reject.rejected_again}" if reject.rejected_again else ""
            since = f", run {reject.retried_by}" if reject.retried_by else again
            call.output.say(f"    {reject.state.value}{why}{since}")


def _values_of(step: PathStep, row: int) -> dict[str, object]:
    reject = step.reject
    return {
        "run": step.run,
        "row": row,
        "attempt": step.attempt,
        "started": step.started,
        "outcome": step.outcome,
        "id": step.id or None,
        "code": reject.code if reject else None,
        "message": reject.message if reject else None,
        "state": reject.state.value if reject else None,
        "reason": (reject.reason or None) if reject else None,
        "retried_by": (reject.retried_by or None) if reject else None,
        "rejected_again": (reject.rejected_again or None) if reject else None,
    }
