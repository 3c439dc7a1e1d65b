"""A sign-in through the browser, step by step, in the terminal: what happens, the link to copy, Ctrl-C to give up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from crmdesk.cli.output import Output
from crmdesk.cli.stopping import EXIT_STOPPED, LastWord, stop_on_signals
from crmdesk.desk import CancelToken
from crmdesk.errors import Cancelled
from crmdesk.model.sign_in import SignInStep, StepState

if TYPE_CHECKING:
    from crmdesk.desk import BrowserSignIn

_GIVEN_UP = "Stopped; nothing was saved."
_MARKS = {StepState.GOING_ON: "…", StepState.DONE: "✓", StepState.FAILED: "✗"}


@contextmanager
def watched(output: Output, *, opens: bool, is_afresh: bool) -> Iterator[BrowserSignIn]:
    """The person's browser, each step told; ends the command with 130 when they give up."""
    from crmdesk.desk import browsing

    token, asked = CancelToken(), False

    def tell(step: SignInStep) -> None:
        nonlocal asked
        if not asked:
            stop_on_signals(token, LastWord(), lambda: output.warn(_GIVEN_UP))
            asked = True
        link = {"link": step.link} if step.link else {}
        output.line({"step": step.step.value, "state": step.state.value, "text": step.text, **link})
        output.say(f"{_MARKS[step.state]} {step.step.value.capitalize():14} {step.text}")
        if step.link:
            output.say(f"  If no page opens, copy this link into a browser (Ctrl-C gives up):\n  {step.link}")

    try:
        yield browsing(tell, token, opens=opens, is_afresh=is_afresh)
    except Cancelled:
        output.warn(_GIVEN_UP)
        raise typer.Exit(EXIT_STOPPED) from None
