"""Fields that take a file: its path typed, picked or dropped; and a private key, which is read once and never shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QFrame

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.fields import TextField
from crmdesk.gui.kit.labels import set_look
from crmdesk.gui.kit.layout import row

_BEGIN = "-----BEGIN "


class FileField(QFrame):
    """The path of a file. `edited(text)` comes while one types, `picked(path)` when a file was picked or dropped."""

    edited = Signal(str)
    picked = Signal(object)

    def __init__(self, name: str, label_text: str, *, placeholder: str = "") -> None:
        super().__init__()
        self.setObjectName(f"{name}-frame")
        self.setAcceptDrops(True)
        self._title = label_text
        self.line = _KeyLine(name, label_text, placeholder=placeholder)
        self.line.textEdited.connect(self.edited)
        self.choose = Button(f"{name}-choose", self.tr("Choose a file…"), self._choose, icon="folder-open")
        self._tools = row(self.line, self.choose, spacing=8)
        self._tools.setStretch(0, 1)
        self.setLayout(self._tools)
        self.setFocusProxy(self.line)

    def show_text(self, text: str) -> None:
        self.line.show_text(text)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._title, str(Path.home()))
        dialog.setObjectName(f"{self.line.objectName()}-dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.picked.emit(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()
            set_look(self, "card-drop")

    def dragLeaveEvent(self, event: object) -> None:
        set_look(self, "")

    def dropEvent(self, event: QDropEvent) -> None:
        set_look(self, "")
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.picked.emit(path)


class KeyField(FileField):
    """A private key: its file typed, picked or dropped, or the key pasted. `edited("")` takes it out again."""

    def __init__(self, name: str, label_text: str, *, placeholder: str = "") -> None:
        super().__init__(name, label_text, placeholder=placeholder)
        self.line.textEdited.disconnect(self.edited)
        self.line.setPlaceholderText(self.tr("Drop the key file here, type its path, or paste the key"))
        self.line.pasted.connect(self.edited)
        self.line.editingFinished.connect(self._take_typed)
        self._paste = Button(f"{name}-paste", self.tr("Paste"), self._take_pasted, icon="copy")
        self._remove = Button(f"{name}-remove", self.tr("Remove"), lambda: self.edited.emit(""), icon="x")
        for button in (self._paste, self._remove):
            self._tools.addWidget(button)
        self.show_key("", has_key=False)

    def show_key(self, file: str, *, has_key: bool) -> None:
        """Say where the key came from, never what it is."""
        if has_key:
            taken = self.tr("Taken from {0}").format(file) if file else self.tr("Taken as it was pasted")
            self.line.show_text(taken)
        elif self.line.isReadOnly():
            self.line.clear()
        self.line.setReadOnly(has_key)
        for button, is_shown in ((self.choose, not has_key), (self._paste, not has_key), (self._remove, has_key)):
            button.setVisible(is_shown)

    def _take_typed(self) -> None:
        text = self.line.text().strip()
        if text and not self.line.isReadOnly():
            self.picked.emit(Path(text).expanduser())

    def _take_pasted(self) -> None:
        self.edited.emit(QGuiApplication.clipboard().text())


class _KeyLine(TextField):
    """`pasted(text)` comes instead of a paste of several lines, which one line would spoil."""

    pasted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else ""
        if text.lstrip().startswith(_BEGIN):
            self.pasted.emit(text)
            return
        super().keyPressEvent(event)


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
