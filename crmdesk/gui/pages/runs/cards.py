"""The cards of a run's page: what it does, its statement, its rejects by cause, its files."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.bars import ProgressLine, Statement, StatementLine
from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, frame, line, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.kit.tags import OutcomePill
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.gui.pages.runs.tones import ICONS, ink_of
from crmdesk.model.figures import number
from crmdesk.model.job import Speed
from crmdesk.viewmodel.runs.looked import CauseLine
from crmdesk.viewmodel.runs.run import RunModel
from crmdesk.viewmodel.runs.steps import Step

_LINE = 28
_LOOK = 2
_LONGEST = 60  # characters of one end


class Figure(QWidget):
    """A number below its caption: “The CRM does · 166 rows/s”."""

    def __init__(self, name: str, caption: str) -> None:
        super().__init__()
        self._value = label("", "heading", name=name)
        self.setLayout(column(label(caption, "small"), self._value, 1, spacing=2))

    def show_value(self, value: str) -> None:
        self._value.setText(value or "–")


class HeadCard(Card):
    """The sentence of the run, both ends and, while it moves, its steps and its pace.

    `settings_wanted` asks what it ran with, `speed_chosen(speed)` for another speed.
    """

    settings_wanted = Signal()
    speed_chosen = Signal(str)

    def __init__(self) -> None:
        self._glyph = Glyph("refresh-cw", "onway", 24)
        self._sentence = label("", "title", wraps=True, name="run-sentence")
        self._source = label("", "strong", name="run-source")
        self._target = label("", "strong", name="run-target")
        self._arrow = Glyph("arrow-right", "text2", 16)
        self._how = label("", "small")
        self._took = label("", "small", name="run-took")
        words = row(self._glyph, self._sentence, spacing=12)
        words.setStretch(1, 1)
        ends = row(self._source, self._arrow, self._target, self._how, 1, self._took)
        super().__init__(words, ends, margins=(16, 12, 16, 12))
        settings = Button("run-settings", self.tr("Settings…"), look="link")
        ends.addWidget(settings)
        settings.clicked.connect(lambda *_: self.settings_wanted.emit())
        self._steps: dict[str, ProgressLine] = {}
        self._bars = row(spacing=24)
        self._rate = Figure("run-rate", self.tr("The CRM does"))
        self._left = Figure("run-remaining", self.tr("Remaining"))
        self._calls = Figure("run-calls", self.tr("Calls of this run"))
        self._calls_left = Figure("run-calls-left", self.tr("Calls left today"))
        figures = [self._rate, self._left, self._calls, self._calls_left]
        apart = [part for figure in figures for part in (line(is_upright=True), figure)][1:]
        self._speed = Segmented("run-speed", self.tr("Speed, for rows not sent yet"), self._speeds())
        self._speed.chosen.connect(self.speed_chosen)
        self._faster = frame(column(label(self.tr("Speed, for rows not sent yet"), "small"), self._speed, spacing=2))
        self._moving = frame(column(self._bars, line(), row(*apart, 1, self._faster, spacing=16), spacing=8))
        self.body.addWidget(self._moving)

    def show_run(self, model: RunModel) -> None:
        """Show it as it is now."""
        self._glyph.set_icon(*ICONS[model.tone])
        self._sentence.setText(model.headline)
        for end, text in zip((self._source, self._target), model.ends, strict=True):
            end.setText(_shortened(text))
            end.setToolTip(plain_tip(text))
        self._arrow.set_icon("arrow-right", ink_of(model.direction))
        self._how.setText(model.how)
        self._took.setText(model.took)
        self._moving.setVisible(model.is_running)
        if model.is_running:
            self._show_steps(model.steps)
            self._rate.show_value(model.rate)
            self._left.show_value(model.remaining)
            self._calls.show_value(number(model.calls))
            self._calls_left.show_value("" if model.calls_left is None else number(model.calls_left))

            self._faster.setVisible(model.speed is not None)
            if model.speed is not None:
                self._speed.offer(Speed.FAST, is_offered=model.has_jobs)
                self._speed.set_value(model.speed)

    def _speeds(self) -> tuple[tuple[str, str], ...]:
        return (Speed.FAST, self.tr("Fast")), (Speed.NORMAL, self.tr("Normal")), (Speed.GENTLE, self.tr("Gentle"))

    def _show_steps(self, steps: tuple[Step, ...]) -> None:
        names = {step.name for step in steps}
        for name, bar in self._steps.items():
            bar.setVisible(name in names)
        for step in steps:
            if step.name not in self._steps:
                self._steps[step.name] = ProgressLine(step.name, name=f"run-step-{step.name.lower()}")
                self._bars.addWidget(self._steps[step.name], 1)
            self._steps[step.name].show_progress(step.rows, step.whole, step.note)


class StatementCard(Card):
    """Every row accounted for, what became of the rejects since, and a look into the CRM, which `check_wanted` asks."""

    check_wanted = Signal()

    def __init__(self) -> None:
        self._statement = Statement("run-statement")
        super().__init__(self._statement, margins=(16, 12, 16, 12), name="run-statement-card")
        self._since = label("", "muted", wraps=True, name="run-since")
        self._checks = label("", "muted", wraps=True, name="run-checks")
        self._glyph = Glyph("circle-check", "ok")
        looked = row(self._glyph, self._checks)
        looked.setStretch(1, 1)
        self._found = frame(looked)
        self._check = Button(
            "run-check", self.tr("Look into the CRM"), self.check_wanted.emit, icon="search",
            tip=self.tr("Looks up samples of what was written; writes nothing"),
        )  # fmt: skip
        for part in (self._since, self._found):
            self.body.addWidget(part)
        self.body.addLayout(row(self._check, 1))
        self.body.addStretch(1)

    def show_run(self, model: RunModel) -> None:
        """Show it as it is now."""
        found = model.statement
        lines = [StatementLine(each.key, each.rows) for each in found.lines]
        self._statement.show_statement(found.origin, found.read, lines)
        self._since.setText("\n".join(f"{line}." for line in model.since))
        self._since.setVisible(bool(model.since))
        checks, papers = model.papers.checks, model.papers
        self._found.setVisible(bool(checks))
        if checks:
            is_right = all(line.is_right for line in checks)
            self._glyph.set_icon(*(("circle-check", "ok") if is_right else ("triangle-alert", "warn")))
            self._checks.setText("\n".join(text for line in checks for text in (line.text, *line.details)))
        self._check.setVisible(not model.is_running and not papers.why_no_check(model.record))
        again = self.tr("Look into the CRM") if checks is None else self.tr("Look again")
        self._check.set_text(papers.doing or again)
        self._check.allow(not papers.doing, papers.doing)


class CausesCard(Card):
    """The open rejects by cause; `chosen(cause)` asks for those of one, "" for all."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(spacing=0, margins=(1, 1, 1, 1), name="run-causes-card")
        columns = (
            Column(self.tr("Cause"), is_stretching=True),
            Column(self.tr("Rows"), 88, is_right=True),
            Column("", 72),
        )
        self._rows: RowsModel[CauseLine] = RowsModel(columns, self._cell)
        self._table = Table("run-causes", self.tr("Rejected, by cause"), self._rows, line=_LINE)
        self._table.horizontalHeader().hide()
        self._title = label("", "heading")
        self._pill = OutcomePill("rejected")
        self._none = label("", "muted", wraps=True, name="run-no-rejects")
        self._nothing = frame(row(self._none, margins=(16, 8, 16, 8)))
        head = frame(column(row(self._title, 1, self._pill, margins=(16, 10, 16, 6)), line(), spacing=0))
        for part in (head, self._nothing):
            self.body.addWidget(part)
        self.body.addWidget(self._table, 1)
        self.body.addStretch(0)
        self._table.cell_clicked.connect(self._clicked)
        self._table.row_opened.connect(self._opened)

    def show_run(self, model: RunModel) -> None:
        """Show it as it is now."""
        self._rows.show_rows(model.causes)
        self._table.setVisible(bool(model.causes))
        self._nothing.setVisible(not model.causes)
        self._none.setText(model.no_rejects)
        rejected = model.record.tally.rejected
        self._pill.show_outcome("rejected", number(rejected))
        self._pill.setVisible(bool(rejected))
        moving, ended = self.tr("Rejected so far, by cause"), self.tr("Rejected and waiting, by cause")
        self._title.setText(moving if model.is_running else ended)

    def _cell(self, cause: CauseLine, at: int) -> Cell:
        if at == _LOOK:
            return Cell(self.tr("Look"), CellStyle.LINK, said=self.tr("Look at the rows: {0}").format(cause.title))
        return Cell(number(cause.rows), CellStyle.NUMBER) if at else Cell(cause.title, tip=cause.title)

    def _clicked(self, at: int, place: int) -> None:
        if place == _LOOK:
            self._opened(at)

    def _opened(self, at: int) -> None:
        self.chosen.emit(self._rows.rows[at].cause)


def _shortened(text: str) -> str:
    """The middle is what names have least to say in."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}"
