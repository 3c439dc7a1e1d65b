"""The first start: three ways to begin, each with what it costs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.errors import UserError
from crmdesk.gui.file_dialogs import pick_file
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.drop import DropCard
from crmdesk.gui.kit.fields import TextField
from crmdesk.gui.kit.labels import Glyph, Tile, label
from crmdesk.gui.kit.layout import Item, column, gap, row
from crmdesk.gui.spawn import failed, spawn
from crmdesk.model.file_kind import SUFFIXES
from crmdesk.viewmodel.app import PageName
from crmdesk.viewmodel.overview import OverviewModel

_MARGINS = (24, 24, 24, 24)


class Welcome(QWidget):
    """Shown while the profile has neither jobs nor runs."""

    def __init__(self, model: OverviewModel) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self._model = model
        self.practice = Button(
            "welcome-practice", self.tr("Open the practice org"), self._try, icon="graduation-cap", look="primary"
        )
        add = Button("welcome-account", self.tr("Add a CRM account…"), self._add_account, icon="plus")
        title = label(self.tr("Welcome to CRM Desk"), "hero")
        lead = label(self.tr("Move records in and out of your CRM, and see what happens before it does."), "lead")
        for words in (title, lead):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        cards = row(
            Card(
                *self._words(
                    "graduation-cap",
                    self.tr("Try it without a CRM"),
                    self.tr(
                        "A practice org is part of the program, with made-up people and companies. "
                        "Load ten contacts, see what is refused, correct it, send it again."
                    ),
                    self.tr("About 5 minutes. No sign-in, no network."),
                ),
                row(self.practice, 1),
                margins=_MARGINS,
            ),
            Card(
                *self._words(
                    "cloud",
                    self.tr("Connect your CRM"),
                    self.tr(
                        "Salesforce, Dynamics 365 or an OData service. You sign in at your own CRM; CRM Desk then "
                        "shows you where you are, before anything else."
                    ),
                    self.tr("About 10 minutes, when your company has an app for it."),
                ),
                row(add, 1),
                margins=_MARGINS,
            ),
            self._file_card(),
            spacing=16,
        )
        for at in range(cards.count()):
            cards.setStretch(at, 1)
        place = QWidget()
        place.setLayout(cards)
        place.setFixedHeight(296)
        layout = column(4, title, lead, gap(12), place, gap(12), self._facts(), 5, spacing=12, margins=(16, 0, 16, 0))
        self.setLayout(layout)

    def _words(self, icon: str, title: str, text: str, note: str) -> tuple[Item, ...]:
        return (
            row(Tile(icon), 1),
            gap(0),
            label(title, "title"),
            label(text, "muted", wraps=True),
            1,
            label(note, "faint", wraps=True),
        )

    def _file_card(self) -> DropCard:
        self._path = TextField("welcome-path", self.tr("Path of the file"), placeholder=self.tr("Path of the file"))
        self._path.returnPressed.connect(lambda: self._start(self._path.text()))
        choose = Button("welcome-file", self.tr("Choose a file…"), lambda: spawn(self._choose()), icon="folder")
        card = DropCard(
            *self._words(
                "file-spreadsheet",
                self.tr("Start from a file"),
                self.tr("Drop a CSV or Excel file here, type its path, or choose one. CRM Desk looks at it first."),
                self.tr("Nothing is sent by looking."),
            ),
            row(self._path, choose),
            margins=_MARGINS,
            name="welcome-drop",
        )
        card.dropped.connect(self._start)
        return card

    def _facts(self) -> QHBoxLayout:
        facts = (
            ("lock-keyhole", self.tr("No cloud. Nothing leaves this computer but what you send.")),
            ("circle-check", self.tr("Nothing is sent before you say so.")),
            ("badge-check", self.tr("Every row is accounted for.")),
        )
        lines = [row(Glyph(icon), label(text, "muted", wraps=True)) for icon, text in facts]
        for line in lines:
            line.setStretch(1, 1)
        whole = row(*lines, spacing=24)
        for at, (_, text) in enumerate(facts):
            whole.setStretch(at, len(text))
        return whole

    def _try(self) -> None:
        self._model.try_sample()

    def _add_account(self) -> None:
        self._model.app.show(PageName.ACCOUNTS, "form")

    def _start(self, path: str) -> None:
        try:
            self._model.start_from(path)
        except UserError as error:
            failed(error)

    async def _choose(self) -> None:
        rows = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        kinds = self.tr("Files with rows, job files ({0} *.toml);;All files (*)").format(rows)
        path = await pick_file(self, self._model.app, self.tr("Start from a file"), kinds)
        if path:
            self._model.start_from(path)
