"""Lines of a card with options: words at the left, the control at the right, what is wrong beneath."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.fields import NumberField
from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import column, row

_UNIT = 24  # px


class OptionLine(QWidget):
    """A control with its words before it; `unit` stands behind it, with the room of one where it is empty."""

    def __init__(self, words: str, control: QWidget, unit: str | None = None) -> None:
        super().__init__()
        self._control = control
        self._words = label(words, wraps=True)
        self._words.setBuddy(control)
        self._problem = label("", "error", wraps=True, name=f"{control.objectName()}-problem")
        self._problem.hide()
        unit_label = label(unit, "faint") if unit is not None else None
        if unit_label is not None:
            unit_label.setFixedWidth(_UNIT)
        line = row(self._words, control, unit_label)
        line.setStretch(0, 1)
        self.setLayout(column(line, self._problem, spacing=2))

    def set_error(self, sentence: str) -> None:
        """Write what is wrong beneath it; "" takes it away."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        set_look(self._control, "wrong" if sentence else "")
        self._control.setAccessibleDescription(sentence)


class NumberLine(OptionLine):
    """A number that may be left out."""

    def __init__(
        self, name: str, words: str, put: Callable[[int | None], object], *, unit: str = "", placeholder: str = ""
    ) -> None:
        self.field = NumberField(name, words, placeholder=placeholder)
        super().__init__(words, self.field, unit)
        self.field.picked.connect(put)
