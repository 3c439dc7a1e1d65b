"""The question before a run: the account's band, what will happen, and the number to be typed where it is wanted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import confirm, confirm_number
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.tags import DirectionTag
from crmdesk.model.job import Direction
from crmdesk.viewmodel.launch import Question


async def confirm_run(parent: QWidget, question: Question) -> int | None:
    """Ask; gives the number of rows that was typed, 0 where a yes is enough, None when it was given up."""
    account = BandAccount.of(question.account, question.identity)
    is_dangerous = question.direction is Direction.DELETES
    title, notes, button = f"{question.sentence}?", question.notes, question.button
    tags = (DirectionTag(question.operation),)
    if not question.wants_number:
        is_agreed = await confirm(parent, title, notes, button, account=account, is_dangerous=is_dangerous, tags=tags)
        return 0 if is_agreed else None
    is_agreed = await confirm_number(
        parent, title, notes, button, question.rows, account=account, is_dangerous=is_dangerous, tags=tags
    )
    return question.rows if is_agreed else None
