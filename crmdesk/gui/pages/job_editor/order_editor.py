"""The order in which a reading job brings its rows."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import ElideCombo
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.viewmodel.job_editor.order_draft import OrderModel

_DIRECTION = 128  # px


class OrderEditor(TitledCard):
    """Shows and changes an OrderModel: a line a sort key, the first one first.

    Ctrl+Shift+Up and Ctrl+Shift+Down move the line that has the focus.
    """

    def __init__(self, model: OrderModel) -> None:
        self._lines = column()
        self._empty = label("", "faint", wraps=True, name="order-sentence")
        self._rows: list[_KeyRow] = []
        super().__init__("", self._lines, self._empty, 1, spacing=6, margins=(16, 8, 16, 12), name="order-editor")
        self._model = model
        self.heading.setText(self.tr("Order"))
        self.head.addWidget(IconButton("order-add", self.tr("Add a field"), "plus", self._add))
        for keys, step in (("Ctrl+Shift+Up", -1), ("Ctrl+Shift+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._shift, step))
        self._unsubscribe = model.subscribe(self.refresh)
        self.destroyed.connect(lambda *_: self._unsubscribe())
        self.refresh()

    def refresh(self) -> None:
        """Show what the model holds."""
        while len(self._rows) > len(self._model.keys):
            gone = self._rows.pop()
            self._lines.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._rows) < len(self._model.keys):
            made = _KeyRow(self._model, len(self._rows))
            self._rows.append(made)
            self._lines.addWidget(made)
        for each in self._rows:
            each.refresh()
        self._empty.setText(self._model.sentence)
        self._empty.setVisible(not self._model.keys)

    def _add(self) -> None:
        self._focus(self._model.add())

    def _shift(self, step: int) -> None:
        focus = QApplication.focusWidget()
        index = next((each.index for each in self._rows if focus is not None and each.isAncestorOf(focus)), None)
        if index is not None and 0 <= index + step < len(self._rows):
            self._model.move(index, index + step)
            self._focus(index + step)

    def _focus(self, index: int) -> None:
        widget = self.findChild(QWidget, f"order-{index + 1}-field")
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)


class _KeyRow(QWidget):
    """One sort key."""

    def __init__(self, model: OrderModel, index: int) -> None:
        super().__init__()
        self._model, self.index = model, index
        name = f"order-{index + 1}"
        self._field = SearchCombo(f"{name}-field", self.tr("Field to sort by"), placeholder=self.tr("Choose a field"))
        self._field.picked.connect(lambda value: model.set_field(index, value))
        self._direction = ElideCombo(f"{name}-direction", self.tr("Direction"), width=_DIRECTION)
        self._direction.picked.connect(lambda value: model.set_descending(index, value == "desc"))
        remove = IconButton(f"{name}-remove", self.tr("Remove"), "x", lambda: model.remove(index), token="text3")
        number = label(str(index + 1), "faint")
        number.setFixedWidth(12)
        line = row(number, self._field, self._direction, remove)
        line.setStretch(1, 1)
        self.setLayout(line)

    def refresh(self) -> None:
        key = self._model.keys[self.index]
        rising, falling = self._model.directions(self.index)
        self._field.show_choices([(field.name, field.label) for field in self._model.fields], key.field)
        self._direction.show_choices([("asc", rising), ("desc", falling)], "desc" if key.is_descending else "asc")
        self._direction.setEnabled(bool(key.field))
