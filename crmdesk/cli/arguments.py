"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmdesk.errors import UserError

RunName = Annotated[str, typer.Argument(metavar="RUN", help="The run's number, see `crmdesk runs`.")]
Yes = Annotated[bool, typer.Option("--yes", help="Answer ordinary questions with yes.")]
Texts = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=TEXT", help="What a variable of the job holds this time; may be given again."),
]
_NO_TEXT = (".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".jsonl", ".ndjson", ".toml")


def _csv(place: Path | None) -> Path | None:
    if place is not None and place.suffix.lower() in _NO_TEXT:
        raise typer.BadParameter(f"“{place.name}” is no name for a CSV file; no spreadsheet would open it.")
    return place


def _workbook(place: Path | None) -> Path | None:
    if place is not None and place.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"“{place.name}” does not end in .xlsx; no spreadsheet would open it.")
    return place


def csv_option(text: str) -> typer.models.OptionInfo:
    """The option `--csv FILE`, with a help text."""
    found: typer.models.OptionInfo = typer.Option("--csv", metavar="FILE", help=text, callback=_csv)
    return found


def workbook_option(text: str) -> typer.models.OptionInfo:
    """The option `--workbook FILE`, with a help text."""
    found: typer.models.OptionInfo = typer.Option("--workbook", metavar="FILE", help=text, callback=_workbook)
    return found


CsvInstead = Annotated[Path | None, csv_option("Write a CSV file instead.")]
ConfirmRows = Annotated[int, typer.Option("--confirm", metavar="N", help="The number of rows, where it must be typed.")]


def texts_of(given: list[str] | None) -> dict[str, str]:
    """Variables and their texts, as `--set` names them; raises UserError for another form."""
    texts = {}
    for each in given or ():
        name, sign, text = each.partition("=")
        if not (sign and name.strip()):
            raise UserError(f"“{each}” sets no variable.", hint="Write --set NAME=TEXT.", place="--set")
        texts[name.strip()] = text
    return texts
