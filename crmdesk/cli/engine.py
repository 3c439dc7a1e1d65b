"""`crmdesk engine --stdio`: the engine child of the window, a question a line in and an answer a line out."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from crmdesk.cli.context import invocation_of
from crmdesk.errors import UserError

app = typer.Typer()

_NICENESS = 5
"""The window is waited for by a person, the engine by the window."""


@app.command("engine", hidden=True)
def engine(
    context: typer.Context,
    stdio: Annotated[bool, typer.Option("--stdio", help="Questions on stdin, answers on stdout.")] = False,  # noqa: FBT002
) -> None:
    """Answer questions of the window until there are no more; see crmdesk.desk.window.questions."""
    from crmdesk.desk.window.questions import Questions

    call = invocation_of(context)
    if not stdio:
        raise UserError("The engine answers on standard output.", hint="Start it with --stdio.")
    if sys.platform != "win32":
        os.nice(_NICENESS)
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever else prints something, a library for instance, cannot come between two answers
    questions = Questions(call.home)
    try:
        with open(answers, "wb") as out:  # noqa: PTH123 - a descriptor

            def say(line: bytes) -> None:
                out.write(line + b"\n")
                out.flush()

            for line in sys.stdin.buffer:
                say(questions.reply(line, say))
    except BrokenPipeError:  # the window is gone, and with it whoever wants to know
        return
    finally:
        questions.close()
