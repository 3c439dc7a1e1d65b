"""The local end of a job: its path or address, what becomes of what is there, and how it is read or written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from crmdesk.desk.window.answers import FileLook
from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import ElidedLabel, set_look
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.model.figures import counted
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import Direction, Local
from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.read_options import Take
from crmdesk.viewmodel.figures import size
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.problem_lines import notices_of
from crmdesk.viewmodel.job_editor.reading.target import EndKind, mode_words

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
    """A short name of what is there; the whole path while it is typed in."""

    def __init__(self, name: str, label_text: str, *, placeholder: str) -> None:
        super().__init__(name, label_text, placeholder=placeholder)
        self._path = self._name = ""

    def show_path(self, path: str, name: str) -> None:
        """Show the path; what somebody is typing stays as long as no other path has come."""
        is_other = path != self._path
        self._path, self._name = path, name
        self.setToolTip(plain_tip(path))
        if not self.hasFocus():
            self.show_text(name)
        elif is_other and self.text() != path:
            self.setText(path)  # with the cursor at its end: the name is what tells files apart

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.show_text(self._path)
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_text(self._name)


class FileEnd(QWidget):
    """The local file: its path, and how it is written."""

    def __init__(
        self,
        model: JobEditorModel,
        take: Callable[[str], object],
        browse: Callable[[], object],
        choose_account: Callable[[], object],
        explain: Callable[[], object],
    ) -> None:
        super().__init__()
        self._model = model
        self.is_short = False  # whether the name of the file needs the room of what is said of it
        self._path = PathField(
            "job-file", self.tr("File"), placeholder=self.tr("Drop a file here, or type its path or address")
        )
        self._path.editingFinished.connect(lambda: take(self._path.text()))
        browse_button = IconButton("job-file-browse", self.tr("Choose a file…"), "folder-open", browse)
        self._choose_account = IconButton(
            "job-source-account", self.tr("Another CRM account…"), "cloud", choose_account
        )
        self._reading = Button("job-reading", "", explain, icon="file-text", tip=self.tr("How it is read"))
        place = QWidget()
        place.setLayout(row(self._path, browse_button, self._choose_account, spacing=4))
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
        self._choose_account.setVisible(not is_reading)
        self._path.show_path(job.local.path, _short(job.local))
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
            words = self._kind_words(look)
            self._reading.set_text(words if self.is_short else f"{words} · {columns}")
            what = self.tr("Another CRM account…") if self._is_account else self.tr("How it is read")
            self._reading.setToolTip(plain_tip("\n".join((what, columns, *notices_of(look)))))
        least = 144 if is_reading or self.is_short else 200  # it stays where it is while a short text changes
        self._reading.setMinimumWidth(max(least, self._reading.sizeHint().width()))

    @property
    def _is_account(self) -> bool:
        return isinstance(self._model.job.local, LocalAccount)

    def _path_words(self, *, is_reading: bool) -> str:
        if self._is_account:
            return self.tr("From CRM account")
        if isinstance(self._model.job.local, LocalRun):
            return self.tr("From run")
        if self._model.target.is_table:
            return self.tr("To table") if is_reading else self.tr("From table")
        return self.tr("To file") if is_reading else self.tr("From file")

    def _kind_words(self, look: FileLook) -> str:
        local = self._model.job.local
        if isinstance(local, LocalRun):
            return self.tr("Rejects") if local.take is Take.REJECTS else self.tr("Results")
        if isinstance(local, LocalAccount):
            return self.tr("CRM account")
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


def _short(local: Local) -> str:
    if isinstance(local, LocalAccount):
        return f"{local.account} · {local.object}"
    return PurePath(local.path).name
