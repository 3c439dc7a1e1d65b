"""A choice from a long list: open it, or type part of a name and choose among what has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QSizePolicy

from crmdesk.gui.kit.tips import plain_tip

Choices = Sequence[tuple[str, str]]

_SEARCHED = Qt.ItemDataRole.UserRole + 1
_AROUND, _WIDEST = 32, 640  # px
_FLAGS = Qt.ItemDataRole.UserRole - 1
"""Where Qt's list keeps what can be done with an item."""


class SearchCombo(QComboBox):
    """A list that is searched by typing, in the words and in the values.

    `picked(value)` comes when a person has chosen. With `takes_any`, what is typed and not in the list is `picked` as
    it stands; without, the choice from before comes back.
    """

    picked = Signal(str)

    def __init__(self, name: str, label_text: str, *, placeholder: str = "", takes_any: bool = False) -> None:
        super().__init__()
        self._takes_any = takes_any
        self._value = ""
        self.setObjectName(name)
        self.setAccessibleName(label_text)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        self._prepare_line(placeholder)
        self._prepare_search()
        self.activated.connect(lambda index: self._pick(cast("str", self.itemData(index))))

    def _prepare_line(self, placeholder: str) -> None:
        line = self.line
        line.setObjectName(f"{self.objectName()}-text")
        line.setAccessibleName(self.accessibleName())
        line.setPlaceholderText(placeholder)
        line.setFrame(False)
        line.editingFinished.connect(self._take_typed)

    def _prepare_search(self) -> None:
        completer = _Finder(self.model(), self)
        completer.setCompletionRole(_SEARCHED)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(12)
        self.setCompleter(completer)

    @property
    def line(self) -> QLineEdit:
        """Where one types."""
        return cast("QLineEdit", self.lineEdit())

    def value(self) -> str:
        """The chosen value, "" when there is none."""
        return self._value

    def show_choices(self, choices: Choices, value: str, closed: Choices = ()) -> None:
        """Offer pairs of value and words, with `value` chosen; nothing is `picked`.

        Those that are `closed` stand below, greyed: their words say why they cannot be chosen. Whoever types while
        other choices come goes on typing, now among those.
        """
        typed = self.line.text() if self.line.hasFocus() and self.line.isModified() else ""
        shown = [(cast("str", self.itemData(at)), self.itemText(at)) for at in range(self.count())]
        is_other = shown != [*choices, *closed]
        if is_other:
            self.clear()
            for at, (each, words) in enumerate((*choices, *closed)):
                self.addItem(words, each)
                self.setItemData(at, _searched(each, words), _SEARCHED)
            for at in range(len(choices), self.count()):
                self.setItemData(at, plain_tip(self.itemText(at)), Qt.ItemDataRole.ToolTipRole)
                self.setItemData(at, Qt.ItemFlag.ItemIsSelectable.value, _FLAGS)  # without it no search finds them
            self._make_room([words for _, words in closed])
        is_typing = typed != "" and value == self._value
        if is_other or value != self._value or not self.line.hasFocus():
            self._show(value)
        if is_other and is_typing:
            self._go_on_typing(typed)

    def _go_on_typing(self, typed: str) -> None:
        self.line.setText(typed)
        self.line.setModified(True)
        completer = self.completer()
        if completer is not None:
            completer.setCompletionPrefix(typed)
            completer.complete()

    def _make_room(self, sentences: Sequence[str]) -> None:
        """Let the lists be as wide as the reasons that stand in them."""
        widest = max(map(self.fontMetrics().horizontalAdvance, sentences), default=0)
        completer = self.completer()
        for view in (self.view(), completer.popup() if completer is not None else None):
            if view is not None:
                view.setMinimumWidth(min(widest + _AROUND, _WIDEST) if widest else 0)

    def _show(self, value: str) -> None:
        self._value = value
        index = self.findData(value)
        self.setCurrentIndex(index)
        text = self.itemText(index) if index >= 0 else value
        if self.line.text() != text:
            self.line.setText(text)
        self.line.setModified(False)
        self.line.setCursorPosition(0)
        self.setToolTip(plain_tip(text))

    def _pick(self, value: str) -> None:
        at = self.findData(value)
        if at >= 0 and not self._is_open(at):
            self._show(self._value)
            return
        is_other = value != self._value
        self._show(value)
        if is_other:
            self.picked.emit(value)

    def _take_typed(self) -> None:
        """Enter, or the focus goes on: what stands there is a choice, or is put back."""
        if self._is_choosing():
            return
        typed = self.line.text().strip()
        if typed == self.itemText(self.findData(self._value)):
            return
        wanted = typed.casefold()
        for at in range(self.count()):
            value = cast("str", self.itemData(at))
            if self._is_open(at) and wanted in (self.itemText(at).casefold(), value.casefold()):
                self._pick(value)
                return
        found = [] if self._takes_any else self._found(typed)
        if len(found) == 1 or (found and self.line.hasFocus()):  # Enter takes the first of those that are shown
            self._pick(found[0])
            return
        self._pick(typed if self._takes_any else self._value)

    def _found(self, typed: str) -> list[str]:
        """The values that have what is typed, in themselves or in their words; none for nothing typed."""
        wanted = typed.casefold()
        at_all = (at for at in range(self.count() if wanted else 0) if self._is_open(at))
        return [
            cast("str", self.itemData(at)) for at in at_all if wanted in str(self.itemData(at, _SEARCHED)).casefold()
        ]

    def _is_open(self, at: int) -> bool:
        """Whether a choice may be taken."""
        return bool(self.model().index(at, 0).flags() & Qt.ItemFlag.ItemIsEnabled)

    def _is_choosing(self) -> bool:
        """Whether the list of what was found is open at one of its lines: Enter is for that, and comes here first."""
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        return popup is not None and popup.isVisible() and popup.currentIndex().isValid()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.line.selectAll()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling over a page never changes a choice by the way."""
        event.ignore()


class _Finder(QCompleter):
    """Finds in words and values, and writes the words."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return cast("str", index.data())


def _searched(value: str, words: str) -> str:
    """What a choice is found by: its words, and its value where that is another."""
    return words if value.casefold() == words.casefold() else f"{words} · {value}"
