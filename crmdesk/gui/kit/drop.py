"""A place to drop one file on: it lights up while a file is over it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

from crmdesk.gui.kit.cards import PADDING, Card
from crmdesk.gui.kit.layout import Item, Margins


def dropped_file(event: QDropEvent) -> str:
    """The path of the one local file that is dropped, "" when it is none."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 else ""


class DropCard(Card):
    """A card that takes a local file. `dropped(path)` comes with it."""

    dropped = Signal(str)

    def __init__(self, *items: Item, spacing: int = 8, margins: Margins = PADDING, name: str = "") -> None:
        super().__init__(*items, spacing=spacing, margins=margins, name=name)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self.set_look("card-drop")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.set_look("card")

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_look("card")
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files[0])
