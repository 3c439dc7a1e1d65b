"""A dialog for a text that is pasted: ids of records, or a query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QWidget

from crmdesk.errors import CrmDeskError
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.code import CodeField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.spawn import spawn

_WIDTH = 560


class PasteDialog(Dialog):
    """`take` gets the text; what it refuses is said in the dialog, which stays. Ends with 1 when it was taken."""

    def __init__(
        self, parent: QWidget, name: str, title: str, hint: str, button: str, take: Callable[[str], Awaitable[object]]
    ) -> None:
        super().__init__(parent, name, title)
        self._take = take
        self._text = CodeField(f"{name}-text", title, lines=10)
        self._text.setMinimumWidth(_WIDTH)
        self._error = label("", "error", wraps=True, name=f"{name}-error")
        self._error.hide()
        self.add(label(hint, "muted", wraps=True), self._text, self._error)
        self.add_button(self.tr("Cancel"), 0, name=f"{name}-cancel")
        self._ok = self.add_button(button, 1, look="primary", name=f"{name}-ok")
        self._ok.clicked.disconnect()
        self._ok.clicked.connect(lambda *_: spawn(self._try()))
        self._text.typed.connect(self._allow)
        self._allow("")
        self._text.setFocus()

    def _allow(self, text: str) -> None:
        self._ok.allow(bool(text.strip()), self.tr("Paste something first."))
        self._error.hide()

    async def _try(self) -> None:
        self._ok.allow(False)
        try:
            await self._take(self._text.toPlainText())
        except CrmDeskError as error:
            self._error.setText(f"{error.message} {error.hint}".strip())
            self._error.show()
            self._ok.allow(True)
        else:
            self.done(1)
