"""`crmdesk runs`, `results`: the history, and what became of the rows of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from crmdesk.cli.arguments import CsvInstead, RunName
from crmdesk.cli.context import invocation_of
from crmdesk.cli.days import day_of
from crmdesk.cli.output import counts
from crmdesk.cli.words import run_values
from crmdesk.model.figures import counted
from crmdesk.model.job import Operation
from crmdesk.model.run import RunOutcome, RunRecord
from crmdesk.model.visible import in_one_line

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class _Which:
    """Runs by job, object, operation, outcome, and the days between which they started; empty or None: whatever."""

    job: str = ""
    object: str = ""
    operation: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None

    def of(self, records: Iterable[RunRecord]) -> list[RunRecord]:
        """Those of the records that are meant, in their order."""
        return [record for record in records if self._means(record)]

    def _means(self, record: RunRecord) -> bool:
        start, day = record.start, date.fromisoformat(record.started[:10])
        wanted = (
            (self.job, start.job),
            (self.object.casefold(), start.object.casefold()),
            (self.operation, start.operation.value),
            (self.outcome, record.outcome.value),
        )
        is_one = all(not want or want == have for want, have in wanted)
        return is_one and (not self.since or day >= self.since) and (not self.until or day <= self.until)


@app.command("runs")
def runs(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    job: Annotated[str, typer.Option(help="Only runs of this job.")] = "",
    object_name: Annotated[str, typer.Option("--object", help="Only runs on this object.")] = "",
    operation: Annotated[Operation | None, typer.Option(help="Only runs of this operation.")] = None,
    outcome: Annotated[RunOutcome | None, typer.Option(help="Only runs that ended so.")] = None,
    since: Annotated[str, typer.Option(metavar="DAY", help="Started on this day or later: 2026-01-31, in UTC.")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Started on this day or before.")] = "",
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,  # noqa: FBT002 - typer's way
    csv: CsvInstead = None,
    guard: Annotated[bool, typer.Option(help="Disarm text that a spreadsheet would take for a formula.")] = True,  # noqa: FBT002
) -> None:
    """The history, oldest first."""
    call = invocation_of(context)
    which = _Which(job, object_name, operation or "", outcome or "", day_of(since), day_of(until))
    with call.desk() as desk:
        found = which.of(desk.history.runs())[:: -1 if newest else 1]
        if csv is not None:
            rows = desk.history.write(csv, [run_values(record) for record in found], is_disarmed=guard)
            call.output.line({"file": str(csv), "runs": rows})
            call.output.say(f"Wrote {counted(rows, 'run')} to {csv}.")
            return
        for record in found:
            call.output.line(run_values(record))
            again = f" (retry of {record.start.retry_of})" if record.start.retry_of else ""
            call.output.say(
                f"{record.run:>4}  {record.started[:19]}  {record.outcome.value:11} {record.start.job}{again}: "
                f"{counts(record.tally)}"
            )


@app.command("results")
def results(
    context: typer.Context,
    run: RunName,
    csv: CsvInstead = None,
    ids_into: Annotated[
        str, typer.Option("--ids-into", metavar="COLUMN", help="Write the ids into this column of the source table.")
    ] = "",
    by: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="A column that tells its rows apart; several together.")
    ] = None,
    with_retries: Annotated[  # noqa: FBT002 - typer's way
        bool, typer.Option("--with-retries", help="Of rejected rows what became of them in the runs that took them up.")
    ] = False,
    guard: Annotated[bool, typer.Option(help="Disarm text that a spreadsheet would take for a formula.")] = False,  # noqa: FBT002
) -> None:
    """Every row of a writing run, in source order: outcome, id, code, message, then the source columns as they were."""
    call = invocation_of(context)
    with call.desk() as desk:
        if ids_into:
            written = desk.results.write_ids_back(run, ids_into, by or ())
            found = {"rows": written.changed, "missing": written.missing}
            call.output.line({"run": run, "column": ids_into, **found})
            call.output.say(f"Wrote {counted(written.changed, 'id')} into the column {ids_into} of the source.")
            if written.missing:
                gone = counted(written.missing, "row of the run is", "rows of the run are")
                call.output.say(f"{gone} not in the table any more; `crmdesk results {run} --csv FILE` has their ids.")
            return
        if csv is not None:
            rows = desk.results.write(run, csv, is_disarmed=guard, with_retries=with_retries)
            call.output.line({"run": run, "file": str(csv), "rows": rows})
            call.output.say(f"Wrote {counted(rows, 'row')} to {csv}.")
            return
        for row in desk.results.rows(run, with_retries=with_retries):
            call.output.line(row)
            told = f"{row['_row']:>8}  {row['_outcome']:10} {row['_id']:18} {row['_code']} {row['_message']}"
            call.output.say(in_one_line(told.rstrip()))
