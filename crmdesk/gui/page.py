"""What every page is: a header with title, tags and tools, a body, and where wanted a footer with its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.gui.kit.band import BandAccount
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.labels import ElidedLabel, Glyph
from crmdesk.gui.kit.layout import column, frame, gap, row
from crmdesk.gui.kit.scrolled import Roomy
from crmdesk.viewmodel.app import Place

MARGIN = 16
HEADER = 48
FOOTER = 56


class Page(QWidget):
    """Subclasses build into `body`, wire signals to intents, and show the whole view-model in `refresh`.

    `name` is the objectName (`jobs-page`). `band_changed` asks the window to look at `band_account` again.
    """

    band_changed = Signal()

    def __init__(self, name: str, title: str = "", *, has_header: bool = True) -> None:
        super().__init__()
        self.setObjectName(name)
        self._name = name
        self._title = ElidedLabel(title, "title", name=f"{name}-title", is_snug=True)
        self._crumbs: QHBoxLayout = row()
        self._tags: QHBoxLayout = row()
        self._tools: QHBoxLayout = row()
        self.header = frame(
            row(self._crumbs, self._title, gap(4), self._tags, 1, self._tools, margins=(MARGIN, 0, MARGIN, 0)),
            "head",
            height=HEADER,
        )
        self.body: QVBoxLayout = column(spacing=8, margins=(MARGIN, 8, MARGIN, 8))
        self._layout: QVBoxLayout = column(self.header, spacing=0)
        self._layout.addWidget(Roomy(self.body, f"{name}-body"), 1)
        self.setLayout(self._layout)
        if not has_header:  # never shown before it stands in the page: it would be a window of its own for a moment
            self.header.hide()

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def set_crumb(self, text: str, go: Callable[[], object]) -> None:
        """Put the page above before the title: `text` is its name, `go` goes there."""
        self._crumbs.addWidget(Button(f"{self._name}-crumb", text, go, look="ghost"))
        self._crumbs.addWidget(Glyph("chevron-right", "text3", 14))

    def add_tags(self, *tags: QWidget) -> None:
        """Right of the title: direction, states, small words."""
        for each in tags:
            self._tags.addWidget(each)

    def add_tools(self, *tools: QWidget) -> None:
        """At the right end of the header: search, buttons; the primary last, where there is no footer."""
        for each in tools:
            self._tools.addWidget(each)

    def set_footer(self, *buttons: QWidget) -> FooterWords:
        """Lay the footer: two lines of words at the left, `buttons` at the right, the primary last."""
        words = FooterWords(f"{self._name}-footer")
        layout = row(words, *buttons, margins=(MARGIN, 0, MARGIN, 0))
        layout.setStretch(0, 1)
        self._layout.addWidget(frame(layout, "foot", height=FOOTER))
        return words

    def subject(self) -> str:
        """What is being looked at or done here, for somebody who does not see it."""
        return self._title.text()

    def band_account(self) -> BandAccount | None:
        """Whose band stands above this page; None where it stands over no account or over all."""
        return None

    def open_at(self, place: Place) -> None:
        """The page comes into view, to show what `place` names."""

    def first_control(self) -> QWidget:
        """What has the keyboard when the page comes into view."""
        return self

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What this page does of the table of actions, by the name of the action (save, run, undo, find, …)."""
        return {}

    def refresh(self) -> None:
        """Show the view-model as it is now."""

    def closing(self) -> None:
        """The window goes: what the page still waits for is given up."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


class FooterWords(QWidget):
    """Two short lines about what the buttons beside them will do."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._first = ElidedLabel("", "strong", name=f"{name}-words")
        self._second = ElidedLabel("", "small", name=f"{name}-more")
        self.setLayout(column(1, self._first, self._second, 1, spacing=1))

    def say(self, first: str, second: str = "") -> None:
        self._first.setText(first)
        self._second.setText(second)
        self._second.setVisible(bool(second))
