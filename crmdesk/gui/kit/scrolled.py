"""What is larger than its place, and scrolls there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QSizePolicy, QWidget

_LEAST_HEIGHT = 96  # px: two fields with their names


def scrolled(content: QWidget) -> QScrollArea:
    """`content` in an area that scrolls up and down, without a frame and without the keyboard's focus."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


class Roomy(QScrollArea):
    """Fills its place with `layout`, and scrolls, either way, where that has less room than it can do with.

    QScrollArea's own way of resizing gives wrapped words the height they would like best, so that it would scroll in
    places where a table could as well be lower.
    """

    def __init__(self, layout: QLayout, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QFrame()
        inside.setProperty("look", "clear")
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        inside.setLayout(layout)
        self._layout = layout
        self._inside = inside
        self.setWidget(inside)
        inside.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def _fit(self) -> None:
        """Give the content all of the place, or the least it can do with; a bar that appears takes its own room."""
        whole = self.maximumViewportSize()
        bar = self.verticalScrollBar().sizeHint().width()
        wide = self._layout.totalMinimumSize().width()
        high = self._least_height(max(whole.width(), wide))
        if high > whole.height():
            whole.setWidth(whole.width() - bar)
            high = self._least_height(max(whole.width(), wide))
        if wide > whole.width():
            whole.setHeight(whole.height() - bar)
        self._inside.resize(max(whole.width(), wide), max(whole.height(), high))

    def _least_height(self, width: int) -> int:
        if self._layout.hasHeightForWidth():
            return self._layout.totalMinimumHeightForWidth(width)
        return self._layout.totalMinimumSize().height()


class Snug(Roomy):
    """As high as its content would like to be where there is room for that, and scrolls where there is less."""

    def __init__(self, layout: QLayout, name: str) -> None:
        super().__init__(layout, name)
        self._liked = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        return QSize(self._layout.totalSizeHint().width(), self._liked or self._layout.totalSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._layout.totalMinimumSize().width(), min(_LEAST_HEIGHT, self.sizeHint().height()))

    def _fit(self) -> None:
        super()._fit()
        width = self.maximumViewportSize().width()
        has_words = self._layout.hasHeightForWidth()
        liked = self._layout.totalHeightForWidth(width) if has_words else self._layout.totalSizeHint().height()
        if liked != self._liked:
            self._liked = liked
            self.updateGeometry()
