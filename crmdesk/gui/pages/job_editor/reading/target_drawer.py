"""How the rows of a reading job are written: kind, table, what becomes of the rows there, and for whom."""

from __future__ import annotations

from crmdesk.gui.kit.buttons import Segmented
from crmdesk.gui.kit.copied import CopyBox
from crmdesk.gui.kit.drawer import Drawer
from crmdesk.gui.kit.fields import CheckField, ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.scrolled import scrolled
from crmdesk.gui.pages.job_editor.notation import Notation
from crmdesk.gui.pages.job_editor.password import PasswordField
from crmdesk.gui.spawn import spawn
from crmdesk.model.local import LocalTable, Mode, NoText, Readers
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.reading.target import EndKind, mode_words

_WIDTH = 376


class TargetDrawer(Drawer):
    """Right of the mapping; every choice holds at once."""

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__("job-how-written", "")
        self._model = model
        target = model.target
        self.set_title(self.tr("How it is written"))
        self.setFixedWidth(_WIDTH)
        self._kind = ElideCombo("job-target-kind", self.tr("Kind"))
        self._kind.picked.connect(lambda value: target.set_kind(EndKind(value)))
        self._table = TextField("job-target-table", self.tr("Table"))
        self._table.editingFinished.connect(lambda: target.set_table(self._table.text()))
        self._password = PasswordField("job-target", model)
        self._mode = Segmented(
            "job-target-mode",
            self.tr("What is there already"),
            [(mode, mode_words(mode)[0]) for mode in Mode],
        )
        self._mode.chosen.connect(lambda value: target.set_mode(Mode(value)))
        self._mode_note = label("", "faint", wraps=True, name="job-target-mode-note")
        self._made_for = Segmented(
            "job-target-made-for",
            self.tr("Made for"),
            ((Readers.MACHINES, self.tr("Machines")), (Readers.PEOPLE, self.tr("People"))),
        )
        self._made_for.chosen.connect(lambda value: target.set_made_for(Readers(value)))
        self._made_for_note = label("", "faint", wraps=True, name="job-target-made-for-note")
        self._no_text = CheckField("job-target-no-text", self.tr("An empty text where the CRM has none, not NULL"))
        self._no_text.picked.connect(lambda is_empty: target.set_no_text(NoText.EMPTY if is_empty else NoText.NULL))
        self._notation = Notation(
            "job-target", lambda: model.ends.set_reading(self._notation.put_into(model.ends.file))
        )
        self._statement = CopyBox("job-target-statement", self.tr("Statement that makes the table"), lines=9)
        self._why_not = label("", "faint", wraps=True, name="job-target-statement-note")
        self._table_field = Field(self.tr("Table"), self._table)
        self._readers = frame(
            column(row(label(self.tr("Made for"), "small"), 1), row(self._made_for, 1), self._made_for_note, spacing=4),
            "clear",
        )
        content = frame(
            column(
                Field(self.tr("Kind"), self._kind),
                self._table_field,
                self._password,
                column(
                    label(self.tr("What is there already"), "small"), row(self._mode, 1), self._mode_note, spacing=4
                ),
                self._readers,
                self._no_text,
                self._notation,
                self._statement,
                self._why_not,
                1,
                spacing=12,
                margins=(16, 0, 16, 16),
            ),
            "clear",
        )
        self.body.addWidget(scrolled(content))

    def refresh(self) -> None:
        target = self._model.target
        local = target.local
        self._kind.show_choices([(each.value, each.words) for each in EndKind], target.kind.value)
        self._table_field.setVisible(target.is_table)
        if isinstance(local, LocalTable) and not self._table.hasFocus():
            self._table.show_text(local.table)
        self._table_field.set_error(self._model.trouble("local.table"))
        self._password.refresh()
        self._mode.set_value(local.mode)
        self._mode_note.setText(mode_words(local.mode)[1])
        is_text = target.kind in (EndKind.CSV, EndKind.TSV)
        self._readers.setVisible(is_text)
        readers = target.readers
        self._made_for.set_value(readers)
        self._made_for_note.setText(
            self.tr("A byte order mark, and an apostrophe before what a spreadsheet would take for a formula.")
            if readers is Readers.PEOPLE
            else self.tr("Not a byte of a value is altered.")
        )
        self._no_text.setVisible(target.knows_null)
        self._no_text.setChecked(target.no_text is NoText.EMPTY)
        self._notation.show_notation(self._model.ends.file, is_text=is_text)
        self._statement.setVisible(target.is_table)
        self._why_not.setVisible(target.is_table and bool(target.why_no_statement))
        self._statement.show_text(target.statement)
        self._why_not.setText(target.why_no_statement)
        if target.is_table and not self.isHidden():
            spawn(self._state())

    async def _state(self) -> None:
        if await self._model.target.state():
            self.refresh()
