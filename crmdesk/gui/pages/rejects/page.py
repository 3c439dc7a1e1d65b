"""The page of the rejects: causes, the card of one, its rows in a grid, one row in full, and sending them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.cards import TableCard
from crmdesk.gui.kit.empty import EmptyState, ErrorState
from crmdesk.gui.kit.faces import FacesLayout
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.table.view import LINE, TWO_LINE
from crmdesk.gui.page import Page
from crmdesk.gui.pages.rejects.asking import RejectAsking
from crmdesk.gui.pages.rejects.card import CauseCardView
from crmdesk.gui.pages.rejects.causes import CausesPanel
from crmdesk.gui.pages.rejects.detail import RejectDetail
from crmdesk.gui.pages.rejects.grid import RejectGrid, RejectTable
from crmdesk.gui.pages.rejects.hands import GridHands
from crmdesk.gui.pages.rejects.header import RejectFilters
from crmdesk.gui.spawn import aslot, spawn
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.figures import number
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.rejects.causes import Group
from crmdesk.viewmodel.rejects.page import RejectsModel

_SHOWN, _EMPTY, _ERROR = range(3)
_ROWS = LINE + 2 * TWO_LINE + 16  # px: the head, two rows and a scroll bar; with less the page scrolls


class RejectsPage(Page):
    """Everything can be done by keys: F2 or typing, Enter down, Ctrl+V, Ctrl+D, Del, Ctrl+Space, Ctrl+Z, Ctrl+F, F9."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("rejects", "")
        self.set_title(self.tr("Rejects"))
        self.setAcceptDrops(True)
        self._app = app
        self._model = RejectsModel(app)
        self._grid = RejectGrid(self._model)
        self._table = RejectTable(self.tr("Rejected rows"), self._grid)
        self._hands = GridHands(self._model, self._grid, self._table)
        self._asking = RejectAsking(self._model, self._table, self)
        self._filters = RejectFilters()
        self.add_tags(self._filters.run, self._filters.job, self._filters.account, self._filters.object)
        self._take_in = Button(
            "rejects-take-in", self.tr("Take in corrections…"), aslot(self._asking.pick_corrections), icon="download"
        )
        everywhere = self.tr("Find a row in all runs (Ctrl+Shift+F)")
        self._everywhere = IconButton("rejects-everywhere", everywhere, "history", lambda: app.show(PageName.FOUND))
        self.add_tools(self._filters.search, self._everywhere, self._take_in)
        self._causes, self._card, self._detail = CausesPanel(), CauseCardView(), RejectDetail()
        self._stack = FacesLayout()
        self.body.addLayout(self._stack)  # first: what is put into a stack of nobody is shown as a window of its own
        for part in (self._shown(), self._nothing(), self._broken()):
            self._stack.addWidget(part)
        self._lay_footer()
        self._wire()
        self._model.subscribe(self.refresh)

    # --- building ---

    def _shown(self) -> QWidget:
        self._rows_card = TableCard(self._table, name="rejects-rows-card")
        self._rows_card.setMinimumHeight(_ROWS)
        right = column(self._card)
        right.addWidget(self._rows_card, 5)
        right.addWidget(self._detail, 2)
        whole = row(self._causes)
        whole.addLayout(right, 1)
        place = QWidget()
        place.setLayout(whole)
        return place

    def _nothing(self) -> QWidget:
        self._aside = Button("rejects-show-aside", "", lambda: self._model.choose_group(Group.SET_ASIDE))
        self._other = Button("rejects-show-other", self.tr("Show the others"), self._show_others, look="primary")
        self._last = Button("rejects-last-run", self.tr("Open the runs"), self._to_runs, icon="history", look="primary")
        self._empty = EmptyState("inbox", "", "", self._aside, self._other, self._last, name="rejects-empty")
        return self._empty

    def _broken(self) -> QWidget:
        again = Button("rejects-again", self.tr("Try again"), self._model.read, look="primary")
        self._error = ErrorState(again, name="rejects-error")
        return self._error

    def _lay_footer(self) -> None:
        self._undo = IconButton("rejects-undo", self.tr("Undo"), "undo-2", aslot(self._model.undo))
        self._redo = IconButton("rejects-redo", self.tr("Redo"), "redo-2", aslot(self._model.redo))
        self._save = Button(
            "rejects-save", self.tr("Save as CSV…"), aslot(self._asking.save_csv), icon="file-spreadsheet"
        )
        self._send = Button("rejects-send", "", aslot(self._asking.send_again), icon="upload", look="primary")
        self._hand = Button(
            "rejects-hand-over", self.tr("Hand over…"), aslot(self._asking.hand_over), icon="table-2",
            tip=self.tr("The open rows as a workbook, a sheet a cause, for somebody to correct"),
        )  # fmt: skip
        self._try = Button("rejects-try", self.tr("Try some rows…"), aslot(self._asking.try_some))
        self._words = self.set_footer(self._undo, self._redo, self._hand, self._save, self._try, self._send)

    def _wire(self) -> None:
        model = self._model
        self._filters.narrowed.connect(model.narrow)
        self._filters.run_chosen.connect(model.choose_run)
        self._filters.searched.connect(model.find)
        self._causes.cause_chosen.connect(model.choose_cause)
        self._causes.group_chosen.connect(lambda group: model.choose_group(Group(group)))
        self._card.value_chosen.connect(model.choose_value)
        self._card.set_wanted.connect(aslot(self._asking.set_value))
        self._card.replace_wanted.connect(aslot(self._asking.replace_value))
        self._card.aside_wanted.connect(self._set_aside)
        self._card.remedy_wanted.connect(lambda letter: spawn(self._asking.remedy(Remedy(letter))))
        self._card.book_wanted.connect(partial(self._app.show, PageName.ERROR_BOOK))
        self._hands.aside_wanted.connect(lambda rows: spawn(self._asking.set_aside(rows)))
        self._detail.beside_wanted.connect(aslot(model.look_beside))
        self._detail.path_wanted.connect(aslot(self._asking.show_path))

    # --- showing ---

    def open_at(self, place: Place) -> None:
        """Show the rejects of a run, of one cause where one is named, or of the newest run with open ones."""
        if place.row:
            self._model.show_row(place.argument, place.row)
        else:
            self._model.open_at(place.argument)
        if place.cause:
            self._model.choose_cause(place.cause)
        self.band_changed.emit()

    def closing(self) -> None:
        self._model.close()

    def first_control(self) -> QWidget:
        return self._table if self._model.is_shown else self

    def commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "undo": aslot(self._model.undo),
            "redo": aslot(self._model.redo),
            "find": self._filters.search.setFocus,
            "refresh": self._model.read,
            "save": aslot(self._asking.save_csv),
            "run": aslot(self._asking.send_again),
        }

    def band_account(self) -> BandAccount | None:
        account = self._model.account
        return None if account is None else BandAccount.of(account, self._model.identity)

    def refresh(self) -> None:
        """Show the view-model as it is now."""
        model = self._model
        if model.is_to_be_looked_at:
            spawn(model.look())
        self._filters.show_choice(model)
        if model.error is not None:
            self._error.show_error(model.error)
        self._stack.setCurrentIndex(_ERROR if model.error is not None else _SHOWN if model.is_shown else _EMPTY)
        self._show_nothing()
        try:
            self._causes.show_choice(model)
            self._card.show_cause(model)
            self._grid.show_rows()
            self._table.show_order(model.order)
            self._keep_cursor()
            self._detail.show_detail(model.detail)
        except CrmDeskError as error:
            self._error.show_error(error)
            self._stack.setCurrentIndex(_ERROR)
        self._show_footer()
        self.band_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._filters.fit(self.width())

    def _keep_cursor(self) -> None:
        row = self._model.row
        position = None if row is None else self._model.rows.position_of(row)
        if position is not None and self._table.chosen_row() < 0:
            self._table.put_cursor(position)

    def _show_nothing(self) -> None:
        model = self._model
        self._empty.show_words(*model.nothing)
        others = sum(line.open for line in model.lines)
        aside = next((line.rows for line in model.kept.groups if line.group is Group.SET_ASIDE), 0)
        self._aside.set_text(self.tr("Show the {0} set aside").format(number(aside)))
        self._aside.setVisible(bool(aside))
        self._other.setVisible(bool(others))
        self._last.setVisible(not others)

    def _show_footer(self) -> None:
        model = self._model
        is_shown, scope, why_not = model.is_shown and model.error is None, model.scope, model.why_not_sent
        told = f"{scope.words} {model.how_sent or self.tr('Nothing is sent by correcting.')}"
        more = model.doing or model.notice or why_not or told
        self._words.say(*((model.summary, more) if is_shown else ("", "")))
        self._send.set_text(scope.button)
        self._send.allow(is_shown and not why_not, why_not or self.tr("There is nothing to send."))
        self._try.setVisible(is_shown and model.can_try)
        self._try.allow(not why_not, why_not)
        self._save.allow(bool(model.line) and not model.doing, self.tr("There is nothing to save."))
        self._hand.allow(is_shown and bool(model.open) and not model.doing, self.tr("No row is open."))
        self._take_in.allow(is_shown and not (model.doing or model.why_not_corrected), model.why_not_corrected)
        for button, words in ((self._undo, model.drafts.undo_words), (self._redo, model.drafts.redo_words)):
            button.allow(bool(words) and not model.doing)
            button.setToolTip(f"{button.accessibleName()}: {words}" if words else button.accessibleName())

    # --- what a person does ---

    def _set_aside(self) -> None:
        """The selected rows; all ticked ones when there are any."""
        rows = self._model.ticked_rows or self._table.chosen()
        if self._model.group is Group.SET_ASIDE:
            spawn(self._model.take_back(rows))
        else:
            spawn(self._asking.set_aside(rows))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._take_in.isEnabled() and _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        file = _dropped(event)
        if file is not None:
            event.acceptProposedAction()
            spawn(self._asking.take_in(file))

    def _show_others(self) -> None:
        self._model.open_at()

    def _to_runs(self) -> None:
        self._app.show(PageName.RUNS)


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
