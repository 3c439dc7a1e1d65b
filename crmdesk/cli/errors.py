"""`crmdesk errors`: rejected records and failed runs over the whole history, filtered, counted, or as a CSV file."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from crmdesk.cli.arguments import CsvInstead
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.cli.days import day_of
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.reject import RejectState
from crmdesk.model.trouble import DayCount, Level, Trouble, Wanted
from crmdesk.model.visible import in_one_line

app = typer.Typer()

_DAYS = 5
_BAR = 40
_JSON_TEXTS = ("fields", "values", "converted", "sent")


@app.command("errors")
def errors(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    since: Annotated[
        str, typer.Option(metavar="DAY", help="On this day or later: 2026-01-31, in UTC; by default five days ago.")
    ] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="On this day or before.")] = "",
    level: Annotated[Level | None, typer.Option(help="Only records that were rejected, or runs that failed.")] = None,
    kind: Annotated[str, typer.Option("--type", metavar="SYMBOL", help="Only those with this errorSymbol.")] = "",
    job: Annotated[str, typer.Option(help="Only runs of this job.")] = "",
    run: Annotated[str, typer.Option(metavar="RUN", help="Only this run, however old it is.")] = "",
    account: Annotated[str, typer.Option(help="Only runs on this account.")] = "",
    object_name: Annotated[str, typer.Option("--object", help="Only runs on this object.")] = "",
    state: Annotated[
        list[RejectState] | None, typer.Option(help="Only rejects in this state; may be repeated.")
    ] = None,
    most: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the newest N.")] = None,
    counts: Annotated[bool, typer.Option("--counts", help="How many rejects a day, job and symbol.")] = False,  # noqa: FBT002 - typer's way
    csv: CsvInstead = None,
    guard: Annotated[bool, typer.Option(help="Disarm text that a spreadsheet would take for a formula.")] = True,  # noqa: FBT002
) -> None:
    """What went wrong: each rejected record and each run that failed, of the last five days unless you say else."""
    call = invocation_of(context)
    begin = day_of(since) if since or run else datetime.now(UTC).date() - timedelta(days=_DAYS)
    wanted = Wanted(begin, day_of(until), level, kind, job, run, account, object_name, tuple(state or ()))
    with call.desk() as desk:
        if counts and state:
            raise UserError("Rejects are counted whatever state they are in.", hint="Leave out --counts or --state.")
        if counts:
            _say_counts(call, desk.reporting.day_counts(wanted))
            return
        found = desk.reporting.troubles(wanted)
        chosen = found if most is None else iter(deque(found, maxlen=most))
        if csv is not None:
            texts = (_texts(trouble) for trouble in chosen)
            rows = desk.reporting.write_table(csv, texts, tuple(_HEADER), is_disarmed=guard)
            call.output.line({"file": str(csv), "rows": rows})
            call.output.say(f"Wrote {counted(rows, 'line')} to {csv}.")
        else:
            for trouble in chosen:
                call.output.line(_values(trouble))
                call.output.say(in_one_line(_sentence(trouble)))


def _values(trouble: Trouble) -> dict[str, object]:
    return {
        "level": trouble.level.value,
        "time": trouble.time,
        "run": trouble.run,
        "job": trouble.job,
        "account": trouble.account,
        "object": trouble.object,
        "row": trouble.row or None,
        "key": trouble.key or None,
        "id": trouble.record or None,
        "stage": trouble.stage or None,
        "state": trouble.state or None,
        "attempt": trouble.attempt,
        "errorSymbol": trouble.symbol,
        "errorCode": trouble.code or None,
        "errorMessage": trouble.message,
        "fields": list(trouble.fields),
        "values": dict(trouble.values),
        "converted": dict(trouble.converted),
        "sent": dict(trouble.sent),
    }


_HEADER = _values(Trouble(Level.JOB, "", "", "", "", "", "", ""))


def _texts(trouble: Trouble) -> Mapping[str, str]:
    """One line of the file: what is no text there is JSON."""
    texts = {}
    for name, value in _values(trouble).items():
        is_json = name in _JSON_TEXTS
        texts[name] = json.dumps(value, ensure_ascii=False) if is_json else "" if value is None else str(value)
    return texts


def _sentence(trouble: Trouble) -> str:
    where = f"run {trouble.run} · {trouble.job}" + (f" · row {trouble.row}" if trouble.row else "")
    return f"{trouble.time[:19]}  {trouble.level.upper():6}  {where} · {trouble.symbol}: {trouble.message}"


def _say_counts(call: Invocation, found: list[DayCount]) -> None:
    most = max((line.rows for line in found), default=1)
    for line in found:
        call.output.line({"day": line.day, "job": line.job, "errorSymbol": line.symbol, "rows": line.rows})
    for text in _chart(found, most):
        call.output.say(text)


def _chart(found: list[DayCount], most: int) -> Iterator[str]:
    """A bar for each day, job and symbol, as long as it has rejects."""
    longest_job = max((len(line.job) for line in found), default=0)
    longest_symbol = max((len(line.symbol) for line in found), default=0)
    for line in found:
        bar = "█" * max(1, round(_BAR * line.rows / most))
        yield f"{line.day}  {line.job:{longest_job}}  {line.symbol:{longest_symbol}}  {line.rows:>9,}  {bar}"
