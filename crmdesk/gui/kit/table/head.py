"""The head of a table: a column stays as wide as a person has made it, until they want the first width back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from crmdesk.gui.kit.table.cells import Column

_NARROWEST, _WIDEST = 24, 4000  # px


class Head(QHeaderView):
    """`made` are the widths in px that a person has given, by title: a table may show other columns the next time."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.made: dict[str, int] = {}
        self._names: tuple[str, ...] = ()
        self._columns: Sequence[Column] = ()
        self._is_held = False
        self._moved: set[int] = set()
        self.setResizeContentsPrecision(0)  # a double click on an edge looks at what is seen, not at pages of rows
        self.sectionResized.connect(self._note)

    def fit(self, columns: Sequence[Column]) -> None:
        """Make each as wide as a person has made it, or as it is meant to be; those that stretch are given no width."""
        self._columns, self._names = columns, _names(columns)
        for at, column in enumerate(columns):
            mode = self.ResizeMode.Fixed if column.is_stretching else self.ResizeMode.Interactive
            self.setSectionResizeMode(at, mode)
            made = None if column.is_stretching or not column.width else self.made.get(self._names[at])
            self.resizeSection(at, column.width if made is None else min(max(made, _NARROWEST), _WIDEST))

    def take(self, made: Mapping[str, int]) -> None:
        """These widths were made at an earlier time."""
        self.made = dict(made)
        self.fit(self._columns)

    def forget(self) -> None:
        """Give the columns that are shown their first widths again."""
        self.made = {name: width for name, width in self.made.items() if name not in self._names}
        self.fit(self._columns)

    def menu(self) -> QMenu:
        """What can be done about the widths."""
        menu = QMenu(self)
        menu.setObjectName("table-head-menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        back = menu.addAction(self.tr("Columns as wide as at first"), self.forget)
        back.setEnabled(any(name in self.made for name in self._names))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_held = event.button() is Qt.MouseButton.LeftButton
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._is_held = event.button() is Qt.MouseButton.LeftButton
        super().mouseDoubleClickEvent(event)
        self._let_go()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._let_go()

    def _let_go(self) -> None:
        moved, self._moved, self._is_held = self._moved, set(), False
        for at in moved:
            self.made.pop(self._names[at], None)  # the newest is the last, and the last are kept
            self.made[self._names[at]] = self.sectionSize(at)

    def _note(self, at: int) -> None:
        """Of what is resized while the mouse is held down, what stretches was not meant."""
        if self._is_held and at < len(self._columns) and not self._columns[at].is_stretching:
            self._moved.add(at)


def _names(columns: Sequence[Column]) -> tuple[str, ...]:
    """The titles; one that comes again with its number."""
    titles = [column.title for column in columns]
    counts = [titles[: at + 1].count(title) for at, title in enumerate(titles)]
    return tuple(title if count == 1 else f"{title} ({count})" for title, count in zip(titles, counts, strict=True))
