"""The window: rail at the left, the band above the page, and the pages, each built when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui import icons
from crmdesk.gui.actions import Actions, action_table
from crmdesk.gui.kit.band import Band
from crmdesk.gui.kit.drop import dropped_file
from crmdesk.gui.kit.faces import Faces
from crmdesk.gui.kit.focus import FocusRing
from crmdesk.gui.kit.focus_keeper import FocusKeeper
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.leaving import HoldsWork
from crmdesk.gui.page import Page
from crmdesk.gui.rail import Rail
from crmdesk.gui.shortcuts import show_shortcuts
from crmdesk.gui.spawn import failed, spawn
from crmdesk.gui.theme import Scheme, theme
from crmdesk.gui.vault import open_vault
from crmdesk.gui.window_size import give_size, size_of
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.column_widths import column_widths, keep_column_widths

_PAGES = {
    PageName.OVERVIEW: ("crmdesk.gui.pages.overview.page", "OverviewPage"),
    PageName.ACCOUNTS: ("crmdesk.gui.pages.accounts.page", "AccountsPage"),
    PageName.JOBS: ("crmdesk.gui.pages.jobs.page", "JobsPage"),
    PageName.JOB: ("crmdesk.gui.pages.job_editor", "JobEditorPage"),
    PageName.RUNS: ("crmdesk.gui.pages.runs.history", "RunsPage"),
    PageName.RUN: ("crmdesk.gui.pages.runs.run", "RunPage"),
    PageName.REJECTS: ("crmdesk.gui.pages.rejects.page", "RejectsPage"),
    PageName.FOUND: ("crmdesk.gui.pages.rejects.found", "FoundRejectsPage"),
    PageName.ERROR_BOOK: ("crmdesk.gui.pages.rejects.error_book", "ErrorBookPage"),
    PageName.OPTIONS: ("crmdesk.gui.pages.options.page", "OptionsPage"),
    PageName.DECISIONS: ("crmdesk.gui.pages.options.decisions", "DecisionsPage"),
}


class Shell(QMainWindow):
    """The one window of a profile. `closed` comes when it is gone."""

    closed = Signal()

    def __init__(self, model: AppModel) -> None:
        super().__init__()
        theme.apply(Scheme(model.theme))
        self.setObjectName("window")
        self.setWindowTitle("CRM Desk")
        self.setAcceptDrops(True)
        self.setWindowIcon(icons.icon("workflow", "accent", px=64))
        give_size(self, model.window_size)
        self.model = model
        self._pages: dict[PageName, Page] = {}
        self._arrivals = -1
        self.actions_ = Actions(self)
        self.rail = Rail(self.actions_)
        self.band = Band()
        self._stack = Faces()
        right = column(self.band, self._stack, spacing=0)
        layout = row(self.rail, spacing=0)
        layout.addLayout(right, 1)
        root = QWidget()
        root.setLayout(layout)
        self.setCentralWidget(root)
        self._ring = FocusRing(self)
        self._keeper = FocusKeeper(self)
        self.asks_before_closing = True
        self._wire()
        self._leave = model.subscribe(self.refresh)
        self._asks_for_phrase = model.vault.subscribe(self._ask_for_phrase)
        self.refresh()

    def page(self, name: PageName) -> Page:
        """The page, built now if it was not yet."""
        if name not in self._pages:
            page = _built(name, self.model)
            page.band_changed.connect(self._show_band)
            for table in page.findChildren(Table):
                table.head.take(column_widths(self.model.history, table.objectName()))
            self._pages[name] = page
            self._stack.addWidget(page)
        return self._pages[name]

    def current(self) -> Page:
        return self.page(self.model.place.page)

    def where(self) -> tuple[str, str]:
        """What is open, and the account that it is about, in words; the latter empty where there is none."""
        account = self.current().band_account()
        about = " · ".join(part for part in (account.name, account.host, account.user) if part) if account else ""
        return self.current().subject(), about

    def subject_account(self) -> str:
        """The label of the account that what is open is about; "" where it is about none."""
        account = self.current().band_account()
        return account.name if account is not None else ""

    def refresh(self) -> None:
        """Show the page and the counts that the model names."""
        place = self.model.place
        page = self.page(place.page)
        if self.model.arrivals != self._arrivals:
            self._arrivals = self.model.arrivals
            page.open_at(place)
            page.refresh()
            self._stack.setCurrentWidget(page)
            self.rail.show_page(place.page)
            page.first_control().setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            page.refresh()
        self.rail.show_counts(len(self.model.running), self.model.open_rejects)
        self._show_band()
        self._allow_actions(page)

    def _show_band(self) -> None:
        self.band.show_account(self.current().band_account())

    def _wire(self) -> None:
        own: dict[str, Callable[[], object]] = {f"go-{page}": partial(self.model.show, page) for page in PageName}
        own |= {
            "go-back": self.model.back,
            "new-job": lambda: self.model.show(PageName.JOB),
            "toggle-theme": self._toggle_theme,
            "shortcuts": lambda: spawn(show_shortcuts(self)),
            "quit": self.close,
        }
        for line in action_table():
            slot = own.get(line.name) or partial(self._ask_page, line.name)
            self.actions_[line.name].triggered.connect(partial(_called, slot))
        self._own = frozenset(own)

    def _ask_page(self, name: str) -> object:
        return self.current().commands()[name]()

    def _allow_actions(self, page: Page) -> None:
        known = page.commands()
        for line in action_table():
            if line.name not in self._own:
                self.actions_[line.name].setEnabled(line.name in known)

    def _ask_for_phrase(self) -> None:
        if self.model.vault.wanted:
            spawn(open_vault(self, self.model.vault))

    def _toggle_theme(self) -> None:
        wanted = Scheme.LIGHT if theme.is_dark else Scheme.DARK
        self.model.set_theme(wanted)
        theme.apply(wanted)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A job file is opened, any other begins a new job, unless the page knows better."""
        event.acceptProposedAction()
        try:
            self.model.begin_with(Path(dropped_file(event)))
        except CrmDeskError as error:
            failed(error)

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: FBT001 - as Qt calls it
        return self._keeper.keeps() or super().focusNextPrevChild(is_next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_room(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        unsaved = [page for page in self._pages.values() if isinstance(page, HoldsWork) and page.has_unsaved_work()]
        if unsaved and self.asks_before_closing:
            event.ignore()
            spawn(self._close_when_allowed(unsaved))
            return
        self._keep_looks()
        self._leave()
        self._asks_for_phrase()
        for page in self._pages.values():
            page.closing()
        super().closeEvent(event)
        self.closed.emit()

    def _keep_looks(self) -> None:
        """So the window comes back: as large as it is, with columns as wide as a person has made them."""
        self.model.keep_window_size(size_of(self))
        history = self.model.history
        for page in self._pages.values():
            for table in page.findChildren(Table):
                if table.head.made != column_widths(history, table.objectName()):
                    keep_column_widths(history, table.objectName(), table.head.made)

    async def _close_when_allowed(self, pages: Sequence[HoldsWork]) -> None:
        for page in pages:
            if not await page.may_leave():
                return
        self.asks_before_closing = False
        self.close()


def _called(slot: Callable[[], object], *_: object) -> None:
    slot()


def _built(name: PageName, model: AppModel) -> Page:
    module, kind = _PAGES[name]
    made = getattr(import_module(module), kind)(model)
    if not isinstance(made, Page):
        raise TypeError(kind)
    return made
