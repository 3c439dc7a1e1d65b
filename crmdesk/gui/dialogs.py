"""Dialogs that are opened and awaited: none of them runs a loop of its own, and Esc always leaves without doing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from crmdesk.errors import CrmDeskError, PlanError
from crmdesk.gui.kit.band import Band, BandAccount
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import Item, column, row
from crmdesk.gui.kit.typed_number import TypedNumber
from crmdesk.viewmodel.error_details import error_details
from crmdesk.viewmodel.window_words import for_the_window

WIDTH = 432
_PROBLEMS_SHOWN = 8


class Dialog(QDialog):
    """A title, what is said, and buttons; under the band of the account that it is about.

    Each button ends it with a number: 0 is leaving. `await dialog.ended()` opens it and gives that number.
    """

    def __init__(self, parent: QWidget | None, name: str, title: str, *, account: BandAccount | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        band = Band()
        wide = QSpacerItem(WIDTH, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.body: QVBoxLayout = column(wide, label(title, "title", wraps=True), spacing=8, margins=(24, 12, 24, 8))
        self._buttons: QHBoxLayout = row(1, margins=(24, 8, 24, 20))
        layout = column(band, self.body, self._buttons, spacing=0)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self.setLayout(layout)
        band.show_account(account)

    def add(self, *items: Item) -> None:
        """Put more into the body."""
        for item in items:
            if isinstance(item, QWidget):
                self.body.addWidget(item)
            elif isinstance(item, QLayout):
                self.body.addLayout(item)

    def add_button(self, text: str, result: int, *, look: str = "", name: str = "") -> Button:
        """Add a button at the right, with which the dialog ends; the last one answers to Enter."""
        button = Button(name or f"{self.objectName()}-{result}", text, lambda: self.done(result), look=look)
        button.setAutoDefault(False)
        if look:
            button.setDefault(True)
        self._buttons.addWidget(button)
        return button

    async def ended(self) -> int:
        """Open it, and give the number with which it ended."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.finished.connect(lambda result: None if answer.done() else answer.set_result(result))
        self.resize(self.sizeHint())  # left alone, Qt allows a dialog two thirds of the screen and squeezes the rest
        self.open()
        try:
            return await answer
        finally:
            self.close()
            self.deleteLater()


SIGN_IN = 2
"""How a dialog about an error ends when the account shall be signed in again."""


def error_dialog(
    parent: QWidget | None, error: CrmDeskError, doing: str = "", about: str = "", *, can_sign_in: bool = False
) -> Dialog:
    """What happened and what to do; all problems of a job where there are several.

    What can be copied names what was being done, and `about` the account that this was about. With `can_sign_in` the
    dialog can end with SIGN_IN.
    """
    problems = error.problems if isinstance(error, PlanError) else ()
    title = _tr("{0} things are wrong with this job").format(len(problems)) if len(problems) > 1 else error.message
    dialog = Dialog(parent, "message-dialog", title)
    if len(problems) > 1:
        for problem in problems[:_PROBLEMS_SHOWN]:
            dialog.add(label(f"• {problem.message} {problem.hint}".rstrip(), wraps=True))
    elif hint := for_the_window(error.hint):
        dialog.add(label(hint, "muted", wraps=True, name="message-hint"))
    details = error_details(error, doing, about)
    copy = Button(
        "message-copy",
        _tr("Copy details"),
        lambda: QGuiApplication.clipboard().setText(details),
        icon="copy",
        look="small",
    )
    dialog.add(row(copy, 1))
    close = dialog.add_button(_tr("Close"), 0, look="" if can_sign_in else "primary", name="message-close")
    again = dialog.add_button(_tr("Sign in again…"), SIGN_IN, look="primary", name="message-sign-in")
    again.setVisible(can_sign_in)
    again.setDefault(can_sign_in)
    (again if can_sign_in else close).setFocus()
    return dialog


async def show_error(
    parent: QWidget | None, error: CrmDeskError, doing: str = "", about: str = "", *, can_sign_in: bool = False
) -> bool:
    """Say what happened and what to do next, see `error_dialog`; True when the account shall be signed in again."""
    return await error_dialog(parent, error, doing, about, can_sign_in=can_sign_in).ended() == SIGN_IN


async def confirm(  # noqa: PLR0913 - what a question has
    parent: QWidget,
    title: str,
    notes: Sequence[str],
    button: str,
    *,
    account: BandAccount | None = None,
    is_dangerous: bool = False,
    tags: Sequence[QWidget] = (),
    links: Sequence[QWidget] = (),
) -> bool:
    """Ask before something happens. `button` says what: verb, number, object; Enter means it unless it is dangerous.

    `tags` stand below the title, `links` to elsewhere below the notes.
    """
    dialog = _question(parent, title, notes, account, tags, links)
    cancel = dialog.add_button(_tr("Cancel"), 0, name="confirm-cancel")
    ok = dialog.add_button(button, 1, look="danger-filled" if is_dangerous else "primary", name="confirm-ok")
    (cancel if is_dangerous else ok).setFocus()
    return await dialog.ended() == 1


async def confirm_number(  # noqa: PLR0913 - as confirm
    parent: QWidget,
    title: str,
    notes: Sequence[str],
    button: str,
    rows: int,
    *,
    account: BandAccount | None = None,
    is_dangerous: bool = False,
    tags: Sequence[QWidget] = (),
    links: Sequence[QWidget] = (),
) -> bool:
    """Ask for the number of rows to be typed: what differs between the right run and the wrong one."""
    dialog = _question(parent, title, notes, account, tags, links)
    caption = _tr("To go on, type the number of rows: {0}")
    typed = TypedNumber("confirm-number", _tr("Number of rows"), caption, rows)
    dialog.add(typed)
    dialog.add_button(_tr("Cancel"), 0, name="confirm-cancel")
    go = dialog.add_button(button, 1, look="danger-filled" if is_dangerous else "primary", name="confirm-ok")
    why_not = _tr("Type the number of rows first")
    go.allow(False, why_not)
    typed.turned.connect(lambda is_right: go.allow(is_right, why_not))
    typed.control.setFocus()
    return await dialog.ended() == 1 and typed.is_right


async def ask_text(parent: QWidget, title: str, label_text: str, value: str, button: str) -> str:
    """Ask for a line of text; "" when it was left."""
    dialog = Dialog(parent, "text-dialog", title)
    field = TextField("text-value", label_text)
    field.show_text(value)
    field.selectAll()
    dialog.add(Field(label_text, field))
    dialog.add_button(_tr("Cancel"), 0, name="text-cancel")
    go = dialog.add_button(button, 1, look="primary", name="text-ok")
    go.allow(bool(value.strip()))
    field.textChanged.connect(lambda text: go.allow(bool(text.strip())))
    field.setFocus()
    return field.text().strip() if await dialog.ended() == 1 else ""


def _question(
    parent: QWidget,
    title: str,
    notes: Sequence[str],
    account: BandAccount | None,
    tags: Sequence[QWidget],
    links: Sequence[QWidget],
) -> Dialog:
    dialog = Dialog(parent, "confirm-dialog", title, account=account)
    if tags:
        dialog.add(row(*tags, 1))
    for note in notes:
        words = label(note, "muted", wraps=True)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        dialog.add(words)
    if links:
        dialog.add(row(*links, 1))
    return dialog


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dialogs", text)
