"""What every control must have, looked for on a widget and all that is in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from PySide6.QtGui import QAccessible
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
    QWidget,
)

from crmdesk.gui.kit.labels import ElidedLabel

_KINDS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTabBar)
_PARTS_OF = (QComboBox, QAbstractSpinBox, QLineEdit, QTableView, QTabBar, QFileDialog)
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
    return said + [
        f"the button {button.text()!r} has {button.width()} px"
        for button in root.findChildren(QAbstractButton)
        if button.isVisible() and button.text() and button.sizeHint().width() > button.width() + 1
    ]
