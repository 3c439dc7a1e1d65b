"""The card in the middle: the mapping of a job, and for a reading one which rows it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QTabBar, QWidget

from crmdesk.gui.kit.buttons import Button, IconButton
from crmdesk.gui.kit.empty import EmptyState
from crmdesk.gui.kit.faces import Faces
from crmdesk.gui.kit.fields import SearchField
from crmdesk.gui.kit.layout import column, frame, line, row
from crmdesk.gui.pages.job_editor.behaviour.tab import BehaviourTab
from crmdesk.gui.pages.job_editor.mapping_cells import TIGHT
from crmdesk.gui.pages.job_editor.mapping_table import MappingTable
from crmdesk.gui.pages.job_editor.notice import Notice
from crmdesk.gui.pages.job_editor.rows_tab import RowsTab
from crmdesk.model.figures import number
from crmdesk.model.local_account import LocalAccount
from crmdesk.viewmodel.job_editor.page import JobEditorModel

_MAPPING, _ROWS, _BEHAVIOUR = range(3)
_SEARCH, _NARROW_SEARCH = 184, 120  # px
_LEAST = 152  # px: the head of the table and four lines


class MappingCard(QFrame):
    """Tabs, the notice, and the table."""

    def __init__(self, model: JobEditorModel, do: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._model = model
        self.table = MappingTable(model)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu_at)
        self._notice = Notice(model, self._add, self._add_column)
        self._rows = RowsTab(model, do)
        self._behaviour = BehaviourTab(model, do)
        self._tabs = QTabBar()
        self._tabs.setObjectName("job-tabs")
        self._tabs.setAccessibleName(self.tr("Parts of the job"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for _ in range(3):
            self._tabs.addTab("")
        self._tabs.currentChanged.connect(self._show_tab)
        self.search = SearchField("job-find", self.tr("Find field or column"), width=_SEARCH)
        self.search.searched.connect(self._find)
        self._match = Button("job-match", self.tr("Match columns"), do["match"], icon="wand-sparkles")
        self._all = Button("job-all-fields", self.tr("All fields"), model.mapping.add_all, icon="plus")
        self._plus = IconButton("job-add-line", self.tr("Add a line"), "plus", lambda: self._add(""))
        self._more = IconButton(
            "job-line-menu", self.tr("What can be done with the lines"), "ellipsis", self._open_menu
        )
        self._tools: tuple[QWidget, ...] = (self.search, self._match, self._all, self._plus, self._more)
        top = row(self._tabs, 1, self.search, self._match, self._all, self._plus, self._more, margins=(16, 0, 8, 0))
        self._empty = EmptyState(
            "file-spreadsheet",
            "",
            "",
            Button("job-choose-file", self.tr("Choose a file…"), do["browse"], look="primary", icon="folder-open"),
            Button("job-choose-account", self.tr("Another CRM account…"), do["source-account"], icon="cloud"),
            name="job-empty",
        )
        self._middle = Faces()
        self._middle.setMinimumHeight(_LEAST)
        self._middle.addWidget(self.table)
        self._middle.addWidget(self._empty)
        self._middle.addWidget(self._rows)
        self._middle.addWidget(self._behaviour)
        body = column(frame(top, height=40), line(), self._notice, self._middle, spacing=0, margins=(1, 1, 1, 1))
        body.setStretch(3, 1)
        self.setLayout(body)
        self._is_folded = self._is_narrow = False
        self._menu = self._line_menu(do)

    def refresh(self) -> None:
        model, columns = self._model, len(self._model.mapping.columns)
        lines = len(model.job.mapping) if model.is_reading or not columns else model.mapping.used
        of = model.around.remote.fields if model.is_reading and model.around.remote is not None else None
        total = len(of) if of is not None else columns
        words = self.tr("Mapping  {0} of {1}") if total else self.tr("Mapping  {0}")
        self._tabs.setTabText(_MAPPING, words.format(number(lines), number(total)))
        self._tabs.setTabText(_ROWS, self._rows_words())
        self._tabs.setTabVisible(_ROWS, self._chooses_rows)
        changed = model.options.changed_count
        behaviour = self.tr("Behaviour  {0}").format(number(changed)) if changed else self.tr("Behaviour")
        self._tabs.setTabText(_BEHAVIOUR, behaviour)
        self._match.allow(model.mapping.can_match, self.tr("Choose a file and an object first."))
        self._all.allow(bool(model.mapping.free_fields()), self.tr("Every field has a line."))
        can_add = model.around.remote is not None
        self._plus.allow(can_add, self.tr("Choose an object first."))
        self._notice.refresh()
        self.table.refresh()
        self._show_words()
        self._show_tab(self._tabs.currentIndex())

    @property
    def _chooses_rows(self) -> bool:
        """Whether the rows come from a CRM, which can be asked for some of them."""
        return self._model.is_reading or isinstance(self._model.job.local, LocalAccount)

    def _rows_words(self) -> str:
        job = self._model.job
        if job.period is not None:
            return self.tr("Rows: deleted ones")
        if job.reading.population is not None:
            return self.tr("Rows: these records")
        if job.index is not None:
            return self.tr("Rows: changed, by filter") if job.filter else self.tr("Rows: changed ones")
        return self.tr("Rows: by filter") if job.filter else self.tr("Rows: all")

    def be_narrow(self, is_narrow: bool) -> None:  # noqa: FBT001 - as setVisible
        """Do with less room, beside a drawer."""
        self._is_narrow = is_narrow
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.search.setFixedWidth(_NARROW_SEARCH if self._is_narrow else _SEARCH)
        self.table.fit(self.width(), is_narrow=self._is_narrow)
        self._show_tools()

    @property
    def _has_room(self) -> bool:
        """Whether the tabs are whole beside all tools."""
        return not self._is_narrow or self.width() >= TIGHT

    def fold_notice(self, is_folded: bool) -> None:  # noqa: FBT001 - as setVisible
        """Leave its room to the lines of the mapping, where what is below takes more."""
        self._is_folded = is_folded
        self._show_tab(self._tabs.currentIndex())

    def show_mapping(self) -> None:
        """Turn to the lines."""
        self._tabs.setCurrentIndex(_MAPPING)

    def show_rows(self) -> None:
        """Turn to the filter and the order of a reading job."""
        self._tabs.setCurrentIndex(_ROWS)

    def show_behaviour(self) -> None:
        """Turn to the options of the job."""
        self._tabs.setCurrentIndex(_BEHAVIOUR)

    def _show_words(self) -> None:
        """What stands where there is no mapping yet: the next thing to do."""
        model = self._model
        if model.around.asking:
            self._empty.show_words(f"{model.around.asking}…", "")
        elif model.is_reading and not model.job.object:
            self._empty.show_words(
                self.tr("Choose what to read"), self.tr("Choose an object of the CRM account above, then its fields.")
            )
        elif not model.job.local.path and not model.is_reading:
            self._empty.show_words(
                self.tr("Drop a file here"),
                self.tr("Or choose where the rows come from. Columns and fields of the same name are matched at once."),
            )
        elif not model.job.object:
            self._empty.show_words(
                self.tr("Choose the object"),
                self.tr("Columns and fields of the same name are matched as soon as the object is known."),
            )
        elif model.period.applies:
            self._empty.show_words(
                self.tr("Ids and times come by themselves"),
                self.tr("Add the fields that are to come along, as long as the records are in the recycle bin."),
            )
        elif model.reading.follows_all:
            self._empty.show_words(
                self.tr("All fields are read"), self.tr("“Behaviour” says so. A line here names the column of one.")
            )
        elif model.is_reading:
            self._empty.show_words(
                self.tr("No field is chosen yet"), self.tr("Take “All fields”, or add them one by one with +.")
            )
        else:
            self._empty.show_words(
                self.tr("No field is mapped yet"), self.tr("Add a line with +, or let names decide: “Match columns”.")
            )

    def _show_tab(self, tab: int) -> None:
        if tab == _ROWS and self._chooses_rows:
            self._rows.refresh()
            self._middle.setCurrentWidget(self._rows)
        elif tab == _BEHAVIOUR:
            self._behaviour.refresh()
            self._middle.setCurrentWidget(self._behaviour)
        else:
            self._middle.setCurrentWidget(self.table if self._model.job.mapping else self._empty)
        is_mapping = self._tabs.currentIndex() == _MAPPING
        self._notice.setVisible(self._notice.has_words and is_mapping and not self._is_folded)
        self._show_tools()
        needs_file = not self._model.job.local.path and not self._model.is_reading
        for button in self._empty.findChildren(Button):
            button.setVisible(needs_file)

    def _show_tools(self) -> None:
        is_mapping, is_reading = self._tabs.currentIndex() == _MAPPING, self._model.is_reading
        applies: dict[QWidget, bool] = {self._all: is_reading, self._match: not is_reading and self._has_room}
        for tool in self._tools:
            tool.setVisible(is_mapping and applies.get(tool, True))

    def _add(self, remote: str) -> None:
        at = self._model.mapping.add(remote)
        self.refresh()
        if remote:
            self.table.go_to(at)
        else:
            self.table.edit_field(at)

    def _add_column(self, name: str) -> None:
        at = self._model.mapping.add_column(name)
        self.refresh()
        self.table.edit_field(at)

    def _find(self, text: str) -> None:
        """Choose the first line that has the text in its field or its origin."""
        wanted = text.casefold().strip()
        if not wanted:
            return
        for each in self._model.lines:
            if any(wanted in words.casefold() for words in (each.label, each.name, each.origin)):
                self.table.choose_row(each.number)
                self.table.scrollTo(self.table.model().index(each.number, 0))
                return

    def _line_menu(self, do: Mapping[str, Callable[[], object]]) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("job-line-actions")
        for name, words, slot in (
            ("edit", self.tr("All about this line…\tEnter"), do["edit-line"]),
            ("up", self.tr("Move up\tAlt+Up"), lambda: self.table.shift(-1)),
            ("down", self.tr("Move down\tAlt+Down"), lambda: self.table.shift(1)),
            ("copy", self.tr("Copy lines\tCtrl+C"), self.table.copy),
            ("paste", self.tr("Paste lines\tCtrl+V"), self.table.paste),
            ("remove", self.tr("Remove\tDel"), self.table.remove),
            ("fill", self.tr("Fill into rows read before…"), do["fill"]),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"job-line-{name}")
            action.triggered.connect(lambda *_, slot=slot: slot())
        menu.aboutToShow.connect(lambda: action.setVisible(self._model.backfill.applies))
        return menu

    def _open_menu(self) -> None:
        self._menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _open_menu_at(self, at: QPoint) -> None:
        self._menu.popup(self.table.viewport().mapToGlobal(at))
