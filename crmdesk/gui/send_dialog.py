"""The question before rows are sent, with what is still to be chosen: how many first, and by which state of the job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.errors import UserError
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.fields import CheckField, Field, NumberField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.kit.tags import DirectionTag
from crmdesk.gui.kit.typed_number import TypedNumber
from crmdesk.model.figures import counted
from crmdesk.model.job import Direction
from crmdesk.viewmodel.launch import Question, Trial

_SEND = 1

Ask = Callable[[int, bool], Question]
"""The question before so many first rows, 0 for all, and by the job as it is now or as it was."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed to: `first` rows (0: all of them), by the job as it is now, with the number that was typed."""

    first: int = 0
    is_as_now: bool = False
    confirm: int = 0


async def ask_to_send(parent: QWidget, ask: Ask, *, trial: Trial | None = None, now: str = "") -> Agreed | None:
    """Ask; None when it was given up.

    With a `trial` the number of rows is free to be typed. `now` offers to send by the job as it is now, in words.
    """
    dialog = SendDialog(parent, ask, trial, now)
    return dialog.agreed if await dialog.ended() == _SEND else None


class SendDialog(Dialog):
    """Says anew what will happen with each choice.

    Where the number of rows must be typed, a trial asks for no second one: its own must have been typed, not proposed.
    """

    def __init__(self, parent: QWidget, ask: Ask, trial: Trial | None, now: str) -> None:
        self._ask, self._trial = ask, trial
        self._is_typed = False
        question = ask(trial.rows if trial is not None else 0, False)
        title = _tr("Try some rows first") if trial is not None else _tr("Send again")
        account = BandAccount.of(question.account, question.identity)
        super().__init__(parent, "send-dialog", title, account=account)
        self._sentence = label("", "strong", wraps=True, name="send-sentence")
        self._notes = label("", "muted", wraps=True, name="send-notes")
        self.add(row(DirectionTag(question.operation), 1), self._sentence)
        self._first = NumberField("send-first", _tr("Rows to send first"))
        self._first_field = Field(self._first.accessibleName(), self._first)
        self._now = CheckField("send-as-now", now or _tr("As the job is now"))
        self._number = TypedNumber(
            "confirm-number", _tr("Number of rows"), _tr("To go on, type the number of rows: {0}"), question.rows
        )
        self.add(self._first_field, self._now, self._notes, self._number)
        self._first_field.setVisible(trial is not None)
        self._now.setVisible(bool(now))
        self._has_number = trial is None and question.wants_number
        self._number.setVisible(self._has_number)
        self.add_button(_tr("Cancel"), 0, name="confirm-cancel")
        look = "danger-filled" if question.direction is Direction.DELETES else "primary"
        self._go = self.add_button("", _SEND, look=look, name="confirm-ok")
        if trial is not None and not question.wants_number:
            self._first.show_number(trial.rows)
        self._first.textEdited.connect(self._type)
        self._first.textChanged.connect(self._show)
        self._now.toggled.connect(self._show)
        self._number.turned.connect(self._show)
        self._show()
        if trial is not None:
            self._first.setFocus()
            self._first.selectAll()
        else:
            (self._number.control if self._has_number else self._go).setFocus()

    @property
    def agreed(self) -> Agreed:
        """What is agreed to as it stands."""
        question = self._question()
        return Agreed(self._wanted, self._now.isChecked(), question.rows if question.wants_number else 0)

    @property
    def _wanted(self) -> int:
        return int(self._first.text() or 0) if self._trial is not None else 0

    def _question(self) -> Question:
        wanted = self._wanted or (self._trial.rows if self._trial is not None else 0)
        return self._ask(wanted, self._now.isChecked())

    def _type(self) -> None:
        self._is_typed = True
        self._show()

    def _show(self) -> None:
        try:
            question, why_not = self._question(), self._why_not()
        except UserError as error:  # the rows have gone elsewhere meanwhile
            self._go.allow(False, error.message)
            self._notes.setText(error.message)
            return
        self._sentence.setText(f"{question.sentence}?")
        self._notes.setText("\n".join(question.notes))
        self._notes.setVisible(bool(question.notes))
        self._go.set_text(question.button)
        is_told = self._trial is not None and bool(self._first.text())
        self._first_field.set_error(why_not if is_told else "")
        self._go.allow(not why_not, why_not)

    def _why_not(self) -> str:
        trial = self._trial
        if trial is None:
            return _tr("Type the number of rows first") if self._has_number and not self._number.is_right else ""
        if not self._wanted:
            return _tr("Say how many rows are to go first.")
        if trial.most is not None and self._wanted >= trial.most:
            return _tr("There are {0} in all: try fewer.").format(counted(trial.most, _tr("row"), _tr("rows")))
        if self._question().wants_number and not self._is_typed:
            return _tr("Type the number of rows first")
        return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("SendDialog", text)
