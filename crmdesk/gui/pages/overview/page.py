"""The first page: what ran, what runs, what waits for a person; at the first start, three ways to begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.empty import LoudLine
from crmdesk.gui.kit.faces import FacesLayout
from crmdesk.gui.kit.fields import SearchField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, line, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.kit.tags import direction_look, dot_of
from crmdesk.gui.page import Page
from crmdesk.gui.pages.overview.cards import CallsCard, RejectsCard, RunningCard
from crmdesk.gui.pages.overview.welcome import Welcome
from crmdesk.gui.pages.runs.tones import ICONS
from crmdesk.model.figures import number
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.overview import JobLine, OverviewModel
from crmdesk.viewmodel.sentences import Tone

_LINE = 48


class OverviewPage(Page):
    """Two faces: the welcome of an empty profile, and the overview."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("overview-page")
        self.set_title(self.tr("Overview"))
        self._model = OverviewModel(app)
        self._app = app
        self.add_tools(
            Button("overview-new-job", self.tr("New job…"), lambda: app.show(PageName.JOB), icon="plus", look="primary")
        )
        self._look_at = Button("overview-broken-off", self.tr("Look at the run"), self._open_broken, icon="arrow-right")
        self._loud = LoudLine(self._look_at)
        self._rejects, self._runs, self._calls = RejectsCard(app), RunningCard(app), CallsCard()
        self._find = SearchField("overview-find", self.tr("Find a job"), width=184)
        self._find.searched.connect(lambda _: self._show_jobs())
        self._count = label("", "count", name="overview-count")
        self._table_model: RowsModel[JobLine] = RowsModel(
            (
                Column("", 104),
                Column(self.tr("Job"), 380),
                Column(self.tr("Last run"), 380, is_stretching=True),
            ),
            _cell,
        )
        self._table = Table("overview-jobs", self.tr("Jobs"), self._table_model, line=_LINE)
        self._table.horizontalHeader().hide()
        self._table.row_opened.connect(self._open)
        self._table.cell_clicked.connect(lambda at, _: self._open(at))
        self._welcome = Welcome(self._model)
        self._faces = FacesLayout()
        self.body.addLayout(self._faces, 1)
        self._faces.addWidget(self._filled())
        self._faces.addWidget(self._welcome)

    def _filled(self) -> QWidget:
        head = frame(row(label(self.tr("Jobs"), "heading"), self._count, 1, self._find, margins=(16, 8, 12, 8)))
        cards = row(self._rejects, self._runs, self._calls)
        for at in range(cards.count()):
            cards.setStretch(at, 1)
        top = QWidget()
        top.setLayout(cards)
        top.setFixedHeight(120)
        place = QWidget()
        layout = column(self._loud, top)
        layout.addWidget(TableCard(self._table, head=frame(column(head, line(), spacing=0)), name="overview-card"), 1)
        place.setLayout(layout)
        return place

    def first_control(self) -> QWidget:
        return self._welcome.practice if self._model.is_new else self._table

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {} if self._model.is_new else {"find": self._find.setFocus, "refresh": self._look_again}

    def refresh(self) -> None:
        model = self._model
        model.look()
        self.header.setVisible(not model.is_new)
        self._faces.setCurrentIndex(1 if model.is_new else 0)
        self._rejects.show_count(self._app.open_rejects)
        self._runs.show_count(len(self._app.running))
        self._calls.show_calls(model.calls)
        broken = model.broken_off
        self._loud.say(
            self.tr("“{0}” was broken off.").format(broken.start.job) if broken is not None else "",
            self.tr("What it had done is kept. It can go on where it was."),
        )
        self._show_jobs()

    def _show_jobs(self) -> None:
        wanted = self._find.text().casefold()
        jobs = self._model.jobs
        self._count.setText(number(len(jobs)))
        self._table_model.show_rows(
            [job for job in jobs if wanted in f"{job.name} {job.source} {job.target}".casefold()]
        )

    def _open(self, at: int) -> None:
        self._model.open_job(self._table_model.rows[at].name)

    def _open_broken(self) -> None:
        if self._model.broken_off is not None:
            self._app.show(PageName.RUN, self._model.broken_off.run)

    def _look_again(self) -> None:
        self._model.look_now()
        self.refresh()


def _cell(job: JobLine, column_: int) -> Cell:
    match column_:
        case 0:
            word, tone, icon = direction_look(job.operation)
            return Cell(word, CellStyle.TAG, tone=tone, icon=icon)
        case 1:
            return Cell(job.name, CellStyle.TWO_LINE, sub=f"{job.source} → {job.target}", dot=dot_of(job.environment))
        case _:
            icon, tone = ICONS[job.tone]
            ink = "bad" if job.tone is Tone.BAD else ""
            return Cell(job.sentence, icon=icon, icon_tone=tone, tone=ink)
