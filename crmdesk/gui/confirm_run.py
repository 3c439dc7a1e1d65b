"""The question before a run: the account's band, what will happen, and the number to be typed where it is wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import confirm, confirm_number
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.tags import DirectionTag
from crmdesk.model.job import Direction
from crmdesk.viewmodel.launch import Question


async def confirm_run(
    parent: QWidget, question: Question, look_at: Callable[[str], object] | None = None
) -> int | None:
    """Ask; gives the number of rows that was typed, 0 where a yes is enough, None when it was given up.

    `look_at(run)` goes to a run with rows left of which the question warns.
    """
    account = BandAccount.of(question.account, question.identity)
    is_dangerous = question.direction is Direction.DELETES
    title, notes, button = f"{question.sentence}?", question.notes, question.button
    tags = (DirectionTag(question.operation),)
    links = (_link(question.earlier, look_at),) if question.earlier and look_at is not None else ()
    if not question.wants_number:
        is_agreed = await confirm(
            parent, title, notes, button, account=account, is_dangerous=is_dangerous, tags=tags, links=links
        )
        return 0 if is_agreed else None
    is_agreed = await confirm_number(
        parent, title, notes, button, question.rows, account=account, is_dangerous=is_dangerous, tags=tags, links=links
    )
    return question.rows if is_agreed else None


def _link(run: str, look_at: Callable[[str], object]) -> Button:
    """The way to a run: it leaves the question without doing what was asked."""
    words = QCoreApplication.translate("ConfirmRun", "Look at run {0}").format(run)
    link = Button("confirm-earlier", words, icon="arrow-right", look="small")

    def go() -> None:
        link.window().close()
        look_at(run)

    link.clicked.connect(go)
    return link
