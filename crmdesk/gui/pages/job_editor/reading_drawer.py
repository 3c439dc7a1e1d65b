"""How the file is read: what was found by looking, and what a person knows better."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.gui.kit.code import CodeField
from crmdesk.gui.kit.drawer import Drawer
from crmdesk.gui.kit.fields import CheckField, ElideCombo, Field, NumberField, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.scrolled import scrolled
from crmdesk.gui.pages.job_editor.notation import Notation
from crmdesk.gui.pages.job_editor.password import PasswordField
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import LocalFile
from crmdesk.model.local import HiddenRows, LocalTable
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.problem_lines import notices_of

_WIDTH = 320
_ENCODINGS = (
    "utf-8",
    "utf-16",
    "windows-1252",
    "iso-8859-1",
    "iso-8859-15",
    "cp850",
    "mac-roman",
    "shift_jis",
    "gb18030",
)


class ReadingDrawer(Drawer):
    """Right of the mapping; every choice holds at once, and the file is looked at anew."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("job-how-read", "")
        self._model = model
        self.set_title(self.tr("How it is read"))
        self.setFixedWidth(_WIDTH)
        self._encoding = ElideCombo("job-encoding", self.tr("Encoding"))
        self._delimiter = ElideCombo("job-delimiter", self.tr("Delimiter"))
        self._notation = Notation("job", self._put)
        self._notices = label("", "small", wraps=True, name="job-file-notices")
        self._encoding.picked.connect(lambda _: self._put())
        self._delimiter.picked.connect(lambda _: self._put())
        self._found_only = [Field(each.accessibleName(), each) for each in (self._encoding, self._delimiter)]
        self._table = TextField("job-source-table", self.tr("Table"))
        self._table.editingFinished.connect(lambda: model.target.set_table(self._table.text()))
        self._query = CodeField("job-source-query", self.tr("Or a query"), lines=4)
        self._query.left.connect(model.target.set_query)
        self._of_table = [Field(self.tr("Table"), self._table), Field(self.tr("Or a query"), self._query)]
        self._sheet = TextField("job-sheet", self.tr("Sheet"), placeholder=self.tr("The first that can be seen"))
        self._sheet.editingFinished.connect(self._put)
        self._header = NumberField("job-header-row", self.tr("Header in row"), placeholder=self.tr("found"))
        self._header.picked.connect(lambda _: self._put())
        sheet = row(Field(self.tr("Sheet"), self._sheet), Field(self.tr("Header in row"), self._header))
        sheet.setStretch(0, 1)
        self._hidden = CheckField("job-hidden-rows", self.tr("Leave out rows that are hidden there"))
        self._hidden.picked.connect(lambda _: self._put())
        self._of_workbook = frame(column(sheet, self._hidden), "clear")
        self._password = PasswordField("job-source", model)
        found = (*self._of_table, self._password, self._of_workbook, *self._found_only)
        content = frame(column(*found, self._notation, self._notices, 1, margins=(16, 0, 16, 16)), "clear")
        self.body.addWidget(scrolled(content))

    def refresh(self) -> None:
        local, look = self._model.ends.file, self._model.around.look
        by_looking = self.tr("Found by looking")
        found = look.encoding if look is not None and not local.encoding else ""
        for field in self._found_only:
            is_file = isinstance(self._model.job.local, LocalFile)
            field.setVisible(is_file and kind_of(local.path) is FileKind.TEXT)
        self._show_place(local)
        self._encoding.show_choices(
            [
                ("", by_looking + (f": {found}" if found else "")),
                *((name, name) for name in _ENCODINGS),
            ],
            local.encoding,
        )
        self._delimiter.show_choices(
            [
                ("", by_looking),
                (",", self.tr("Comma ,")),
                (";", self.tr("Semicolon ;")),
                ("\t", self.tr("Tab")),
                ("|", self.tr("Bar |")),
                ("^", self.tr("Caret ^")),
            ],
            local.delimiter,
        )
        self._notation.show_notation(local, is_text=True, has_groups=isinstance(self._model.job.local, LocalFile))
        self._notices.setText("\n".join(notices_of(look)))

    def _show_place(self, file: LocalFile) -> None:
        """The table or the query of a database, the sheet of a workbook."""
        local = self._model.job.local
        is_table = isinstance(local, LocalTable)
        for field in self._of_table:
            field.setVisible(is_table)
        if isinstance(local, LocalTable):
            if not self._table.hasFocus():
                self._table.show_text(local.table)
            self._query.show_text(local.query)
            self._of_table[0].set_error(self._model.trouble("local.table"))
            self._of_table[1].set_error(self._model.trouble("local.query"))
        self._password.refresh()
        self._of_workbook.setVisible(isinstance(local, LocalFile) and kind_of(local.path) is FileKind.XLSX)
        if not self._sheet.hasFocus():
            self._sheet.show_text(file.sheet)
        self._header.show_number(file.header_row or None)
        self._hidden.setChecked(file.hidden_rows is HiddenRows.LEAVE_OUT)

    def _put(self) -> None:
        file = replace(
            self._model.ends.file,
            encoding=self._encoding.value(),
            delimiter=self._delimiter.value(),
            sheet=self._sheet.text().strip(),
            header_row=int(self._header.text() or 0),
            hidden_rows=HiddenRows.LEAVE_OUT if self._hidden.isChecked() else HiddenRows.READ,
        )
        self._model.ends.set_reading(self._notation.put_into(file))
