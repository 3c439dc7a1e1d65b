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
from crmdesk.model.local import HiddenRows, LocalTable, Readers
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
        self._sheet_field = Field(self.tr("Sheet"), self._sheet)
        self._header_field = Field(self.tr("Header in row"), self._header)
        place = row(self._sheet_field, self._header_field)
        place.setStretch(0, 1)
        self._hidden = CheckField("job-hidden-rows", self.tr("Leave out rows that are hidden there"))
        self._hidden.picked.connect(lambda _: self._put())
        self._place = frame(column(place, self._hidden), "clear")
        self._made_for = CheckField("job-source-made-for", self.tr("Take apostrophes before texts off"))
        self._made_for.setToolTip(self.tr("Programs put one before what a spreadsheet would take for a formula"))
        self._made_for.picked.connect(lambda _: self._put())
        self._password = PasswordField("job-source", model)
        found = (*self._of_table, self._password, self._place, *self._found_only, self._made_for)
        content = frame(column(*found, self._notation, self._notices, 1, margins=(16, 0, 16, 16)), "clear")
        self.body.addWidget(scrolled(content))

    def refresh(self) -> None:
        local, look = self._model.ends.file, self._model.around.look
        by_looking = self.tr("Found by looking")
        found = look.encoding if look is not None and not local.encoding else ""
        kind = kind_of(local.path) if isinstance(self._model.job.local, LocalFile) else None
        for field in (*self._found_only, self._made_for):
            field.setVisible(kind is FileKind.TEXT)
        self._show_table()
        self._show_place(local, kind)
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

    def _show_table(self) -> None:
        """The table or the query of a database."""
        local = self._model.job.local
        for field in self._of_table:
            field.setVisible(isinstance(local, LocalTable))
        if isinstance(local, LocalTable):
            if not self._table.hasFocus():
                self._table.show_text(local.table)
            self._query.show_text(local.query)
            self._of_table[0].set_error(self._model.trouble("local.table"))
            self._of_table[1].set_error(self._model.trouble("local.query"))
        self._password.refresh()

    def _show_place(self, file: LocalFile, kind: FileKind | None) -> None:
        """Where in the file the rows begin."""
        is_workbook = kind is FileKind.XLSX
        self._place.setVisible(is_workbook or kind is FileKind.TEXT)
        self._sheet_field.setVisible(is_workbook)
        self._hidden.setVisible(is_workbook)
        if not self._sheet.hasFocus():
            self._sheet.show_text(file.sheet)
        self._sheet_field.set_error(self._model.trouble("local.sheet"))
        self._header.show_number(file.header_row or None)
        self._header_field.set_error(self._model.trouble("local.header_row"))
        self._hidden.setChecked(file.hidden_rows is HiddenRows.LEAVE_OUT)
        self._made_for.setChecked(file.made_for is Readers.PEOPLE)

    def _put(self) -> None:
        file = replace(
            self._model.ends.file,
            encoding=self._encoding.value(),
            delimiter=self._delimiter.value(),
            sheet=self._sheet.text().strip(),
            header_row=int(self._header.text() or 0),
            hidden_rows=HiddenRows.LEAVE_OUT if self._hidden.isChecked() else HiddenRows.READ,
            made_for=Readers.PEOPLE if self._made_for.isChecked() else Readers.MACHINES,
        )
        self._model.ends.set_reading(self._notation.put_into(file))
