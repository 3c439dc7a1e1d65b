"""Several views in one place, of which one is seen, and only that one says how much room is needed."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLayoutItem, QStackedLayout, QWidget


class FacesLayout(QStackedLayout):
    """A QStackedLayout that is as small as what it shows can be: Qt's own takes the largest of all, seen or not."""

    def sizeHint(self) -> QSize:
        item = self._shown()
        return item.sizeHint() if item is not None else QSize(0, 0)

    def minimumSize(self) -> QSize:
        item = self._shown()
        return item.minimumSize() if item is not None else QSize(0, 0)

    def hasHeightForWidth(self) -> bool:
        item = self._shown()
        return item is not None and item.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        item = self._shown()
        return item.heightForWidth(width) if item is not None else -1

    def minimumHeightForWidth(self, width: int) -> int:
        item = self._shown()
        if item is None:
            return -1
        face = item.widget()
        inside = face.layout() if face is not None else None
        # Of a widget Qt takes the height that it would like best; what is in it may do with less.
        return inside.totalMinimumHeightForWidth(width) if inside is not None else item.minimumHeightForWidth(width)

    def _shown(self) -> QLayoutItem | None:
        at = self.currentIndex()
        return self.itemAt(at) if at >= 0 else None


class Faces(QWidget):
    """A widget of which one face is seen; the first that is added is shown first."""

    def __init__(self) -> None:
        super().__init__()
        self._faces = FacesLayout(self)
        self._faces.currentChanged.connect(lambda _: self.updateGeometry())

    def addWidget(self, face: QWidget) -> None:
        self._faces.addWidget(face)

    def setCurrentWidget(self, face: QWidget) -> None:
        self._faces.setCurrentWidget(face)

    def setCurrentIndex(self, at: int) -> None:
        self._faces.setCurrentIndex(at)

    def currentWidget(self) -> QWidget | None:
        return self._faces.currentWidget()

    def currentIndex(self) -> int:
        return self._faces.currentIndex()
