"""The rail: the pages at the left, what runs, what waits to be corrected, and the menu."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton

from crmdesk.gui import icons
from crmdesk.gui.actions import Actions
from crmdesk.gui.kit.buttons import IconButton, ToolButton
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, frame, gap, line, row
from crmdesk.gui.theme import theme
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.app import PageName

NARROW, WIDE = 168, 216
_MANY = 10_000

_PAGES = (
    (PageName.OVERVIEW, "layout-dashboard"),
    (PageName.ACCOUNTS, "users"),
    (PageName.JOBS, "workflow"),
    (PageName.RUNS, "history"),
    (PageName.REJECTS, "inbox"),
    (PageName.OPTIONS, "settings"),
)
_SHOWN_UNDER = {PageName.JOB: PageName.JOBS, PageName.RUN: PageName.RUNS, PageName.FOUND: PageName.REJECTS}


class Rail(QFrame):
    """168 px wide, 216 in a wide window."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setProperty("look", "nav")
        self._items: dict[PageName, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._rejects = label("", "badge", name="rail-rejects-open")
        self._running = label("", "badge-run", name="rail-running")
        self._theme = IconButton("rail-theme", actions["toggle-theme"].text(), "moon")
        layout = column(spacing=4, margins=(12, 16, 12, 8))
        layout.addLayout(self._brand(actions))
        for page, icon in _PAGES:
            layout.addWidget(self._item(page, icon, actions))
        layout.addStretch(1)
        layout.addWidget(line())
        layout.addLayout(self._foot(actions))
        self.setLayout(layout)
        self._carry(PageName.REJECTS, self._rejects)
        self._carry(PageName.RUNS, self._running)
        theme.changed.connect(self._show_theme)
        self._show_theme()
        self.set_wide(False)

    def set_wide(self, is_wide: bool) -> None:  # noqa: FBT001 - a setter
        self.setFixedWidth(WIDE if is_wide else NARROW)

    def show_page(self, page: PageName) -> None:
        self._items[_SHOWN_UNDER.get(page, page)].setChecked(True)

    def show_counts(self, running: int, open_rejects: int) -> None:
        self._running.setText(number(running))
        self._running.setToolTip(counted(running, self.tr("run is going on"), self.tr("runs are going on")))
        self._running.setVisible(running > 0)
        self._rejects.setText(_short(open_rejects))
        self._rejects.setToolTip(
            counted(open_rejects, self.tr("row waits to be corrected"), self.tr("rows wait to be corrected"))
        )
        self._rejects.setVisible(open_rejects > 0)

    def _brand(self, actions: Actions) -> QHBoxLayout:
        tile = frame(column(1, row(1, Glyph("workflow", "on_accent"), 1), 1), "brand-tile", height=28, width=28)
        menu = IconButton("main-menu-button", self.tr("Menu"), "menu", look="step")
        menu.setMenu(actions.menu(self))
        menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return row(tile, label("CRM Desk", "brand"), 1, menu, margins=(4, 0, 0, 12))

    def _item(self, page: PageName, icon: str, actions: Actions) -> QToolButton:
        action = actions[f"go-{page}"]
        item = ToolButton()
        item.setObjectName(f"rail-{page}")
        item.setProperty("look", "nav")
        item.setText(f"  {action.text()}")
        item.setAccessibleName(action.text())
        item.setToolTip(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        item.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        item.setCheckable(True)
        item.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        item.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        icons.put(item, icon, "text2", "accent_text", px=18)
        item.clicked.connect(action.trigger)
        self._group.addButton(item)
        self._items[page] = item
        return item

    def _carry(self, page: PageName, badge: QLabel) -> None:
        badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        badge.hide()
        self._items[page].setLayout(row(1, badge, margins=(0, 0, 4, 0)))

    def _foot(self, actions: Actions) -> QHBoxLayout:
        self._theme.clicked.connect(actions["toggle-theme"].trigger)
        return row(gap(2), label(self.tr("Stays on this PC"), "faint"), 1, self._theme, spacing=6)

    def _show_theme(self) -> None:
        icons.put(self._theme, "sun" if theme.is_dark else "moon")


def _short(count: int) -> str:
    """A number with room beside the name of a page: in thousands from ten thousand on; the tool tip has all of it."""
    return number(count) if count < _MANY else f"{number(count // 1000)}k"
