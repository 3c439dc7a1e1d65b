"""The remedies of a cause: the best ones as buttons, and all of them in a menu."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.layout import row
from crmdesk.model.error_book.card import TITLES, Remedy
from crmdesk.viewmodel.rejects.remedies import DOES, title_of

_BUTTONS = 2


class RemedyBar(QWidget):
    """`wanted(letter)` comes when a person chooses one."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._offered: tuple[Remedy, ...] = ()
        self._buttons: list[Button] = []
        tip = self.tr("All that can help here")
        self._all = Button("rejects-remedies-all", self.tr("Remedies…"), self._open_menu, tip=tip)
        self._row = row(self._all)
        self.setLayout(self._row)

    def show_remedies(self, remedies: tuple[Remedy, ...], why_not: str) -> None:
        """Offer these; `why_not` says why none can be chosen now, or is empty."""
        if remedies != self._offered:
            self._offered = remedies
            self._build()
        for button in (*self._buttons, self._all):
            button.allow(not why_not, why_not)
        self.setVisible(bool(remedies))

    def _build(self) -> None:
        for old in self._buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        first = [each for each in self._offered if each is not Remedy.SET_VALUE][:_BUTTONS]
        self._buttons = [self._button(each, is_best=not at) for at, each in enumerate(first)]
        for at, button in enumerate(self._buttons):
            self._row.insertWidget(at, button)

    def _button(self, remedy: Remedy, *, is_best: bool) -> Button:
        name = f"rejects-remedy-{remedy.lower()}"
        button = Button(name, title_of(remedy), look="soft" if is_best else "", tip=DOES[remedy])
        button.clicked.connect(lambda *_: self.wanted.emit(remedy))
        return button

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("rejects-remedies")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for remedy in self._offered:
            action = menu.addAction(TITLES[remedy])
            action.setToolTip(DOES[remedy])
            action.triggered.connect(lambda *_, remedy=remedy: self.wanted.emit(remedy))
        menu.popup(self._all.mapToGlobal(self._all.rect().bottomLeft()))
