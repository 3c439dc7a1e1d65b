"""Options: up to when jobs have read, whether this computer is well, how the window looks, where the profile is."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPlainTextEdit, QScrollArea, QWidget

from crmdesk import __version__
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.check_lines import CheckLines
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.page import Page
from crmdesk.gui.pages.options.kept import KeptCard
from crmdesk.gui.pages.options.moments import MomentsCard
from crmdesk.gui.pages.options.profile import ProfileCard
from crmdesk.gui.shortcuts import show_shortcuts
from crmdesk.gui.spawn import aslot, spawn
from crmdesk.gui.theme import Scheme, theme
from crmdesk.places import resource
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.options import OptionsModel
from crmdesk.viewmodel.window_words import for_the_window

_RIGHT = 400
_BESIDE_FROM = 1_096  # px of the page
QWIDGETSIZE_MAX = 16_777_215  # Qt's word for no bound
_DOCTOR_WIDTH = 600
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
        self._model = OptionsModel(app)
        self._moments = MomentsCard(self._model)
        self._kept = KeptCard(app)
        left = column(self._moments, self._doctor_card(), self._kept, 1)
        self._right = frame(column(self._look_card(), self._reading_card(), ProfileCard(app), self._about_card(), 1))
        self._cards: QBoxLayout = row(left, self._right, spacing=12, margins=(0, 0, 4, 0))
        self._cards.setStretch(0, 1)
        area = QScrollArea()
        area.setObjectName("options-scroll")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(frame(self._cards, "clear"))
        self.body.addWidget(area, 1)
        self._model.subscribe(self._show)

    def first_control(self) -> QWidget:
        return self._theme

    def open_at(self, place: Place) -> None:
        self._model.read()
        spawn(self._kept.model.read())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cards at the right stand below the others where they would be cut."""
        super().resizeEvent(event)
        has_room, ways = self.width() >= _BESIDE_FROM, QBoxLayout.Direction
        self._cards.setDirection(ways.LeftToRight if has_room else ways.TopToBottom)
        self._right.setMinimumWidth(_RIGHT if has_room else 0)
        self._right.setMaximumWidth(_RIGHT if has_room else QWIDGETSIZE_MAX)

    def refresh(self) -> None:
        self._theme.set_value(self._app.theme)
        self._model.read()
        self._show()

    def _show(self) -> None:
        model = self._model
        self._moments.show_options()
        self._verdict.setText(model.verdict)
        self._examine.allow(not model.is_examining, model.verdict)
        self._examine.set_text(self.tr("Look") if model.doctor is None else self.tr("Look again"))
        lines = model.doctor or ()
        self._found.show_lines([(each.name, each.is_ok, each.text, for_the_window(each.hint)) for each in lines])

    def _doctor_card(self) -> TitledCard:
        self._verdict = label("", "muted", wraps=True, name="options-doctor-verdict")
        self._examine = Button("options-doctor", "", aslot(self._model.examine), icon="search")
        self._found = CheckLines("options-doctor", _DOCTOR_WIDTH)
        return TitledCard(self.tr("This computer"), self._verdict, self._found, row(self._examine, 1))

    def _look_card(self) -> TitledCard:
        return TitledCard(self.tr("Look"), row(label(self.tr("Colours"), "muted"), 1, self._theme))

    def _reading_card(self) -> TitledCard:
        show = self._app.show
        decisions = Button("options-decisions", self.tr("Decisions"), partial(show, PageName.DECISIONS), icon="history")
        book = Button(
            "options-error-book", self.tr("Error book"), partial(show, PageName.ERROR_BOOK), icon="message-square-text"
        )
        words = self.tr("Who changed, agreed to or set aside what; and what every refusal means and what helps.")
        return TitledCard(self.tr("To look up"), label(words, "muted", wraps=True), row(decisions, book, 1))

    def _about_card(self) -> TitledCard:
        licences = [
            Button(f"options-licence-{at}", name, partial(self._show_licence, name, file), look="link")
            for at, (name, file) in enumerate(_LICENCES)
        ]
        shortcuts = Button("options-shortcuts", self.tr("Shortcuts"), self._show_shortcuts, icon="keyboard")
        return TitledCard(
            self.tr("About"),
            row(
                label(self.tr("CRM Desk"), "strong"), label(__version__, "muted", name="options-version"), 1, shortcuts
            ),
            label(self.tr("Typefaces and icons, with their licences:"), "muted"),
            row(*licences, 1, spacing=16),
        )

    def _set_theme(self, value: str) -> None:
        self._app.set_theme(value)
        theme.apply(Scheme(value))

    def _show_shortcuts(self) -> None:
        spawn(show_shortcuts(self))

    def _show_licence(self, name: str, file: str) -> None:
        dialog = Dialog(self, "licence-dialog", name)
        text = QPlainTextEdit(resource(file).read_text(encoding="utf-8"))
        text.setObjectName("licence-text")
        text.setAccessibleName(name)
        text.setReadOnly(True)
        text.setMinimumSize(560, 320)
        dialog.add(text)
        dialog.add_button(self.tr("Close"), 0, look="primary", name="licence-close")
        spawn(dialog.ended())
