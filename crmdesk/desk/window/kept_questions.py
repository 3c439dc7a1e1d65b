"""Questions of the window about what runs leave behind: how long it is kept, the room it takes, and the clean-up."""

from __future__ import annotations

from typing import assert_never

import msgspec

from crmdesk.desk.desk import Desk
from crmdesk.desk.window.answers import KeptRoom
from crmdesk.model.retention import Kept


class Room(msgspec.Struct, frozen=True, tag_field="ask", tag="kept"):
    """What is kept how long, and what would go now."""

    id: int


class Keep(msgspec.Struct, frozen=True, tag_field="ask", tag="keep"):
    """Keep a kind for so many days from now on; None: for ever."""

    id: int
    kind: Kept
    days: int | None


class Clean(msgspec.Struct, frozen=True, tag_field="ask", tag="clean"):
    """Take away now what is too old."""

    id: int


KeptQuestion = Room | Keep | Clean


def answer_about_kept(desk: Desk, question: KeptQuestion) -> object:
    """The answer; raises StoreError."""
    match question:
        case Room():
            return KeptRoom(desk.retention.list(), desk.retention.database_size())
        case Keep(kind=kind, days=days):
            desk.retention.keep(kind, days)
            return None
        case Clean():
            return tuple(desk.retention.clean())
        case _:
            assert_never(question)
