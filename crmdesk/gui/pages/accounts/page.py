"""The page of the CRM accounts: production, sandbox and practice told apart, the test of one, and the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.empty import EmptyState, ErrorState
from crmdesk.gui.kit.faces import Faces
from crmdesk.gui.kit.fields import SearchField
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.scrolled import scrolled
from crmdesk.gui.page import Page
from crmdesk.gui.pages.accounts.card import AccountCard
from crmdesk.gui.pages.accounts.caring import AccountCaring
from crmdesk.gui.pages.accounts.form import AccountFormView
from crmdesk.gui.pages.accounts.test_card import AccountTestCard
from crmdesk.gui.pages.accounts.which_org import ask_which_org
from crmdesk.gui.spawn import spawn
from crmdesk.model.account import Environment
from crmdesk.viewmodel.accounts.page import AccountsModel, WhichOrg
from crmdesk.viewmodel.app import SIGN_IN_AGAIN, AppModel, Place

_LIST_AT_LEAST = 420  # px


class AccountsPage(Page):
    """See AccountsModel."""

    def __init__(self, app: AppModel) -> None:
        super().__init__("accounts", "")
        self.set_title(self.tr("CRM accounts"))
        self._app = app
        model = self._model = AccountsModel(app)
        self._cards: dict[str, AccountCard] = {}
        self._shape: tuple[object, ...] = ()
        self._asking: WhichOrg | None = None
        self._caring = AccountCaring(app, model, self)
        self._search = SearchField("accounts-search", self.tr("Name, host, org id"), width=200)
        self._search.searched.connect(model.search)
        self._add = Button("accounts-add", self.tr("Add a CRM account…"), self._open_form, icon="plus", look="primary")
        self.add_tools(self._search, self._add)
        self._list: QVBoxLayout = column(spacing=8)
        self._test = AccountTestCard()
        self._test.wants_test.connect(lambda: self._try(model.chosen))
        self._test.wants_stop.connect(lambda: spawn(model.give_up()))
        self._test.wants_sign_in.connect(lambda: self._open_form(model.chosen))
        self._test.wants_settings.connect(lambda: spawn(self._caring.change_settings(model.chosen)))
        self._form = AccountFormView()
        self._form.signed_in.connect(lambda: spawn(model.sign_in()))
        self._form.given_up.connect(lambda: spawn(model.leave_form()))
        self._form.letter_wanted.connect(lambda: spawn(self._caring.copy_letter()))
        self._nothing = EmptyState("search", "", "", name="accounts-nothing")
        self._error = ErrorState(
            Button("accounts-again", self.tr("Try again"), self._open, icon="refresh-cw"), name="accounts-error"
        )
        self._stack = Faces()
        self._listed = self._list_view()
        for view in (self._listed, self._form, self._error):
            self._stack.addWidget(view)
        self.body.addWidget(self._stack, 1)
        model.subscribe(self.refresh)

    @property
    def model(self) -> AccountsModel:
        """What the page shows."""
        return self._model

    def open_at(self, place: Place) -> None:
        """Show the list, or with "form" the form of a new account, or that by which one is signed in again."""
        again = place.argument.removeprefix(SIGN_IN_AGAIN) if place.argument.startswith(SIGN_IN_AGAIN) else ""
        spawn(self._begin(is_adding=place.argument == "form", again=again))

    async def _begin(self, *, is_adding: bool, again: str = "") -> None:
        await self._model.open(is_adding=is_adding, again=again)
        await self._model.look_at_practice()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        if self._stack.currentWidget() is not self._listed:
            return {}
        return {"find": self._search.setFocus, "refresh": lambda: self._try(self._model.chosen)}

    def refresh(self) -> None:
        model = self._model
        self._form.show_form(model.form)
        shown = self._error if model.error is not None else self._form if model.form is not None else self._listed
        self._stack.setCurrentWidget(shown)
        if model.error is not None:
            self._error.show_error(model.error)
        for tool in (self._search, self._add):
            tool.setVisible(shown is self._listed)
        self._add.allow(bool(model.kinds), self.tr("Looking what kinds of CRM there are…"))
        self._show_list()
        self._show_details()
        self._ask_which()

    # --- the list ---

    def _list_view(self) -> QWidget:
        words = self.tr("Secrets are kept in this computer’s own keychain, never in a job file or a log.")
        self._keychain = frame(row(Glyph("key-round", "text3", 14), label(words, "faint"), 1, spacing=6), height=40)
        content = column(self._list, self._keychain, self._nothing, 1, spacing=0, margins=(0, 0, 6, 0))
        content.setStretchFactor(self._nothing, 100)
        inside = frame(content, "clear")
        area = scrolled(inside)
        area.setObjectName("accounts-list")
        area.setMinimumWidth(_LIST_AT_LEAST)
        layout = row(area, column(self._test, 1), spacing=10)
        layout.setStretch(0, 1)
        return frame(layout)

    def _show_list(self) -> None:
        sections = self._model.sections
        shape = tuple((each.environment, tuple(line.name for line in each.lines)) for each in sections)
        if shape != self._shape:
            self._shape = shape
            self._build_list()
        for each in sections:
            for line in each.lines:
                self._cards[line.name].show_line(line, is_chosen=line.name == self._model.chosen)
        self._nothing.show_words(
            self.tr("No account has “{0}”").format(self._model.searched),
            self.tr("The search looks at names, hosts, users and org ids."),
        )
        self._nothing.setVisible(not sections)
        self._keychain.setVisible(bool(sections))

    def _build_list(self) -> None:
        focused = next((name for name, card in self._cards.items() if card.hasFocus()), "")
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._cards = {}
        for each in self._model.sections:
            title, note = self._section_words(each.environment)
            self._list.addWidget(frame(row(label(title, "heading"), label(note, "faint"), 1), height=24))
            for line in each.lines:
                card = self._cards[line.name] = AccountCard(line)
                card.chosen.connect(self._model.choose)
                card.wants_test.connect(self._try)
                card.wants_sign_in.connect(self._open_form)
                card.wants_settings.connect(lambda name: spawn(self._caring.change_settings(name)))
                card.wants_copy.connect(lambda name: spawn(self._caring.copy(name)))
                card.wants_switch.connect(lambda name: spawn(self._caring.switch(name)))
                card.wants_forget.connect(lambda name: spawn(self._caring.forget(name)))
                card.moved.connect(self._move)
                self._list.addWidget(card)
        if focused in self._cards:
            self._cards[focused].setFocus()

    def _section_words(self, environment: Environment | None) -> tuple[str, str]:
        match environment:
            case Environment.PRODUCTION:
                return self.tr("Production"), self.tr("real data, real people")
            case Environment.SANDBOX:
                return self.tr("Sandbox"), self.tr("copies to try things on")
            case Environment.PRACTICE:
                return self.tr("Practice"), self.tr("made-up data inside this program; works without a network")
            case None:
                return self.tr("Not looked at yet"), self.tr("a test tells where they lead")

    def _move(self, step: int) -> None:
        names = list(self._cards)
        at = names.index(self._model.chosen) if self._model.chosen in names else 0
        name = names[max(0, min(len(names) - 1, at + step))]
        self._model.choose(name)
        self._cards[name].setFocus(Qt.FocusReason.TabFocusReason)

    # --- details and questions ---

    def _show_details(self) -> None:
        line = self._model.chosen_line
        self._test.setVisible(line is not None)
        if line is not None:
            model = self._model
            self._test.show_account(
                line,
                model.tests.result(line.name),
                model.tests.time(line.name),
                is_testing=model.tests.is_running(line.name),
                can_sign_in=model.can_sign_in_again(line.name),
                throttled=model.throttled,
            )

    def _ask_which(self) -> None:
        found = self._model.which
        if found is not None and self._asking is None:
            self._asking = found
            spawn(self._ask(found))

    async def _ask(self, found: WhichOrg) -> None:
        try:
            is_yes = await ask_which_org(self.window(), found)
        finally:
            self._asking = None
        await (self._model.say_yes() if is_yes else self._model.say_no())

    def _try(self, name: str) -> None:
        spawn(self._model.test(name))

    def _open_form(self, again: str = "") -> None:
        self._model.open_form(again)

    def _open(self) -> None:
        spawn(self._begin(is_adding=False))
