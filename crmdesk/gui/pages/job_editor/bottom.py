"""Below the mapping: what the source holds, the first rows as they would arrive, what would change, and problems."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget

from crmdesk.gui import icons
from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.labels import set_look
from crmdesk.gui.kit.layout import column, frame, line, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.kit.tags import OUTCOME_TONE, outcome_word
from crmdesk.gui.pages.job_editor.rehearsal_bar import RehearsalBar
from crmdesk.gui.pages.job_editor.source_part import SourcePart
from crmdesk.gui.pages.job_editor.what_changes import ChangesPart
from crmdesk.model.figures import number
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.preview_table import PreviewCell, PreviewLine, preview_lines, preview_titles
from crmdesk.viewmodel.job_editor.problem_lines import Level, ProblemLine

_BAR = 40
_OPEN = 232
_TALL = 276  # six lines beneath a strip and the head
_SOURCE, _PREVIEW, _CHANGES, _PROBLEMS = range(4)
_TALL_PARTS = (_SOURCE, _CHANGES)
_LEVELS = {
    Level.BLOCKING: ("circle-x", "bad"),
    Level.ROWS: ("triangle-alert", "warn"),
    Level.NOTICE: ("info", "accent_text"),
}


class Bottom(QFrame):
    """Closed it is one line: the tabs, and the counts of the rehearsal. `line_wanted(number)` comes from Go.

    `is_tall(bool)` tells when it takes more room than it does else, or no more.
    """

    line_wanted = Signal(int)
    place_wanted = Signal(str)
    is_tall = Signal(bool)

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._model = model
        self._toggle = IconButton("job-drawer", self.tr("Open or close (Ctrl+J)"), "chevron-up", self.toggle)
        self._tabs = [
            Button("job-source-tab", self.tr("Source"), lambda: self.show_part(_SOURCE), look="ghost"),
            Button("job-preview-tab", self.tr("Preview"), lambda: self.show_part(_PREVIEW), look="ghost"),
            Button("job-will-change-tab", "", lambda: self.show_part(_CHANGES), look="ghost"),
            Button("job-problems-tab", "", lambda: self.show_part(_PROBLEMS), look="ghost"),
        ]
        self._rehearsed = RehearsalBar(model)
        bar = frame(row(self._toggle, *self._tabs, 1, self._rehearsed, margins=(8, 0, 16, 0)), height=_BAR)
        self._preview: RowsModel[PreviewLine] = RowsModel((Column("", 64),), _preview_cell)
        self._preview_table = Table("job-preview", self.tr("Preview"), self._preview, line=30)
        columns = (
            Column("", 40),
            Column(self.tr("Where"), 200),
            Column(self.tr("What is wrong"), 400, is_stretching=True),
            Column("", 64),
        )
        self._problems: RowsModel[ProblemLine] = RowsModel(columns, self._problem_cell)
        self._problem_table = Table("job-problems", self.tr("Problems"), self._problems, line=30)
        self._problem_table.row_opened.connect(self._go)
        self._problem_table.cell_clicked.connect(lambda at, column_number: self._go(at) if column_number == 3 else None)  # noqa: PLR2004 - Go
        self._parts = QStackedWidget()
        self._changes = ChangesPart(model)
        self._changes.line_wanted.connect(self.line_wanted)
        self._source = SourcePart(model, self.show_problems)
        self._parts.addWidget(self._source)
        self._parts.addWidget(self._preview_table)
        self._parts.addWidget(self._changes)
        self._parts.addWidget(self._problem_table)
        self._parts.setCurrentIndex(_PREVIEW)
        self._hair = line()
        self.setLayout(column(bar, self._hair, self._parts, spacing=0, margins=(1, 0, 1, 1)))
        self._show_open(is_open=False)

    @property
    def is_open(self) -> bool:
        return not self._parts.isHidden()

    def toggle(self) -> None:
        self._show_open(is_open=not self.is_open)

    def show_part(self, part: int) -> None:
        """Open it at one of its parts; the part that is open already is closed."""
        is_same = self.is_open and self._parts.currentIndex() == part
        self._parts.setCurrentIndex(part)
        self._show_open(is_open=not is_same)

    def show_problems(self) -> None:
        """Open it at the problems."""
        self._parts.setCurrentIndex(_PROBLEMS)
        self._show_open(is_open=True)

    def show_changes(self) -> None:
        """Open it at what would change, where there is such a thing: always where something is emptied."""
        changes = self._model.what_changes
        if changes.warning[0] or (changes.lines and not self.is_open):
            self._parts.setCurrentIndex(_CHANGES)
            self._show_open(is_open=True)

    def refresh(self) -> None:
        found = self._model.problem_lines
        blocking = sum(each.level is Level.BLOCKING for each in found)
        words = self.tr("Problems {0}").format(len(found)) if found else self.tr("No problems")
        self._tabs[_PROBLEMS].set_text(words)
        self._tabs[_PROBLEMS].setToolTip(self.tr("{0} of them must be mended before the job can run").format(blocking))
        self._rehearsed.refresh()
        self._tabs[_CHANGES].set_text(self._model.what_changes.title)
        offered = {_SOURCE: self._model.source.applies, _CHANGES: self._model.what_changes.applies}
        for part, is_offered in offered.items():
            self._tabs[part].setVisible(is_offered)
            if not is_offered and self._parts.currentIndex() == part:
                self._parts.setCurrentIndex(_PREVIEW)
                self._show_open(is_open=self.is_open)
        if self.is_open:
            self._problems.show_rows(found)
            self._show_preview()
            self._changes.refresh()
        if self.is_open and self._parts.currentIndex() == _SOURCE:
            self._source.refresh()

    def _show_preview(self) -> None:
        titles = preview_titles(self._model.job, self._model.lines, self._model.around.remote)
        widths = (56, 88, *(168 for _ in titles))
        heads = (self.tr("Row"), "", *titles)
        self._preview.show_columns(
            [
                Column(title, width, is_right=at == 0)
                for at, (title, width) in enumerate(zip(heads, widths, strict=True))
            ]
        )
        self._preview.show_rows(preview_lines(self._model.job, self._model.findings.rows))

    def _show_open(self, *, is_open: bool) -> None:
        self._parts.setVisible(is_open)
        self._hair.setVisible(is_open)
        is_tall = is_open and self._parts.currentIndex() in _TALL_PARTS
        self.setFixedHeight(_TALL if is_tall else _OPEN if is_open else _BAR)
        self.is_tall.emit(is_tall)
        icons.put(self._toggle, "chevron-down" if is_open else "chevron-up")
        for part, tab in enumerate(self._tabs):
            set_look(tab, "soft" if is_open and part == self._parts.currentIndex() else "ghost")
        self._toggle.set_label(self.tr("Close (Ctrl+J)") if is_open else self.tr("Open (Ctrl+J)"))
        self.refresh()

    def _problem_cell(self, problem: ProblemLine, column_number: int) -> Cell:
        match column_number:
            case 0:
                icon, tone = _LEVELS[problem.level]
                return Cell("", icon=icon, icon_tone=tone, said=problem.level.value)
            case 1:
                return Cell(problem.where, CellStyle.STRONG)
            case 2:
                return Cell(problem.sentence)
            case _:
                return Cell(self.tr("Go") if problem.place else "", CellStyle.LINK)

    def _go(self, at: int) -> None:
        problem = self._problems.rows[at]
        if problem.line is not None:
            self.line_wanted.emit(problem.line)
        elif problem.place:
            self.place_wanted.emit(problem.place)


def _preview_cell(each: PreviewLine, column_number: int) -> Cell:
    if column_number == 0:
        return Cell(number(each.row), CellStyle.NUMBER, tone="text3")
    if column_number == 1:
        if not each.outcome:
            return Cell()
        return Cell(outcome_word(each.outcome), CellStyle.PILL, tone=OUTCOME_TONE[each.outcome], tip=each.why)
    at = column_number - 2
    cell = each.cells[at] if at < len(each.cells) else PreviewCell("", "", "")
    if cell.problem:
        return Cell(cell.raw or cell.problem, tone="bad", tip=cell.problem)
    if cell.raw and cell.raw != cell.becomes and cell.becomes:
        return Cell(f"{cell.raw} → {cell.becomes}", tone="", tip=f"{cell.raw} → {cell.becomes}")
    return Cell(cell.becomes or cell.raw, tone="" if cell.becomes else "text3")
