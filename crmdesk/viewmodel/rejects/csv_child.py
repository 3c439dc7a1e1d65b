"""Files of many rows, written by the command line in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmdesk.errors import CrmDeskError, error_of

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel

_LOOK_SECONDS = 0.05


async def rows_written(app: AppModel, arguments: Sequence[str]) -> int:
    """Carry out a command that writes a file, and give its number of rows. Raises what the command raised."""
    child = app.children.start(arguments)
    try:
        while True:
            has_ended = child.poll() is not None
            for event in child.events():
                if told := event.get("error"):
                    raise error_of(told["kind"], told["message"], hint=told["hint"], place=told["place"])
                if "rows" in event:
                    return int(event["rows"])
            if has_ended:
                raise CrmDeskError("The file was not written.", hint="Try it again, or choose another place.")
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        child.forget()
