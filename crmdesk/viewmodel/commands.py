"""What takes seconds and needs no answer in between: the command line carries it out in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crmdesk.errors import CrmDeskError, error_of

if TYPE_CHECKING:
    from crmdesk.desk.window.run_children import RunChildren
    from crmdesk.viewmodel.app import AppModel

_LOOK_SECONDS = 0.05


async def carried_out(app: AppModel, arguments: Sequence[str]) -> dict[str, Any]:
    """Carry out a command that is no run, and give its last JSON line. Raises what the command raised."""
    return await app.vault.opened_for(lambda: carried_out_by(app.children, arguments, app.vault.phrase))


async def carried_out_by(children: RunChildren, arguments: Sequence[str], phrase: str = "") -> dict[str, Any]:
    """The same on the profile of `children`; `phrase` opens its vault."""
    child = children.start(arguments, phrase)
    last: dict[str, Any] = {}
    try:
        has_ended = False
        while not has_ended:
            await asyncio.sleep(_LOOK_SECONDS)
            has_ended = child.poll() is not None  # looked at first, so that what it said last is not missed
            for event in child.events():
                last = last if "error" in last else event
    finally:
        child.forget()
    if told := last.get("error"):
        raise error_of(told["kind"], told["message"], hint=told["hint"], place=told["place"])
    if not last:
        raise CrmDeskError("It was not done, and nobody said why.", hint="Try it again.")
    return last
