"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

RunName = Annotated[str, typer.Argument(metavar="RUN", help="The run's number, see `crmdesk runs`.")]
Yes = Annotated[bool, typer.Option("--yes", help="Answer ordinary questions with yes.")]
ConfirmRows = Annotated[int, typer.Option("--confirm", metavar="N", help="The number of rows, where it must be typed.")]
