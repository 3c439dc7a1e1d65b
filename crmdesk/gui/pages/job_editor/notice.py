"""The line above the mapping: a required field without a line, columns left behind, and what is wrong with an end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame, QMenu

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import ElidedLabel, Glyph, label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.model.job import Direction
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_HEIGHT = 32
_LEFT = ("job-left-columns", "job-left-columns-2", "job-left-columns-3")
_NAMED = len(_LEFT)
_LONGEST = 24  # letters of a column's name


class Notice(QFrame):
    """32 px; hidden when there is nothing to say."""

    def __init__(
        self, model: JobEditorModel, add: Callable[[str], object], add_column: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._model, self._add_column = model, add_column
        self.setObjectName("job-notice")
        self.setFixedHeight(_HEIGHT)
        self._glyph = Glyph("triangle-alert", "warn")
        self._words = ElidedLabel("", "warn", name="job-notice-words")
        self._add = Button("job-notice-add", self.tr("Add a line"), lambda: add(self._missing()), look="ghost")
        self._left = label(self.tr("Left behind:"), "small", name="job-left-behind")
        self.has_words = False
        self._columns = [
            Button(name, self.tr("No column"), partial(self._take, at), look="ghost") for at, name in enumerate(_LEFT)
        ]
        self._rest = Button("job-left-more", "", self._offer_columns, look="ghost")
        self._choices = QMenu(self)
        self._choices.setObjectName("job-left-choices")
        self._choices.setStyleSheet("QMenu { menu-scrollable: 1; }")  # one line below the other, however many
        self._choices.triggered.connect(lambda action: add_column(action.data()))
        left = row(self._left, *self._columns, self._rest, spacing=0)
        layout = row(self._glyph, self._words, self._add, left, margins=(16, 0, 8, 0))
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
        self._add.setVisible(bool(required))
        has_left = (
            bool(left and lines) and self._model.job.direction is Direction.WRITES
        )  # a delete needs its key alone
        self._left.setVisible(has_left)
        for at, button in enumerate(self._columns):
            button.setVisible(has_left and at < len(left))
            button.set_text(_short(left[at]) if at < len(left) else self.tr("No column"))
            button.setToolTip(plain_tip(left[at]) if at < len(left) else "")
        self._rest.setVisible(has_left and len(left) > _NAMED)
        self._rest.set_text(self.tr("{0} more…").format(len(left) - _NAMED))
        self._rest.setToolTip(plain_tip("\n".join(left[_NAMED:])))
        self.has_words = bool(error or required or has_left)

    def _missing(self) -> str:
        return next((field.name for field in self._model.mapping.missing), "")

    def _take(self, at: int) -> None:
        self._add_column(self._model.mapping.left_behind[at])

    def _offer_columns(self) -> None:
        """Let one of the columns be chosen that are not named."""
        self._choices.clear()
        for name in self._model.mapping.left_behind[_NAMED:]:
            self._choices.addAction(name.replace("&", "&&")).setData(name)
        self._choices.popup(self._rest.mapToGlobal(self._rest.rect().bottomLeft()))


def _short(name: str) -> str:
    whole = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return whole.replace("&", "&&")
