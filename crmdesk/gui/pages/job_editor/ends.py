"""Both ends of a job: the file, and the object of a CRM account, with the arrow between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QWidget

from crmdesk.desk.answers import FileLook
from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import ElidedLabel, set_look
from crmdesk.gui.kit.layout import column, gap, row
from crmdesk.gui.kit.search_combo import SearchCombo
from crmdesk.gui.pages.job_editor.arrow import Arrow
from crmdesk.model.figures import counted
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import Action, Direction
from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.local_run import LocalRun
from crmdesk.model.read_options import Take
from crmdesk.viewmodel.figures import size
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.reading.target import EndKind, mode_words
from crmdesk.viewmodel.job_editor.words import action_hint, action_word

_HEIGHT = 76
_LINE = 20  # what a sentence below the fields adds
_KINDS = {FileKind.XLSX: "Workbook", FileKind.PARQUET: "Parquet", FileKind.JSON_LINES: "JSON Lines"}
_WRITTEN = {
    EndKind.CSV: "UTF-8 · comma",
    EndKind.TSV: "UTF-8 · tab",
    EndKind.XLSX: "Workbook",
    EndKind.PARQUET: "Parquet",
    EndKind.JSON_LINES: "JSON Lines",
    EndKind.SQLITE: "SQLite",
    EndKind.POSTGRESQL: "PostgreSQL",
}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret", "`": "backtick"}


class PathField(TextField):
    """The name of the file; the whole path while it is typed in."""

    def __init__(self, name: str, label_text: str, *, placeholder: str) -> None:
        super().__init__(name, label_text, placeholder=placeholder)
        self._path = ""

    def show_path(self, path: str) -> None:
        self._path = path
        self.setToolTip(path)
        self.show_text(path if self.hasFocus() else PurePath(path).name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.show_text(self._path)
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_text(PurePath(self._path).name)


class FileEnd(QWidget):
    """The local file: its path, and how it is written."""

    def __init__(
        self,
        model: JobEditorModel,
        take: Callable[[str], object],
        browse: Callable[[], object],
        explain: Callable[[], object],
    ) -> None:
        super().__init__()
        self._model = model
        self._path = PathField(
            "job-file", self.tr("File"), placeholder=self.tr("Drop a file here, or type its path or address")
        )
        self._path.editingFinished.connect(lambda: take(self._path.text()))
        browse_button = IconButton("job-file-browse", self.tr("Choose a file…"), "folder-open", browse)
        self._reading = Button("job-reading", "", explain, icon="file-text", tip=self.tr("How it is read"))
        place = QWidget()
        place.setLayout(row(self._path, browse_button, spacing=4))
        self._path_field = Field("", place)
        self._path_field.caption.setBuddy(self._path)
        self._peek = Field("", self._reading)
        self._mode = ElideCombo("job-mode", self.tr("What is there already"), width=128)
        self._mode.picked.connect(lambda value: model.target.set_mode(Mode(value)))
        self._mode_field = Field(self._mode.accessibleName(), self._mode)
        self._trouble = ElidedLabel("", "error", name="job-file-trouble")
        self._trouble.hide()
        layout = row(self._path_field, self._mode_field, self._peek)
        layout.setStretch(0, 1)
        self.setLayout(column(layout, self._trouble, 1, spacing=4))

    def first_control(self) -> QWidget:
        return self._path

    def refresh(self) -> None:
        job, look = self._model.job, self._model.around.look
        is_reading = job.direction is Direction.READS
        self._path_field.set_label(self._path_words(is_reading=is_reading))
        self._mode_field.setVisible(is_reading)
        self._reading.setMinimumWidth(144 if is_reading else 200)
        self._path.show_path(job.local.path)
        self._show_trouble(self._model.trouble("local.path"))
        self._peek.setVisible(bool(job.local.path))
        if is_reading:
            self._peek.set_label(self.tr("How it is written"))
            self._reading.set_text(_WRITTEN[self._model.target.kind])
            self._mode.show_choices([(mode, mode_words(mode)[0]) for mode in Mode], job.local.mode)
            self._mode.setToolTip(mode_words(job.local.mode)[1])
        elif look is None:
            self._peek.set_label(self._model.around.asking)
            self._reading.set_text(self.tr("How it is read"))
        else:
            self._peek.set_label(self._counted(look.size))
            columns = counted(len(look.columns), self.tr("column"), self.tr("columns"))
            self._reading.set_text(f"{self._kind_words(look)} · {columns}")
            self._reading.setToolTip("\n".join((self.tr("How it is read"), *look.notices)))

    def _path_words(self, *, is_reading: bool) -> str:
        if self._model.target.is_table:
            return self.tr("To table") if is_reading else self.tr("From table")
        return self.tr("To file") if is_reading else self.tr("From file")

    def _kind_words(self, look: FileLook) -> str:
        local = self._model.job.local
        if isinstance(local, LocalRun):
            return self.tr("Rejects") if local.take is Take.REJECTS else self.tr("Results")
        if isinstance(local, LocalTable):
            return self.tr("Query") if local.query else _WRITTEN[self._model.target.kind]
        delimiter = _DELIMITERS.get(look.delimiter, look.delimiter)
        return _KINDS.get(kind_of(local.path)) or f"{look.encoding.upper()} · {delimiter}"

    def _show_trouble(self, sentence: str) -> None:
        """Say what is wrong with the file at the field itself."""
        set_look(self._path, "wrong" if sentence else "")
        self._path.setAccessibleDescription(sentence)
        self._trouble.setText(sentence)
        self._trouble.setVisible(bool(sentence))

    @property
    def is_in_trouble(self) -> bool:
        return not self._trouble.isHidden()

    def _counted(self, octets: int) -> str:
        rows = self._model.around.count
        known = [counted(rows, self.tr("row"), self.tr("rows"))] if rows is not None else []
        return " · ".join([*known, *([size(octets)] if octets else [])]) or self.tr("How it is read")


class CrmEnd(QWidget):
    """Account, object, and what is done there."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self._model = model
        self._account = ElideCombo("job-account", self.tr("CRM account"), width=168)
        self._account.picked.connect(model.ends.set_account)
        self._object = SearchCombo("job-object", self.tr("Object"), placeholder=self.tr("Choose an object"))
        self._object.picked.connect(model.ends.set_object)
        self._object.setMinimumWidth(136)
        self._action = ElideCombo("job-action", self.tr("Action"), width=96)
        self._action.picked.connect(lambda value: model.ends.set_action(Action(value)))
        self._key = ElideCombo("job-key", self.tr("Key"), width=144)
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
        actions = (Action.INSERT, Action.UPDATE, Action.UPSERT)
        self._action.show_choices([(each.value, action_word(each)) for each in actions], export.action.value)
        self._action.setToolTip(action_hint(export.action))
        self._key.show_choices([(each.name, each.name) for each in model.ends.keys], export.key)
        self._key.setEnabled(bool(model.ends.keys))
        chosen = next((each for each in model.ends.keys if each.name == export.key), None)
        self._key_field.set_label(self.tr("by key (unique)") if chosen and chosen.is_unique else self.tr("by key"))


