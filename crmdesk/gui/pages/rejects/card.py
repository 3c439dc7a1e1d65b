"""The card of the chosen cause: what it means, what to do, which values have it, and what can be done for all rows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy

from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.labels import ElidedLabel, label, mono_label
from crmdesk.gui.kit.layout import frame, row
from crmdesk.gui.kit.tags import OutcomePill
from crmdesk.gui.pages.rejects.remedy_bar import RemedyBar
from crmdesk.model.figures import number
from crmdesk.viewmodel.rejects.causes import CORRECTABLE, Group
from crmdesk.viewmodel.rejects.page import RejectsModel

_MOST_CHIPS = 5
_NARROW = 640  # px of the card
_MORE = 120  # px for the chip that holds the rest
_IN_MENU = 30
_LONGEST = 24  # characters of a value on a chip

Values = tuple[tuple[str, int], ...]


class CauseCardView(Card):
    """`value_chosen(value)` narrows the rows to one value, None to all; the other signals ask for what they say.

    `remedy_wanted(letter)` asks for a remedy, `book_wanted(code)` for the error book.
    """

    value_chosen = Signal(object)
    set_wanted = Signal()
    replace_wanted = Signal()
    aside_wanted = Signal()
    remedy_wanted = Signal(str)
    book_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(margins=(16, 10, 16, 12), name="rejects-card")
        self._title = ElidedLabel("", "title", name="rejects-cause-title")
        self._title.setMinimumHeight(26)
        self._pill = OutcomePill("rejected")
        self._stage = label("", "faint", name="rejects-stage")
        self._code = mono_label("", 11, name="rejects-code")
        self._copy = IconButton("rejects-copy", self.tr("Copy details"), "copy", self._copy_details)
        self._book = IconButton(
            "rejects-book",
            self.tr("Look into the error book"),
            "message-square-text",
            self._open_book,
        )
        head = row(self._title, self._pill, self._stage, self._copy, self._book)
        head.setStretch(0, 1)
        self._text = label("", "muted", wraps=True, name="rejects-text")
        self._message = ElidedLabel("", "small", name="rejects-message")
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._values = row()
        self._value_line = frame(self._values)
        self._set = Button("rejects-set", self.tr("Set a value…"), self.set_wanted.emit)
        self._replace = Button("rejects-replace", self.tr("Replace a value…"), self.replace_wanted.emit)
        tip = self.tr("The selected rows, or the ticked ones")
        self._aside = Button("rejects-aside", "", self.aside_wanted.emit, icon="folder", tip=tip)
        self._shown: tuple[Values | None, str | None, int] | None = None
        self._model: RejectsModel | None = None
        self._details = ""
        self._remedies = RemedyBar()
        self._remedies.wanted.connect(self.remedy_wanted)
        for button in (self._set, self._replace, self._aside):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        actions = row(self._remedies, self._set, self._replace, self._aside, 1)
        self.body.addLayout(head)
        said = row(self._code, self._message)
        said.setStretch(1, 1)
        self.body.addWidget(self._text)
        self.body.addLayout(said)
        self.body.addWidget(self._value_line)
        self.body.addLayout(actions)

    def show_cause(self, model: RejectsModel) -> None:
        """Show the chosen cause."""
        self._model, card = model, model.card
        self._details = model.details
        self._title.setText(card.title)
        self._pill.show_outcome("rejected", number(card.rows))
        self._pill.setVisible(model.group is Group.OPEN)
        for words, text in ((self._stage, card.stage), (self._code, card.names)):
            words.setText(text)
            words.setVisible(bool(text))
        self._code.setVisible(bool(card.code) and self.width() >= _NARROW)
        for tool in (self._copy, self._book):
            tool.setVisible(bool(card.code))
        self._text.setText(f"{card.text} {card.advice}".strip())
        self._text.setVisible(bool(self._text.text()))
        self._message.setText(self.tr("It says: {0}").format(card.message) if card.message else "")
        self._message.setVisible(bool(card.message))
        self._show_values(model)
        why_not = model.doing or model.why_not_corrected
        self._remedies.show_remedies(model.remedies, why_not)
        for button in (self._set, self._replace):
            button.allow(not why_not, why_not)
            button.setVisible(model.group in CORRECTABLE)
        ticked = len(model.ticked_rows)
        move = self.tr("Take back") if model.group is Group.SET_ASIDE else self.tr("Set aside")
        dots = "" if model.group is Group.SET_ASIDE else "…"
        told = self.tr("{0} {1} ticked").format(move, number(ticked)) if ticked else move
        self._aside.set_text(told + dots)
        self._aside.setVisible(model.group in (*CORRECTABLE, Group.SET_ASIDE))
        self._aside.allow(not model.doing, model.doing)

    def _open_book(self) -> None:
        if self._model is not None:
            self.book_wanted.emit(self._model.card.code)

    def _show_values(self, model: RejectsModel) -> None:
        values, room = model.values, self.width()
        self._value_line.setVisible(values is None or bool(values))
        if self._shown == (values, model.value, room):
            return
        self._shown = (values, model.value, room)
        self._clear()
        caption = label(model.column, "caption")
        caption.ensurePolished()
        self._values.addWidget(caption)
        if values is None:
            self._values.addWidget(label(self.tr("Counting the values…"), "faint", name="rejects-counting"), 1)
            return
        rows = sum(rows for _, rows in values)
        everything = self._chip("rejects-value-all", self.tr("all"), rows, is_chosen=model.value is None)
        everything.clicked.connect(lambda *_: self.value_chosen.emit(None))
        self._values.addWidget(everything)
        taken = sum(each.sizeHint().width() + self._values.spacing() for each in (caption, everything))
        rest = self._add_chips(values, model.value, self.width() - 32 - taken - _MORE)
        if rest:
            self._values.addWidget(self._more(rest))
        self._values.addStretch(1)

    def _add_chips(self, values: Values, chosen: str | None, room: int) -> list[tuple[str, int]]:
        """A chip for each value there is `room` px for, the chosen one first of all; gives the others."""
        ordered = sorted(values, key=lambda each: each[0] != chosen)
        rest = list(ordered)
        for at, (value, rows) in enumerate(ordered[:_MOST_CHIPS], 1):
            chip = self._chip(f"rejects-value-{at}", value_words(value), rows, is_chosen=value == chosen)
            chip.clicked.connect(lambda *_, value=value: self.value_chosen.emit(value))
            room -= chip.sizeHint().width() + self._values.spacing()
            if room < 0 and at > 1:
                chip.deleteLater()
                break
            self._values.addWidget(chip)
            rest.remove((value, rows))
        return rest

    def _chip(self, name: str, words: str, rows: int, *, is_chosen: bool) -> Button:
        chip = Button(name, f"{words}  {number(rows)}", look="chip")
        chip.setCheckable(True)
        chip.setChecked(is_chosen)
        chip.ensurePolished()  # else it is measured in the font and with the margins of no theme
        return chip

    def _more(self, rest: list[tuple[str, int]]) -> Button:
        words = self.tr("{0} more  {1}").format(number(len(rest)), number(sum(rows for _, rows in rest)))
        menu = QMenu(self)
        for value, rows in rest[:_IN_MENU]:
            action = menu.addAction(f"{value_words(value)}  {number(rows)}".replace("&", "&&"))
            action.triggered.connect(lambda *_, value=value: self.value_chosen.emit(value))
        button = Button("rejects-value-more", words, look="chip", tip=self.tr("Choose another value"))
        button.clicked.connect(lambda *_: menu.popup(button.mapToGlobal(button.rect().bottomLeft())))
        button.destroyed.connect(menu.deleteLater)
        return button

    def _clear(self) -> None:
        while (item := self._values.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has room for other chips."""
        super().resizeEvent(event)
        if self._model is not None and event.size().width() != event.oldSize().width():
            self.show_cause(self._model)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._details)


def value_words(value: str) -> str:
    """A value on a chip: short, and with what nobody would see made visible."""
    if not value:
        return "(empty)"
    seen = value.replace("\t", "⇥").replace("\n", "↵").replace("\u00a0", "⍽")
    body = seen.strip(" ")
    seen = "␣" * (len(seen) - len(seen.lstrip(" "))) + body + "␣" * (len(seen) - len(seen.rstrip(" "))) if body else "␣"
    return seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}…"
