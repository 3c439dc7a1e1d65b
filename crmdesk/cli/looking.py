"""`crmdesk look`: what a source holds, before it is used."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crmdesk.cli.context import Invocation, invocation_of
from crmdesk.desk import CancelToken, Desk
from crmdesk.desk.ends.named_in import named_in
from crmdesk.errors import UserError
from crmdesk.model.figures import counted
from crmdesk.model.file_kind import SUFFIXES, is_job_file
from crmdesk.model.job import Job, LocalFile
from crmdesk.model.local import HiddenRows
from crmdesk.model.source_card import ColumnFacts, SourceCard

app = typer.Typer()

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@app.command("look")
def look(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|JOB", help="A file with rows, or the job that reads it.")],
    encoding: Annotated[str, typer.Option(help="Of a text file, as in \\[local].")] = "",
    delimiter: Annotated[str, typer.Option(help="Of a text file, as in \\[local].")] = "",
    sheet: Annotated[str, typer.Option(help="Of a workbook, as in \\[local].")] = "",
    header_row: Annotated[int, typer.Option(min=0, help="Of a workbook or a text file, as in \\[local].")] = 0,
    hidden_rows: Annotated[HiddenRows, typer.Option(help="Of a workbook, as in \\[local].")] = HiddenRows.READ,
) -> None:
    """Show how a source is written, how many rows it has, and what each column holds. Reads all of it."""
    call = invocation_of(context)
    with call.desk() as desk:
        place = str(Path(source).absolute())
        file = LocalFile(place, encoding, delimiter, sheet=sheet, header_row=header_row, hidden_rows=hidden_rows)
        if _is_file(source):
            with named_in(""):
                card = desk.making.source_card(file, CancelToken())
        else:
            card = desk.making.card_of(_writing_job(desk, source), CancelToken())
    call.output.line(
        {
            **{name: value for name, value in asdict(card).items() if name != "columns"},
            "columns": [{**asdict(column), "percent": column.percent} for column in card.columns],
        }
    )
    _say(call, card)


def _is_file(source: str) -> bool:
    is_there = bool(Path(source).suffix) and Path(source).is_file()
    return not is_job_file(source) and (is_there or source.lower().endswith(SUFFIXES))


def _writing_job(desk: Desk, name: str) -> Job:
    job = desk.jobs.load(name).job
    if job.operation.is_reading:
        raise UserError(
            f"The job “{job.name}” reads from a CRM: its rows are not in {job.local.path} yet.",
            hint="`crmdesk preview` shows its first rows; name the file to look at what an earlier run wrote.",
        )
    return job


def _say(call: Invocation, card: SourceCard) -> None:
    lines = [counted(card.rows, "row"), counted(len(card.columns), "column")]
    if card.encoding:
        mark = " with a byte order mark" if card.has_mark else ""
        delimiter = _NAMES.get(card.delimiter, f"“{card.delimiter}”")
        lines += [f"{card.encoding}{mark}", f"delimiter {delimiter}", f"lines end in {card.line_end}"]
    if card.sheet:
        lines.append(f"sheet “{card.sheet}”")
    call.output.say(f"{card.source}: {', '.join(lines)}")
    for column in card.columns:
        for line in _lines(column):
            call.output.say(line)
    for notice in card.notices:
        call.output.say(notice)


def _lines(column: ColumnFacts) -> tuple[str, ...]:
    about = "about " if column.is_estimated else ""
    filled = f"{column.percent:g} % filled"
    if not column.filled:
        return (f"  {column.name}: {filled}",)
    values = f"{about}{column.distinct:,} different"
    longest = f"longest {column.longest:,} character{'' if column.longest == 1 else 's'} (row {column.longest_row})"
    return (
        f"  {column.name}: {column.type}, {filled}, {values}, {longest}",
        f"      from “{column.smallest}” to “{column.largest}”",
        f"      {column.evidence}",
    )