class Ends(QFrame):
    """From is left and to is right, whichever way the job goes."""

    def __init__(
        self,
        model: JobEditorModel,
        take: Callable[[str], object],
        browse: Callable[[], object],
        explain: Callable[[], object],
    ) -> None:
        """`take` is handed the path that was typed, `browse` asks for one, `explain` tells how the file is read."""
        super().__init__()
        self.setProperty("look", "card")
        self.setFixedHeight(_HEIGHT)
        self._model = model
        self._file = FileEnd(model, take, browse, explain)
        self._crm = CrmEnd(model)
        self._arrow = Arrow()
        self._place = row(
            self._file, column(gap(20), self._arrow, 1, spacing=0), self._crm, spacing=12, margins=(16, 8, 16, 10)
        )
        self._is_reading = False
        self.setLayout(self._place)
        self._place.setStretch(0, 1)
        self._place.setStretch(2, 1)

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
            self._place.insertWidget(0, left, 1)
            self._place.insertWidget(2, right, 1)
            QWidget.setTabOrder(left, right)
        self._arrow.show_direction(self._model.job.direction)
        self._file.refresh()
        self._crm.refresh()
        self.setFixedHeight(_HEIGHT + _LINE if self._file.is_in_trouble else _HEIGHT)


def _label(model: JobEditorModel) -> str:
    return model.ends.account.label if model.ends.account is not None else ""
