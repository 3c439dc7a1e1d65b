"""The line above the mapping: a required field without a line, columns left behind, and what is wrong with an end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import ElidedLabel, Glyph, label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_HEIGHT = 32
_NAMED = 3


class Notice(QFrame):
    """32 px; hidden when there is nothing to say."""

    def __init__(
        self, model: JobEditorModel, add: Callable[[str], object], add_column: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._model = model
        self.setObjectName("job-notice")
        self.setFixedHeight(_HEIGHT)
        self._glyph = Glyph("triangle-alert", "warn")
        self._words = ElidedLabel("", "warn", name="job-notice-words")
        self._more = label("", "small", name="job-notice-more")
        self._add = Button("job-notice-add", self.tr("Add a line"), lambda: add(self._missing()), look="ghost")
        self._left = label("", "small", name="job-left-behind")
        self._columns = Button(
            "job-left-columns", self.tr("Columns left behind"), lambda: add_column(self._first_left()), look="ghost"
        )
        layout = row(self._glyph, self._words, self._more, self._add, self._left, self._columns, margins=(16, 0, 8, 0))
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        errors = [each for place, each in self._model.around.errors.items() if place != "local.path"]
        missing, left = self._model.mapping.missing, self._model.mapping.left_behind
        lines = self._model.job.mapping
        error = f"{errors[0].message} {errors[0].hint}".strip() if errors else ""
        required = ", ".join(field.label for field in missing[:_NAMED]) if lines and not errors else ""
        self._glyph.setVisible(bool(error or required))
        if error:
            self._words.setText(error)
        elif len(missing) > 1 and required:
            self._words.setText(self.tr("{0} are required for a new record and have no line.").format(required))
        elif required:
            self._words.setText(self.tr("{0} is required for a new record and has no line.").format(required))
        else:
            self._words.setText("")
        self._more.hide()
        self._add.setVisible(bool(required))
        has_left = bool(left and lines) and not self._model.is_reading
        self._left.setVisible(has_left)
        self._columns.setVisible(has_left)
        self._left.setText(self.tr("Left behind in the file:"))
        more = self.tr(", {0} more").format(len(left) - _NAMED) if len(left) > _NAMED else ""
        if has_left:
            self._columns.set_text(", ".join(left[:_NAMED]) + more)
            self._columns.setToolTip(plain_tip("\n".join(left)))
        self.setVisible(bool(error or required or has_left))

    def _missing(self) -> str:
        return next((field.name for field in self._model.mapping.missing), "")

    def _first_left(self) -> str:
        return next(iter(self._model.mapping.left_behind), "")
