"""The rail: the pages at the left, what runs, what waits to be corrected, and the menu."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from crmdesk.gui import icons
from crmdesk.gui.actions import Actions
from crmdesk.gui.kit.buttons import IconButton, ToolButton
from crmdesk.gui.kit.labels import Glyph, label, set_look
from crmdesk.gui.kit.layout import column, frame, gap, line, row
from crmdesk.gui.theme import theme
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.app import PageName

ICONS, NARROW, WIDE = 60, 168, 216
_NARROW_FROM, _WIDE_FROM = 1120, 1400  # px of the window
_MANY = 10_000

_PAGES = (
    (PageName.OVERVIEW, "layout-dashboard"),
    (PageName.ACCOUNTS, "users"),
    (PageName.JOBS, "workflow"),
    (PageName.RUNS, "history"),
    (PageName.REJECTS, "inbox"),
    (PageName.OPTIONS, "settings"),
)
_SHOWN_UNDER = {
    PageName.JOB: PageName.JOBS,
    PageName.RUN: PageName.RUNS,
    PageName.FOUND: PageName.REJECTS,
    PageName.ERROR_BOOK: PageName.REJECTS,
    PageName.DECISIONS: PageName.OPTIONS,
}


class Rail(QFrame):
    """168 px wide, 216 in a wide window, and icons only in a small one."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setProperty("look", "nav")
        self._items: dict[PageName, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._rejects = _Badge("badge", "rail-rejects-open")
        self._running = _Badge("badge-run", "rail-running")
        self._only_with_room: list[QWidget] = []
        self._theme = IconButton("rail-theme", actions["toggle-theme"].text(), "moon")
        layout = column(spacing=4, margins=(12, 16, 11, 8))
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
        self.set_room(_NARROW_FROM)

    def set_room(self, window: int) -> None:
        """Be as wide as fits a window of `window` px."""
        is_small = window < _NARROW_FROM
        self.setFixedWidth(ICONS if is_small else WIDE if window >= _WIDE_FROM else NARROW)
        for part in self._only_with_room:
            part.setVisible(not is_small)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if is_small else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for item in self._items.values():
            item.setToolButtonStyle(style)
        for badge in (self._rejects, self._running):
            badge.set_small(is_small=is_small)

    def show_page(self, page: PageName) -> None:
        self._items[_SHOWN_UNDER.get(page, page)].setChecked(True)

    def show_counts(self, running: int, open_rejects: int) -> None:
        runs = counted(running, self.tr("run is going on"), self.tr("runs are going on"))
        rows = counted(open_rejects, self.tr("row waits to be corrected"), self.tr("rows wait to be corrected"))
        self._running.show_count(running, number(running))
        self._rejects.show_count(open_rejects, _short(open_rejects))
        for page, count, words in ((PageName.RUNS, running, runs), (PageName.REJECTS, open_rejects, rows)):
            item = self._items[page]
            item.setAccessibleDescription(words if count else "")
            item.setToolTip("\n".join((item.property("tip"), *([words] if count else []))))

    def _brand(self, actions: Actions) -> QHBoxLayout:
        tile = frame(column(1, row(1, Glyph("workflow", "on_accent"), 1), 1), "brand-tile", height=28, width=28)
        menu = IconButton("main-menu-button", self.tr("Menu"), "menu", look="step")
        menu.setMenu(actions.menu(self))
        menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        name = label("CRM Desk", "brand")
        self._only_with_room += [tile, name]
        return row(tile, name, 1, menu, margins=(4, 0, 0, 12))

    def _item(self, page: PageName, icon: str, actions: Actions) -> QToolButton:
        action = actions[f"go-{page}"]
        item = ToolButton()
        item.setObjectName(f"rail-{page}")
        item.setProperty("look", "nav")
        item.setText(f"  {action.text()}")
        item.setAccessibleName(action.text())
        item.setProperty(
            "tip", f"{action.text()} · {action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}"
        )
        item.setToolTip(item.property("tip"))
        item.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        item.setCheckable(True)
        item.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        item.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        icons.put(item, icon, "text2", "accent_text", px=18)
        item.clicked.connect(action.trigger)
        self._group.addButton(item)
        self._items[page] = item
        return item

    def _carry(self, page: PageName, badge: _Badge) -> None:
        self._items[page].setLayout(row(1, badge, margins=(0, 0, 4, 0)))

    def _foot(self, actions: Actions) -> QHBoxLayout:
        self._theme.clicked.connect(actions["toggle-theme"].trigger)
        words = label(self.tr("Stays on this PC"), "faint")
        self._only_with_room.append(words)
        return row(gap(2), words, 1, self._theme, spacing=6)

    def _show_theme(self) -> None:
        icons.put(self._theme, "sun" if theme.is_dark else "moon")


class _Badge(QLabel):
    """How many, at the right end of the name of a page; a dot where there is room for the icon only."""

    def __init__(self, look: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._look, self._words, self._is_small = look, "", False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_count(self, count: int, words: str) -> None:
        """Say `words`; hidden where the count is 0."""
        self._words = words
        self.setVisible(count > 0)
        self._draw()

    def set_small(self, *, is_small: bool) -> None:
        self._is_small = is_small
        self._draw()

    def _draw(self) -> None:
        self.setText("" if self._is_small else self._words)
        set_look(self, f"{self._look}-dot" if self._is_small else self._look)


def _short(count: int) -> str:
    """A number with room beside the name of a page: in thousands from ten thousand on; the tool tip has all of it."""
    return number(count) if count < _MANY else f"{number(count // 1000)}k"
