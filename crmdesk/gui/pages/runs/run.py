"""The page of one run: while it moves, while it waits to go on, and when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial

from PySide6.QtWidgets import QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui.confirm_run import confirm_run
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.empty import ErrorState
from crmdesk.gui.kit.faces import Faces
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.tags import DirectionTag, Tag
from crmdesk.gui.page import Page
from crmdesk.gui.pages.runs.asking import RunAsking
from crmdesk.gui.pages.runs.cards import CausesCard, HeadCard, StatementCard
from crmdesk.gui.pages.runs.files import FilesCard
from crmdesk.gui.pages.runs.taking_back import TakeBackCard
from crmdesk.gui.pages.runs.tones import TAG_TONES
from crmdesk.gui.pages.runs.waiting import WaitingCard
from crmdesk.gui.spawn import spawn
from crmdesk.model.figures import counted
from crmdesk.model.job import Operation, Speed
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.base import OnChange
from crmdesk.viewmodel.runs.run import RunModel


class RunPage(Page):
    """Shows the run whose number it is opened at."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("run", "")
        self._app = app
        self._model: RunModel | None = None
        self._leave: OnChange = _nothing
        self.set_crumb(self.tr("Runs"), self._to_runs)
        self._number = label("", "muted", name="run-number")
        self._direction = DirectionTag(Operation.IMPORT)
        self._state = Tag("", "onway")
        self._state.setObjectName("run-state")
        self.add_tags(self._number, self._direction, self._state)
        self._times = label("", "faint", name="run-times")
        self.add_tools(self._times)
        self._head, self._statement, self._causes, self._files = HeadCard(), StatementCard(), CausesCard(), FilesCard()
        self._waiting, self._take_back = WaitingCard(), TakeBackCard()
        self._error = ErrorState(Button("run-to-runs", self.tr("Show all runs"), self._to_runs, look="primary"))
        self._stack = Faces()
        self._stack.addWidget(self._shown())
        self._stack.addWidget(self._error)
        self.body.addWidget(self._stack, 1)
        self._stop = Button("run-stop", self.tr("Stop"), self._ask_to_stop, icon="square", look="danger")
        self._resume = Button("run-resume", self.tr("Resume"), self._go_on, icon="play", look="primary")
        self._correct = Button(
            "run-rejects", self.tr("Correct rows…"), self._to_rejects, icon="arrow-right", look="primary"
        )
        self._again = Button("run-start-again", self.tr("Start again…"), self._start_again, icon="rotate-ccw")
        self._end = Button("run-end", self.tr("End it…"), self._end_it)
        self._sign_in = Button("run-sign-in", self.tr("Sign in again…"), self._sign_in_again, icon="key-round")
        self._words = self.set_footer(self._stop, self._sign_in, self._end, self._again, self._resume, self._correct)
        self._causes.chosen.connect(self._to_rejects)
        self._files.run_wanted.connect(self._to_run)
        self._head.speed_chosen.connect(self._choose_speed)
        self._asking = RunAsking(app, self)
        self._files.use_wanted.connect(self._use_results)
        self._files.results_wanted.connect(partial(self._do, self._asking.save_results))
        self._files.report_wanted.connect(partial(self._do, self._asking.save_report))
        self._waiting.try_wanted.connect(self._go_on)
        self._waiting.stop_wanted.connect(self._end_it)
        self._take_back.wanted.connect(partial(self._do, self._asking.take_back))
        self._take_back.before_wanted.connect(partial(self._do, self._asking.save_before))
        self._head.settings_wanted.connect(partial(self._do, self._asking.show_settings))
        self._files.said_wanted.connect(partial(self._do, self._asking.show_settings))
        self._statement.check_wanted.connect(partial(self._do, self._asking.check))

    def _shown(self) -> QWidget:
        right = column(self._causes, self._take_back, self._files)
        right.setStretch(0, 1)
        low = row()
        low.addWidget(self._statement, 4)
        low.addLayout(right, 6)
        whole = column(self._head, self._waiting)
        whole.addLayout(low, 1)
        place = QWidget()
        place.setLayout(whole)
        return place

    def open_at(self, place: Place) -> None:
        """Show the run of this number; what is wrong with that is said in its place."""
        self._forget()
        try:
            self._model = RunModel(self._app, place.argument)
        except CrmDeskError as error:
            self._error.show_error(error)
        else:
            self._leave = self._model.subscribe(self.refresh)
            spawn(self._model.learn_kind())
        self.band_changed.emit()
        self.refresh()

    def _forget(self) -> None:
        self._leave()
        if self._model is not None:
            self._model.close()
        self._model, self._leave = None, _nothing

    def band_account(self) -> BandAccount | None:
        model = self._model
        if model is None or model.account is None:
            return None
        return BandAccount.of(model.account, model.identity)

    def refresh(self) -> None:
        """Show the run as it is now."""
        model = self._model
        self._stack.setCurrentIndex(1 if model is None else 0)
        for part in (self._number, self._direction, self._state, self._times):
            part.setVisible(model is not None)
        if model is None:
            self.set_title(self.tr("Run"))
            self._show_buttons(None)
            return
        start = model.record.start
        self.set_title(start.job)
        self._number.setText(self.tr("run {0}").format(model.run))
        self._direction.show_operation(start.operation)
        self._state.set(model.state, TAG_TONES[model.tone])
        self._times.setText(model.times)
        for card in (self._head, self._waiting, self._statement, self._causes, self._take_back, self._files):
            card.show_run(model)
        self._show_buttons(model)

    def _show_buttons(self, model: RunModel | None) -> None:
        going_on = model.going_on if model is not None else None
        is_running = model is not None and model.is_running
        open_rejects = model.open_rejects if model is not None else 0
        self._stop.setVisible(is_running)
        self._resume.setVisible(going_on is not None)
        starting_again = model.starting_again if model is not None else None
        self._again.setVisible(starting_again is not None)
        if model is not None and starting_again is not None:
            self._again.allow(not model.is_resuming, starting_again.sentence)
            self._again.setToolTip(starting_again.sentence)
        self._sign_in.setVisible(model is not None and model.wants_sign_in)
        ending = model.ending if model is not None else ""
        is_waiting = model is not None and bool(model.why_it_waits[0])  # its banner has the button then
        self._end.setVisible(bool(ending) and not is_waiting)
        if model is not None:
            self._end.allow(not model.is_resuming)
            self._end.setToolTip(ending)
        parent, others = model.left_behind if model is not None else ("", 0)
        self._correct.setVisible(bool(open_rejects or others) and not is_running and going_on is None)
        if model is not None:
            self._stop.set_text(self.tr("Stopping…") if model.is_stopping else self.tr("Stop"))
            self._stop.allow(not model.is_stopping, self.tr("It has been asked to stop."))
            self._resume.set_text(self.tr("Starting…") if going_on is None or model.is_resuming else going_on.button)
            self._resume.allow(not model.is_resuming)
            rows = counted(open_rejects or others, self.tr("rejected row"), self.tr("rejected rows"))
            of_others = self.tr("Correct {0} of run {1}…").format(rows, parent)
            self._correct.set_text(self.tr("Correct {0}…").format(rows) if open_rejects else of_others)
            self._words.say(*model.footer)
        foot = self._words.parentWidget()
        if foot is not None:
            foot.setVisible(model is not None)

    # --- what a person does ---

    def _to_runs(self) -> None:
        self._app.show(PageName.RUNS)

    def _ask_to_stop(self) -> None:
        if self._model is not None:
            spawn(self._model.stop())

    def _go_on(self) -> None:
        if self._model is not None and not self._model.is_resuming:
            spawn(self._resume_run(self._model))

    async def _resume_run(self, model: RunModel) -> None:
        going_on = model.going_on
        if going_on is None:
            return
        confirm: int | None = 0
        if going_on.question is not None:
            confirm = await confirm_run(self, going_on.question)
        if confirm is not None:
            await model.resume(confirm)

    def _start_again(self) -> None:
        if self._model is not None and not self._model.is_resuming:
            spawn(self._asking.start_again(self._model))

    def _sign_in_again(self) -> None:
        if self._model is not None:
            self._model.sign_in_again()

    def _end_it(self) -> None:
        if self._model is not None and not self._model.is_resuming:
            spawn(self._asking.end(self._model))

    def _to_rejects(self, cause: str = "") -> None:
        if self._model is not None:
            self._model.show_rejects(cause)

    def _to_run(self, run: str) -> None:
        if self._model is not None:
            self._model.show_run(run)

    def _use_results(self) -> None:
        if self._model is not None:
            self._model.use_results()

    def _choose_speed(self, speed: str) -> None:
        if self._model is not None:
            spawn(self._model.set_speed(Speed(speed)))

    def _do(self, done: Callable[[RunModel], Coroutine[object, object, None]]) -> None:
        if self._model is not None:
            spawn(done(self._model))


def _nothing() -> None:
    """Nobody is subscribed."""
