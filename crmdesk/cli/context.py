"""What every command is given: the profile, the mouth, and a desk when it asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

import typer

from crmdesk.cli.output import Output
from crmdesk.desk import Desk, OnPoint


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of the program."""

    home: Path
    output: Output
    on_point: OnPoint

    def desk(self) -> Desk:
        """The desk of the profile; close it."""
        ask = (lambda: getpass("Pass phrase of the vault: ")) if self.output.has_person else None
        return Desk.open(self.home, self.on_point, ask=ask)


def invocation_of(context: typer.Context) -> Invocation:
    """The call this command belongs to."""
    found = context.obj
    if not isinstance(found, Invocation):
        raise TypeError(found)
    return found
