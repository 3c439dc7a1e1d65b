"""Below the mapping: the first rows as they would arrive, what would change, problems, and what a rehearsal said."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget

from crmdesk.gui import icons
from crmdesk.gui.kit.bars import Meter
from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.labels import label, set_look
from crmdesk.gui.kit.layout import column, frame, line, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.kit.tags import OutcomePill
from crmdesk.gui.pages.job_editor.what_changes import ChangesPart
from crmdesk.model.figures import number
from crmdesk.viewmodel.figures import clock
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.preview_table import PreviewCell, PreviewLine, preview_lines, preview_titles
from crmdesk.viewmodel.job_editor.problem_lines import Level, ProblemLine

_BAR = 40
_OPEN = 232
_TALL = 276  # the counts of six fields, of five beneath a warning
_PREVIEW, _CHANGES, _PROBLEMS = range(3)
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
        self._parts.addWidget(self._preview_table)
        self._parts.addWidget(self._changes)
        self._parts.addWidget(self._problem_table)
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
        self._show_changes()
        if self.is_open:
            self._problems.show_rows(found)
            self._show_preview()

    def _show_changes(self) -> None:
        """Where no record that is there can change, there is no such part."""
        changes = self._model.what_changes
        self._tabs[_CHANGES].set_text(changes.title)
        self._tabs[_CHANGES].setVisible(changes.applies)
        if not changes.applies and self._parts.currentIndex() == _CHANGES:
            self._parts.setCurrentIndex(_PREVIEW)
            self._show_open(is_open=self.is_open)
        elif self.is_open:
            self._changes.refresh()

    def _show_preview(self) -> None:
        titles = preview_titles(self._model.lines)
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
        is_tall = is_open and self._parts.currentIndex() == _CHANGES
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


class RehearsalBar(QFrame):
    """The counts of the last rehearsal of this very draft, or how far the one under way is, with Stop."""

    _ORDER = ("created", "updated", "deleted", "unchanged", "rejected", "unknown")

    def __init__(self, model: JobEditorModel) -> None:
        super().__init__()
        self._model = model
        self.setObjectName("job-rehearsal")
        self._words = label("", "faint", name="job-rehearsal-words")
        self._pills = {key: OutcomePill(key) for key in self._ORDER}
        for key, pill in self._pills.items():
            pill.setObjectName(f"job-rehearsal-{key}")
        self._meter = Meter(label_text=self.tr("Rehearsal"))
        self._meter.setFixedWidth(160)
        self._stop = Button("job-rehearsal-stop", self.tr("Stop"), model.rehearsal.stop, icon="square", look="small")
        self.setLayout(row(self._words, *self._pills.values(), self._meter, self._stop))

    def refresh(self) -> None:
        running, result = self._model.rehearsal, self._model.rehearsed
        self._meter.setVisible(running.is_running)
        self._stop.setVisible(running.is_running)
        for key, pill in self._pills.items():
            count = getattr(result.tally, key) if result is not None and not running.is_running else 0
            pill.setVisible(count > 0)
            pill.show_outcome(key, number(count))
        if running.is_running:
            total = running.total or self._model.around.count
            self._meter.set_share(running.done / total if total else 0.0)
            of = self.tr(" of {0}").format(number(total)) if total else ""
            self._words.setText(self.tr("Rehearsing: {0}{1} rows").format(number(running.done), of))
        elif result is not None:
            self._words.setText(self.tr("Rehearsed {0}, all rows:").format(clock(result.at)))
        elif running.result is not None and running.result.job.name == self._model.job.name:
            self._words.setText(self.tr("Changed since the rehearsal."))
        else:
            self._words.setText("")


def _preview_cell(each: PreviewLine, column_number: int) -> Cell:
    if column_number == 0:
        return Cell(number(each.row), CellStyle.NUMBER, tone="text3")
    if column_number == 1:
        return Cell(each.word, CellStyle.PILL, tone="rejected", tip=each.why) if each.word else Cell()
    at = column_number - 2
    cell = each.cells[at] if at < len(each.cells) else PreviewCell("", "", "")
    if cell.problem:
        return Cell(cell.raw or cell.problem, tone="bad", tip=cell.problem)
    if cell.raw and cell.raw != cell.becomes and cell.becomes:
        return Cell(f"{cell.raw} → {cell.becomes}", tone="", tip=f"{cell.raw} → {cell.becomes}")
    return Cell(cell.becomes or cell.raw, tone="" if cell.becomes else "text3")
