"""`crmdesk corrections`: a corrected file, looked at or taken in; `remedy`: what helps against a cause; `reopen`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmdesk.cli.arguments import RunName
from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.desk.mending.remedies.jobs import Way
from crmdesk.desk.mending.remedies.wish import Wish
from crmdesk.desk.mending.when_mangled import WhenMangled
from crmdesk.errors import UserError
from crmdesk.model.error_book.card import CORRECTING, Remedy
from crmdesk.model.figures import counted
from crmdesk.model.reject import RejectState

if TYPE_CHECKING:
    from crmdesk.desk.mending.remedies.carrying_out import Remedied

app = typer.Typer()

Mangled = Annotated[
    WhenMangled,
    typer.Option("--mangled", help="What to do with values that a spreadsheet has changed by itself."),
]


@app.command("corrections")
def corrections(
    context: typer.Context,
    run: RunName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rejects' CSV file or workbook, corrected.")],
    take_in: Annotated[bool, typer.Option("--take-in", help="Keep what it changes until it is sent.")] = False,  # noqa: FBT002
    mangled: Mangled = WhenMangled.ASK,
) -> None:
    """What a corrected file changes, cell by cell. Nothing is sent; `crmdesk retry RUN` does that."""
    call = invocation_of(context)
    with call.desk() as desk:
        found = desk.mending.take_in(run, file, mangled) if take_in else desk.mending.look_at(run, file)
    for change in found.changes:
        call.output.line(
            {
                "reject": change.reject,
                "row": change.row,
                "column": change.column,
                "original": change.original,
                "corrected": change.corrected,
                "mangled": change.why or None,
            }
        )
        why = f"   ({change.why}: left as it was)" if change.why else ""
        call.output.say(f"row {change.row:>8}  {change.column}: {change.original!r} → {change.corrected!r}{why}")
    call.output.line(
        {
            "run": run,
            "file": str(file),
            "corrected": found.corrected,
            "unchanged": found.unchanged,
            "set_aside": len(found.corrections.set_aside),
            "missing": found.missing,
            "strangers": len(found.corrections.strangers),
            "notices": list(found.notices),
            "taken_in": take_in,
        }
    )
    call.output.say(f"{found.sentence[:1].upper()}{found.sentence[1:]}.")


@app.command("remedy")
def remedy(  # noqa: PLR0913, PLR0917 - one an option
    context: typer.Context,
    run: RunName,
    cause: Annotated[
        int, typer.Argument(metavar="CAUSE", min=1, help="Its number, see `crmdesk rejects RUN --causes`.")
    ],
    letter: Annotated[Remedy, typer.Argument(metavar="LETTER", help="The remedy, A to S.", case_sensitive=False)],
    values: Annotated[
        list[str] | None, typer.Option("--value", metavar="OLD=NEW", help="A, C, G: what a value becomes; repeatable.")
    ] = None,
    text: Annotated[str | None, typer.Option("--set", metavar="TEXT", help="B, C: the value; empty clears.")] = None,
    every: Annotated[bool, typer.Option(help="B: every cell, not only empty ones.")] = False,  # noqa: FBT002
    leave_out: Annotated[bool, typer.Option("--leave-out", help="B: the field is not sent.")] = False,  # noqa: FBT002
    rest: Annotated[str, typer.Option(metavar="COLUMN", help="E: where the rest of a long text goes.")] = "",
    keep: Annotated[str, typer.Option(metavar="WHICH", help="J: first, last or fullest.")] = "",
    form: Annotated[str, typer.Option("--format", metavar="PATTERN", help='M: of dates, like "%d.%m.%Y".')] = "",
    decimal: Annotated[str, typer.Option(metavar="MARK", help="M: the decimal mark of numbers.")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="S, H: why.")] = "",
    rows: Annotated[str, typer.Option(metavar="LIST", help="Only these rows: 3,7-9.")] = "",
    from_now_on: Annotated[bool, typer.Option("--from-now-on", help="Make it a rule of the job.")] = False,  # noqa: FBT002
    job: Annotated[Path | None, typer.Option(metavar="FILE", help="The job file that gets the rule.")] = None,
) -> None:
    """Correct the rejects of a cause. Shows what changes and sends nothing; `crmdesk retry RUN` does that."""
    call = invocation_of(context)
    wish = Wish(_table(values or []), text, every, leave_out, rest, keep, form, decimal, reason)
    with call.desk() as desk:
        done = desk.mending.remedy(run, cause, letter, wish, _numbers(rows))
        rule = desk.mending.make_rule(run, done, job) if from_now_on else ""
    _say_remedied(call, done)
    again = " ".join(["crmdesk", "retry", run, "--cause", str(cause), *_options(done)])
    call.output.line(
        {
            "run": run,
            "cause": cause,
            "remedy": letter.value,
            "changed": len(done.changes),
            "set_aside": len(done.set_aside),
            "waiting": len(done.waiting),
            "retry": again,
            "rule": rule or None,
        }
    )
    if rule:
        call.output.say(f"From now on this is a rule of {rule}.")
    _say_what_next(call, letter, done, f"crmdesk rejects {run} --cause {cause}", again)


@app.command("reopen")
def reopen(
    context: typer.Context,
    run: RunName,
    cause: Annotated[int, typer.Option(metavar="N", min=0, help="Only those of the cause with that number.")] = 0,
    rows: Annotated[str, typer.Option(metavar="LIST", help="Only these rows: 3,7-9.")] = "",
) -> None:
    """Open rejects again that were set aside. Sends nothing."""
    call = invocation_of(context)
    wanted = _numbers(rows)
    with call.desk() as desk:
        aside = [reject.row for reject in desk.mending.rejects(run, cause, (RejectState.IGNORED,))]
        opened = desk.mending.take_back(run, [row for row in aside if not wanted or row in wanted])
    call.output.line({"run": run, "reopened": opened})
    call.output.say(f"{counted(opened, 'reject')} of run {run} {'is' if opened == 1 else 'are'} open again.")


def _say_remedied(call: Invocation, done: Remedied) -> None:
    for row, cells in done.changes.items():
        for column, value in cells.items():
            call.output.line({"row": row, "column": column, "becomes": value})
            call.output.say(f"row {row:>8}  {column} becomes {value!r}")
    for proposal in done.proposals:
        call.output.line({"value": proposal.value, "rows": proposal.rows, "nearest": proposal.nearest or None})
        near = f"   nearest: {proposal.nearest!r}" if proposal.nearest else ""
        call.output.say(f"{proposal.rows:>8} × {proposal.value!r}{near}")
    for row, why in [*done.set_aside.items(), *done.waiting.items()]:
        call.output.line({"row": row, "reason": why})
        call.output.say(f"row {row:>8}  {why}")
    if done.text:
        call.output.line({"text": done.text})
        call.output.say(done.text)


def _say_what_next(call: Invocation, letter: Remedy, done: Remedied, listed: str, again: str) -> None:
    """Say which command sends the rows `again`, or, where nothing has changed, which has `listed` them."""
    is_left = not (done.changes or done.set_aside or done.waiting or done.proposals)
    if letter in CORRECTING and is_left and not done.leaves_out:
        call.output.say(f"Nothing changes: this remedy helps none of them. `{listed}` lists them.")
    elif done.changes or (is_left and not done.text):
        call.output.say(f"Nothing was sent. `{again}` sends them.")


def _options(done: Remedied) -> list[str]:
    """What a retry is told to send these rows as the remedy says."""
    options = [] if done.way is Way.AS_THE_JOB else ["--as", done.way.value]
    return [*options, *(["--without", done.leaves_out] if done.leaves_out else [])]


def _table(pairs: list[str]) -> dict[str, str]:
    table = {}
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not sign:
            raise UserError(f"“{pair}” does not say what becomes of the value.", hint="Write --value OLD=NEW.")
        table[old] = new
    return table


def _numbers(text: str) -> frozenset[int]:
    """Rows written as 3,7-9."""
    rows: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = part.partition("-")
        if not (first.isdecimal() and (not last or last.isdecimal())):
            raise UserError(f"“{text}” is no list of rows.", hint="Write it like 3,7-9.")
        rows.update(range(int(first), int(last or first) + 1))
    return frozenset(rows)
