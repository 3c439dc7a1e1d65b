"""The page on which a job is made: both ends, the mapping between them, what is known about it, and the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from crmdesk.gui import icons
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.drawer import Drawer
from crmdesk.gui.kit.drop import dropped_file
from crmdesk.gui.kit.labels import set_look
from crmdesk.gui.kit.layout import row
from crmdesk.gui.page import Page
from crmdesk.gui.pages.job_editor.bottom import Bottom
from crmdesk.gui.pages.job_editor.commands import JobCommands
from crmdesk.gui.pages.job_editor.ends import Ends
from crmdesk.gui.pages.job_editor.header import JobTitle
from crmdesk.gui.pages.job_editor.line.drawer import LineDrawer
from crmdesk.gui.pages.job_editor.mapping_card import MappingCard
from crmdesk.gui.pages.job_editor.reading.target_drawer import TargetDrawer
from crmdesk.gui.pages.job_editor.reading_drawer import ReadingDrawer
from crmdesk.gui.spawn import spawn
from crmdesk.model.file_kind import is_job_file
from crmdesk.model.job import Direction
from crmdesk.model.local_account import LocalAccount
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_PLACES = {
    "account": "job-account",
    "object": "job-object",
    "export": "job-key",
    "name": "job-name",
    "mapping": "job-notice-add",
    "filter": "job-tabs",
    "order_by": "job-tabs",
    "index": "job-changes-on",
    "period": "job-period-start",
    "population": "job-population-path",
    "guard": "job-tabs",
    "variables": "job-variable-1-name",
    "behaviour": "job-tabs",
    "schema": "job-tabs",
    "mapping_all": "job-follow-all",
    "duplicates": "job-duplicates-key",
}
_BEHAVIOUR = ("guard", "behaviour", "schema", "mapping_all", "duplicates", "variables")
_OPTIONS = (
    *("export", "export.speed", "export.engine", "export.assignment_rule"),
    *("export.only_changed", "export.when_key_twice"),
)
_RUN_LOOKS = {
    Direction.READS: ("download", "primary", "on_accent"),
    Direction.WRITES: ("upload", "primary", "on_accent"),
    Direction.DELETES: ("trash-2", "danger-filled", "on_bad"),
}


class JobEditorPage(Page):
    """Shows the job that it is opened at, or a new one. The draft stays while other pages are looked at."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("job", "")
        self._app = app
        self._model = JobEditorModel(app)
        self._opened = ""
        self._place: Place | None = None
        self._shown = 0
        self.setAcceptDrops(True)
        self._title.hide()  # its place is that of the field with the name
        self._bottom = Bottom(self._model)
        self._commands = JobCommands(self, app, self._model, self._bottom.show_problems, self._bottom.show_changes)
        do = self._commands.table() | {"edit-line": self._open_chosen_line, "fill": self._fill_chosen_lines}
        self.set_crumb(self.tr("Jobs"), lambda: app.show(PageName.JOBS))
        self._head = JobTitle(self, self._model, do)
        self.add_tags(*self._head.tags)
        self.add_tools(*self._head.tools)
        self._ends = Ends(self._model, self._take, do["browse"], do["source-account"], self._explain_reading)
        self._card = MappingCard(self._model, do)
        self._line = LineDrawer(self._model)
        self._reading, self._target = ReadingDrawer(self._model), TargetDrawer(self._model)
        self._drawers: tuple[Drawer, ...] = (self._line, self._reading, self._target)
        for drawer in self._drawers:
            drawer.closed.connect(self._arrange)
        self._card.table.line_wanted.connect(self._open_line)
        self._card.table.row_chosen.connect(self._line.follow)
        middle = row(self._card, *self._drawers)
        middle.setStretch(0, 1)
        self._bottom.line_wanted.connect(self._card.table.go_to)
        self._bottom.place_wanted.connect(self._go_to_place)
        self._bottom.is_tall.connect(self._card.fold_notice)
        self.body.addWidget(self._ends)
        self.body.addLayout(middle, 1)
        self.body.addWidget(self._bottom)
        self._check = Button("job-check", self.tr("Check"), do["check"])
        self._rehearse = Button("job-rehearse", self.tr("Rehearse all rows"), do["rehearse"])
        self._try = Button("job-try", self.tr("Try some rows…"), do["try"])
        self._run = Button("job-run", "", do["run"], icon="upload", look="primary")
        self._words = self.set_footer(self._check, self._rehearse, self._try, self._run)
        for field in self.findChildren(QLineEdit):
            field.setAcceptDrops(False)  # a file that is dropped there is meant for the page
        QShortcut(QKeySequence("Ctrl+J"), self).activated.connect(self._bottom.toggle)
        self._leave = self._model.subscribe(self.refresh)
        self.destroyed.connect(lambda *_: self._leave())

    def closing(self) -> None:
        self._model.close()

    def commands(self) -> dict[str, Callable[[], object]]:
        do = self._commands.table()
        return {
            "undo": self._model.draft.undo,
            "redo": self._model.draft.redo,
            "find": self._card.search.setFocus,
            **{name: do[name] for name in ("save", "open-file", "check", "rehearse", "run")},
        }

    # --- what the window asks of a page ---

    def subject(self) -> str:
        return self._model.subject

    def band_account(self) -> BandAccount | None:
        account = self._model.ends.account
        return BandAccount.of(account, self._model.ends.identity) if account is not None else None

    def open_at(self, place: Place) -> None:
        spawn(self._open(place))

    async def _open(self, place: Place) -> None:
        if place is self._place:  # somebody has come back to what still stands here
            return
        if place.argument and self._model.keeping.form.saved is not None and place.argument == self._opened:
            return
        if not await self.may_leave():
            return
        self._place, self._opened = place, place.argument
        first = self._ends.first_control()
        if place.is_draft:
            self._model.keeping.go_on()
        elif is_job_file(place.file):
            self._model.keeping.open_file(Path(place.file))
        elif place.argument:
            self._model.keeping.open(place.argument)
        else:
            self._model.keeping.new(path=place.file)
        if first.hasFocus():  # the page came into view before its job did
            self.first_control().setFocus()

    def has_unsaved_work(self) -> bool:
        return self._model.keeping.has_work

    async def may_leave(self) -> bool:
        return await self._commands.may_leave()

    def first_control(self) -> QWidget:
        return self._card.table if self._model.job.mapping else self._ends.first_control()

    def refresh(self) -> None:
        model = self._model
        self._close_drawers()
        self._head.refresh()
        self._ends.refresh()
        self._card.refresh()
        self._line.refresh()
        if isinstance(model.job.local, LocalAccount):
            self._reading.close_drawer()
        for drawer in (self._reading, self._target):
            if drawer.isVisible():
                drawer.refresh()
        self._bottom.refresh()
        self._show_footer()
        if model.keeping.form.saved is not None:
            self._opened = model.keeping.form.saved.name
        self.band_changed.emit()

    def _show_footer(self) -> None:
        model = self._model
        self._words.say(*model.footer)
        is_busy = bool(model.doing) or model.rehearsal.is_running
        self._check.allow(not model.lacking and not is_busy, model.lacking or model.why_not_run)
        self._rehearse.setVisible(not model.is_reading)
        self._rehearse.allow(not model.lacking and not is_busy, model.lacking or model.why_not_run)
        can_try = model.run_rows is None or model.run_rows > 1
        self._try.setVisible(not model.is_reading and can_try)
        self._try.allow(not model.why_not_run, model.why_not_run)
        self._run.set_text(model.run_text)
        self._run.allow(not model.why_not_run, model.why_not_run)
        icon, look, token = _RUN_LOOKS[model.job.direction]
        icons.put(self._run, icon, token)
        set_look(self._run, look)

    # --- drawers ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._line.fit(self.width())

    def _close_drawers(self) -> None:
        """What was open about a line or a file of the job before says nothing about this one."""
        if self._shown != self._model.draft.shown:
            self._shown = self._model.draft.shown
            self._close_others(None)
            self._card.show_mapping()

    def _close_others(self, but: Drawer | None) -> None:
        for drawer in self._drawers:
            if drawer is not but:
                drawer.close_drawer()

    def _open_chosen_line(self) -> None:
        self._open_line(self._card.table.chosen_row())

    def _fill_chosen_lines(self) -> None:
        spawn(self._commands.fill(self._card.table.chosen_rows()))

    def _open_line(self, number: int) -> None:
        if number >= 0:
            self._close_others(self._line)
            self._line.open_line(number)
            self._arrange()

    def _explain_reading(self) -> None:
        if isinstance(self._model.job.local, LocalAccount):
            self._commands.table()["source-account"]()
            return
        drawer = self._target if self._model.is_reading else self._reading
        self._close_others(drawer)
        drawer.open_drawer()
        drawer.refresh()
        self._arrange()

    def _arrange(self) -> None:
        self._card.be_narrow(any(drawer.isVisible() for drawer in self._drawers))

    def _go_to_place(self, place: str) -> None:
        """Put the focus where a problem of the job can be mended."""
        part = place.partition(".")[0].partition("[")[0]
        if part in ("filter", "order_by", "index", "period", "population"):
            self._card.show_rows()
        elif part in _BEHAVIOUR or place in _OPTIONS:
            self._card.show_behaviour()
        for found in self.findChildren(QWidget, _PLACES.get(part, "job-file")):
            found.setFocus()

    # --- drag and drop ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take(dropped_file(event))
        event.acceptProposedAction()

    def _take(self, path: str) -> None:
        """Take a file that was dropped or typed: a job file is opened, any other is the one with the rows."""
        if is_job_file(path) and Path(path).is_file():
            self._app.show(PageName.JOB, file=path)
        else:
            self._model.ends.set_path(path)
