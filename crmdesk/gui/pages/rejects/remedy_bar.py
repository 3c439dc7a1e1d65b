"""The remedies of a cause: the best ones as buttons, as far as there is room, and all of them in a menu."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
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
        self._row = row(self._all, 1)
        self.setLayout(self._row)

    def sizeHint(self) -> QSize:
        """Room for all buttons, also while some have none."""
        all_of_it = (*self._buttons, self._all)
        width = sum(each.sizeHint().width() for each in all_of_it) + self._row.spacing() * len(self._buttons)
        return QSize(width, self._all.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self._all.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

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
        self.updateGeometry()
        self._make_room()

    def _make_room(self) -> None:
        """No button is cut: those without room are in the menu."""
        room = self.width() - self._all.sizeHint().width()
        for button in self._buttons:
            room -= button.sizeHint().width() + self._row.spacing()
            button.setVisible(room >= 0)

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
