"""What every control must have, looked for on a widget and all that is in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from crmdesk.gui import fonts
from crmdesk.gui.kit.labels import ElidedLabel
from crmdesk.gui.kit.scrolled import Roomy
from crmdesk.gui.kit.table.cells import CellStyle
from crmdesk.gui.kit.table.delegate import cell_of
from crmdesk.gui.kit.table.painting import PAD
from crmdesk.gui.kit.table.view import Table

_KINDS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTabBar)
_PARTS_OF = (QComboBox, QAbstractSpinBox, QLineEdit, QTableView, QTabBar, QFileDialog)
_ROWS_LOOKED_AT = 50
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9_]+)*")


def controls(root: QWidget) -> Iterator[QWidget]:
    """What a person can use in `root`; not what Qt makes controls of."""
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, _KINDS) and not _is_part(widget):
            yield widget


def nameless(root: QWidget) -> list[str]:
    """The controls in `root` that a screen reader or a test could not name, each in a sentence."""
    said = []
    for control in controls(root):
        what = f"{type(control).__name__} {control.objectName()!r}"
        if not _KEBAB.fullmatch(control.objectName()):
            said.append(f"{what} has no objectName in small letters and hyphens")
        interface = QAccessible.queryAccessibleInterface(control)
        if not interface.text(QAccessible.Text.Name).strip():
            said.append(f"{what} has no accessible name")
    names = Counter(control.objectName() for control in controls(root))
    return said + [f"{count} controls are called {name!r}" for name, count in names.items() if count > 1 and name]


def scrolling(root: QWidget) -> list[str]:
    """The pages in `root` that have less room than they need, and scroll as a whole."""
    return [
        page.objectName()
        for page in root.findChildren(Roomy)
        if page.isVisible() and (page.verticalScrollBar().maximum() or page.horizontalScrollBar().maximum())
    ]


def _is_part(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, _PARTS_OF):
            return True
        above = above.parentWidget()
    return False


def cut_off(root: QWidget) -> list[str]:
    """The words in `root` that have less room than they need; lines that shorten with "…" say so themselves."""
    said = []
    for label in root.findChildren(QLabel):
        if not label.isVisible() or not label.text() or isinstance(label, ElidedLabel):
            continue
        if label.wordWrap():
            is_cut = label.heightForWidth(label.width()) > label.height() + 1
        else:
            is_cut = label.sizeHint().width() > label.width() + 1
        if is_cut:
            said.append(f"the label {label.text()!r} has {label.width()} by {label.height()} px")
    for table in root.findChildren(Table):
        if table.isVisible():
            said += _cut_off_in(table)
    return said + [
        f"the button {button.text()!r} has {button.width()} px"
        for button in root.findChildren(QAbstractButton)
        if button.isVisible()
        and button.text()
        and not _is_icon_only(button)
        and button.sizeHint().width() > button.width() + 1
    ]


def _is_icon_only(button: QAbstractButton) -> bool:
    only = Qt.ToolButtonStyle.ToolButtonIconOnly
    return isinstance(button, QToolButton) and button.toolButtonStyle() is only and not button.icon().isNull()


def _cut_off_in(table: Table) -> Iterator[str]:
    """The titles and the numbers in `table` that have less room than they need: half a number is a wrong one."""
    header, rows = table.horizontalHeader(), table.model()
    digits = QFontMetrics(fonts.sans(fonts.BODY))
    for at in range(rows.columnCount()):
        if table.isColumnHidden(at):
            continue
        room = table.columnWidth(at) - 2 * PAD
        title = str(rows.headerData(at, Qt.Orientation.Horizontal) or "")
        if header.isVisible() and header.fontMetrics().horizontalAdvance(title) > room:
            yield f"the title {title!r} of {table.objectName()} has {room} px"
        for row in range(min(rows.rowCount(), _ROWS_LOOKED_AT)):
            cell = cell_of(rows.index(row, at))
            if cell.style is CellStyle.NUMBER and digits.horizontalAdvance(cell.text) > room:
                yield f"the number {cell.text!r} in {table.objectName()} has {room} px"
