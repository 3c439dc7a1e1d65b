"""Options: how the window looks, where the profile is, and under which licences what comes along is used."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from crmdesk import __version__
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.fields import TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.page import Page
from crmdesk.gui.shortcuts import show_shortcuts
from crmdesk.gui.spawn import spawn
from crmdesk.gui.theme import Scheme, theme
from crmdesk.places import resource
from crmdesk.viewmodel.app import AppModel

_WIDTH = 720
_LICENCES = (
    ("Inter", "fonts/Inter-LICENSE.txt"),
    ("JetBrains Mono", "fonts/JetBrainsMono-LICENSE.txt"),
    ("Lucide", "icons/LICENSE.txt"),
)


class OptionsPage(Page):
    """Every choice holds at once and is kept in the profile."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("options-page")
        self.set_title(self.tr("Options"))
        self._app = app
        self._theme = Segmented(
            "options-theme",
            self.tr("Colours"),
            (
                (Scheme.SYSTEM, self.tr("As the computer")),
                (Scheme.LIGHT, self.tr("Light")),
                (Scheme.DARK, self.tr("Dark")),
            ),
        )
        self._theme.chosen.connect(self._set_theme)
        self._home = TextField("options-profile", self.tr("Folder of the profile"))
        self._home.setReadOnly(True)
        self._home.show_text(str(app.history.home))
        cards = column(self._look_card(), self._profile_card(), self._about_card(), 1)
        place = QWidget()
        place.setLayout(cards)
        place.setMaximumWidth(_WIDTH)
        wide = row(place)
        wide.addStretch(1)
        wide.setStretch(0, 3)
        self.body.addLayout(wide)

    def first_control(self) -> QWidget:
        return self._theme

    def refresh(self) -> None:
        self._theme.set_value(self._app.theme)

    def _look_card(self) -> TitledCard:
        return TitledCard(self.tr("Look"), row(label(self.tr("Colours"), "muted"), 1, self._theme))

    def _profile_card(self) -> TitledCard:
        copy = Button("options-profile-copy", self.tr("Copy"), self._copy_home, icon="copy")
        show = Button("options-profile-open", self.tr("Open"), self._open_home, icon="folder-open")
        return TitledCard(
            self.tr("Profile"),
            label(
                self.tr("Accounts, jobs, the history and rejected rows are kept in this folder, and nowhere else."),
                "muted",
                wraps=True,
            ),
            row(self._home, copy, show),
        )

    def _about_card(self) -> TitledCard:
        licences = [
            Button(f"options-licence-{at}", name, partial(self._show, name, file), look="link")
            for at, (name, file) in enumerate(_LICENCES)
        ]
        shortcuts = Button("options-shortcuts", self.tr("Shortcuts"), self._show_shortcuts, icon="keyboard")
        return TitledCard(
            self.tr("About"),
            row(
                label(self.tr("CRM Desk"), "strong"), label(__version__, "muted", name="options-version"), 1, shortcuts
            ),
            row(label(self.tr("Typefaces and icons, with their licences:"), "muted"), *licences, 1, spacing=16),
        )

    def _set_theme(self, value: str) -> None:
        self._app.set_theme(value)
        theme.apply(Scheme(value))

    def _copy_home(self) -> None:
        QGuiApplication.clipboard().setText(self._home.text())

    def _open_home(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._home.text()))

    def _show_shortcuts(self) -> None:
        spawn(show_shortcuts(self))

    def _show(self, name: str, file: str) -> None:
        dialog = Dialog(self, "licence-dialog", name)
        text = QPlainTextEdit(resource(file).read_text(encoding="utf-8"))
        text.setObjectName("licence-text")
        text.setAccessibleName(name)
        text.setReadOnly(True)
        text.setMinimumSize(560, 320)
        dialog.add(text)
        dialog.add_button(self.tr("Close"), 0, look="primary", name="licence-close")
        spawn(dialog.ended())
