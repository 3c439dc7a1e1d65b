"""Taking a run back: the card that says what would happen, and the question before it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.fields import CheckField
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.tags import DirectionTag
from crmdesk.gui.kit.typed_number import TypedNumber
from crmdesk.viewmodel.launch import Question
from crmdesk.viewmodel.runs.run import RunModel

_FIELDS_HEIGHT = 132


class TakeBackCard(Card):
    """`wanted` asks to take the run back, `before_wanted` for the file of the values from before."""

    wanted = Signal()
    before_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margins=(16, 10, 12, 10), spacing=6, name="run-take-back-card")
        self._words = label("", "muted", wraps=True, name="run-take-back-words")
        self._take = Button("run-take-back", self.tr("Take back this run…"), self.wanted.emit, icon="undo-2")
        self._before = Button(
            "run-save-before", self.tr("Values before…"), self.before_wanted.emit, icon="download", look="ghost",
            tip=self.tr("What the CRM held just before this run, as CSV"),
        )  # fmt: skip
        head = row(Glyph("undo-2", "text2"), label(self.tr("Take back"), "heading"), 1, self._before, self._take)
        self.body.addLayout(head)
        self.body.addWidget(self._words)

    def show_run(self, model: RunModel) -> None:
        """Show it as it is now; hidden where there is nothing to take back."""
        found = model.taking_back
        self.setVisible(found is not None)
        if found is None:
            return
        self._words.setText(found.why_not or " ".join(found.lines))
        self._take.allow(not (found.why_not or model.is_taking_back), found.why_not)
        self._take.set_text(self.tr("Starting…") if model.is_taking_back else self.tr("Take back this run…"))
        self._before.setVisible(bool(found.kept))
        self._before.allow(not model.papers.doing, model.papers.doing)


async def ask_to_take_back(
    parent: QWidget, question: Question, fields: Sequence[str]
) -> tuple[tuple[str, ...], int] | None:
    """Ask; the fields that get their old values (none: all) and the number typed (0: not wanted), None for no."""
    account = BandAccount.of(question.account, question.identity)
    dialog = Dialog(parent, "take-back-dialog", f"{question.sentence}?", account=account)
    dialog.add(row(DirectionTag(question.operation), 1))
    for note in question.notes:
        dialog.add(label(note, "muted", wraps=True))
    ticks = _field_ticks(dialog, fields)
    caption = _tr("To go on, type the number of records: {0}")
    typed = TypedNumber("take-back-number", _tr("Number of records"), caption, question.rows)
    if question.wants_number:
        dialog.add(typed)
    dialog.add_button(_tr("Cancel"), 0, name="take-back-cancel").setFocus()
    go = dialog.add_button(question.button, 1, look="danger-filled", name="take-back-ok")
    go.setDefault(question.wants_number)  # Enter on a tick is no answer

    def look() -> None:
        is_named = not question.wants_number or typed.is_right
        has_field = not ticks or any(tick.isChecked() for tick in ticks.values())
        why_not = _tr("Type the number of records first") if not is_named else _tr("Choose at least one field")
        go.allow(is_named and has_field, why_not)

    typed.turned.connect(lambda _: look())
    for tick in ticks.values():
        tick.toggled.connect(look)
    look()
    if await dialog.ended() != 1:
        return None
    chosen = tuple(name for name, tick in ticks.items() if tick.isChecked())
    return (() if len(chosen) == len(ticks) else chosen), question.rows if question.wants_number else 0


def _field_ticks(dialog: Dialog, fields: Sequence[str]) -> dict[str, CheckField]:
    """A tick for each field, where there is a choice."""
    if len(fields) < 2:  # noqa: PLR2004 - one is no choice
        return {}
    ticks = {name: CheckField(f"take-back-field-{name.lower().replace('.', '-')}", name) for name in fields}
    for tick in ticks.values():
        tick.setChecked(True)
    words = _tr("Fields that get their old values; with fewer than all, created records stay:")
    area = QScrollArea()
    area.setObjectName("take-back-fields")
    area.setAccessibleName(words)
    area.setWidgetResizable(True)
    area.setMaximumHeight(_FIELDS_HEIGHT)
    area.setWidget(frame(column(*ticks.values(), spacing=4, margins=(4, 4, 4, 4)), "clear"))
    dialog.add(label(words, "small", wraps=True), area)
    return ticks


def _tr(text: str) -> str:
    return QCoreApplication.translate("TakeBack", text)
