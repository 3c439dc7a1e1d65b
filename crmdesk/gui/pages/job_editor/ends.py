"""Both ends of a job: the file, and the object of a CRM account, with the arrow between them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from crmdesk.gui.kit.fields import ElideCombo, Field
from crmdesk.gui.kit.labels import set_look
from crmdesk.gui.kit.layout import column, gap, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.job_editor.arrow import Arrow
from crmdesk.gui.pages.job_editor.file_end import FileEnd
from crmdesk.model.job import Action, Direction
from crmdesk.viewmodel.job_editor.field_words import key_words
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.words import action_hint, action_word

_HEIGHT = 76
_LINE = 20  # what a sentence below the fields adds
_ROOMY = 1240  # px of both ends, from which a key leaves room for all that is said of the file
_ROOMY_ENOUGH = 900  # without a key
_SMALL = 950  # px of both ends, below which account, object and key have less room
_WIDTHS, _SMALL_WIDTHS = (160, 156, 144), (124, 128, 120)  # px: of account, object and key
_FILE_SHARE, _CRM_SHARE = 3, 2  # of the width that nobody needs


class CrmEnd(QWidget):
    """Account, object, and what is done there."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self._model = model
        self._account = ElideCombo("job-account", self.tr("CRM account"), width=_WIDTHS[0])
        self._account.picked.connect(model.ends.set_account)
        self._object = SearchCombo("job-object", self.tr("Object"), placeholder=self.tr("Choose an object"))
        self._object.picked.connect(model.ends.set_object)
        self._object.setMinimumWidth(_WIDTHS[1])
        self._action = ElideCombo("job-action", self.tr("Action"), width=96)
        self._action.picked.connect(lambda value: model.ends.set_action(Action(value)))
        self._key = ElideCombo("job-key", self.tr("Key"), width=_WIDTHS[2])
        self._key.picked.connect(model.ends.set_key)
        self._account_field = Field("", self._account)
        self._object_field = Field(self.tr("Object"), self._object)
        self._action_field = Field(self.tr("Action"), self._action)
        self._key_field = Field(self.tr("by key"), self._key)
        layout = row(self._account_field, self._object_field, self._action_field, self._key_field)
        layout.setStretch(1, 1)
        self.setLayout(column(layout, 1))

    def first_control(self) -> QWidget:
        return self._object

    def fit(self, ends: int) -> None:
        """Take no more room than both ends have (px)."""
        account, object_, key = _SMALL_WIDTHS if ends < _SMALL else _WIDTHS
        self._account.setFixedWidth(account)
        self._object.setMinimumWidth(object_)
        self._key.setFixedWidth(key)

    @property
    def has_key(self) -> bool:
        """Whether a key takes its place here."""
        return not self._key_field.isHidden()

    def refresh(self) -> None:
        model, job = self._model, self._model.job
        is_reading = job.direction is Direction.READS
        self._account_field.set_label(self.tr("From CRM account") if is_reading else self.tr("To CRM account"))
        self._account.show_choices([(each.label, each.label) for each in model.ends.accounts], _label(model))
        self._account.show_dot(model.around.identity.environment if model.around.identity is not None else None)
        set_look(self._account, "wrong" if model.trouble("account") else "")
        self._object.show_choices([(each.name, each.label) for each in model.ends.objects], job.object)
        self._object.setEnabled(bool(model.ends.objects))
        set_look(self._object, "wrong" if model.trouble("object") else "")
        export = job.export
        self._action_field.setVisible(job.direction is Direction.WRITES)
        self._key_field.setVisible(export is not None and export.action is not Action.INSERT)
        if export is None:
            return
        actions = (Action.INSERT, Action.UPDATE, Action.UPSERT, Action.UNDELETE)
        self._action.show_choices([(each.value, action_word(each)) for each in actions], export.action.value)
        self._action.setToolTip(action_hint(export.action))
        chosen = model.ends.key
        choices = [(each.name, key_words(each)) for each in model.ends.keys]
        self._key.show_choices(choices, export.key if chosen is None else chosen.name)
        self._key.setEnabled(bool(model.ends.keys))
        self._key_field.set_label(self.tr("by key (unique)") if chosen and chosen.is_unique else self.tr("by key"))


class Ends(QFrame):
    """From is left and to is right, whichever way the job goes."""

    def __init__(
        self,
        model: JobEditorModel,
        take: Callable[[str], object],
        browse: Callable[[], object],
        choose_account: Callable[[], object],
        explain: Callable[[], object],
    ) -> None:
        """`take` is handed the path that was typed, `browse` asks for one, `choose_account` for an account.

        `explain` tells how the file is read.
        """
        super().__init__()
        self.setProperty("look", "card")
        self.setFixedHeight(_HEIGHT)
        self._model = model
        self._file = FileEnd(model, take, browse, choose_account, explain)
        self._crm = CrmEnd(model)
        self._arrow = Arrow()
        self._place = row(
            self._file, column(gap(20), self._arrow, 1, spacing=0), self._crm, spacing=12, margins=(16, 8, 16, 10)
        )
        self._is_reading = False
        self.setLayout(self._place)
        self._share_width()

    def _share_width(self) -> None:
        self._place.setStretchFactor(self._file, _FILE_SHARE)
        self._place.setStretchFactor(self._crm, _CRM_SHARE)

    def first_control(self) -> QWidget:
        """What is filled in first."""
        return self._crm.first_control() if self._is_reading else self._file.first_control()

    def refresh(self) -> None:
        is_reading = self._model.job.direction is Direction.READS
        if is_reading is not self._is_reading:
            self._is_reading = is_reading
            left, right = (self._crm, self._file) if is_reading else (self._file, self._crm)
            self._place.removeWidget(self._file)
            self._place.removeWidget(self._crm)
            self._place.insertWidget(0, left)
            self._place.insertWidget(2, right)
            self._share_width()
            for before, after in pairwise([*_stops(left), *_stops(right)]):
                QWidget.setTabOrder(before, after)
        self._arrow.show_direction(self._model.job.direction)
        self._crm.refresh()
        self._crm.fit(self.width())
        self._file.is_short = self.width() < (_ROOMY if self._crm.has_key else _ROOMY_ENOUGH)
        self._file.refresh()
        self.setFixedHeight(_HEIGHT + _LINE if self._file.is_in_trouble else _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.refresh()


def _stops(part: QWidget) -> list[QWidget]:
    """Where Tab stops in a part, in its order."""
    found, at = [], part.nextInFocusChain()
    while at is not None and at is not part:
        if part.isAncestorOf(at) and at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.focusProxy() is None:
            found.append(at)
        at = at.nextInFocusChain()
    return found


def _label(model: JobEditorModel) -> str:
    return model.ends.account.label if model.ends.account is not None else ""
