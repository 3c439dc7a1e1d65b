"""The form by which an account is added: its lines are those that the connectors say, so none is written here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.gui.kit.buttons import Button, Segmented
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.empty import LoudLine, NoteLine
from crmdesk.gui.kit.fields import CheckField, ElideCombo, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import column, frame, line, row
from crmdesk.gui.kit.scrolled import Snug
from crmdesk.gui.pages.accounts.browser_steps import BrowserSteps
from crmdesk.gui.pages.accounts.file_fields import FileField, KeyField
from crmdesk.gui.pages.accounts.sign_in_lines import SignInLines
from crmdesk.viewmodel.accounts.form import AUTH, KIND, LABEL, URL, AccountForm

_HELP_WIDTH = 336
_WIDEST = 720
_SIDE_BY_SIDE = 3


class AccountFormView(QWidget):
    """Shows an AccountForm. `signed_in` and `given_up` come from its buttons and keys.

    `letter_wanted` asks for the text to an org's admin.
    """

    signed_in = Signal()
    given_up = Signal()
    letter_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("account-form")
        self._form: AccountForm | None = None
        self._shape: tuple[object, ...] = ()
        self._lines = SignInLines(self._fill, self._take, self.signed_in.emit)
        self._choices: list[Segmented | ElideCombo] = []
        self._place: QVBoxLayout = column()
        self._content: QWidget | None = None
        self._warning = NoteLine("warn", name="account-form-warning")
        self._steps = BrowserSteps()
        words = self.tr("Ask me to sign in afresh, whoever the browser is signed in as")
        self._afresh = CheckField("account-form-afresh", words)
        self._afresh.picked.connect(self._set_afresh)
        self._letter = Button("account-form-letter", self.tr("Copy the text"), self.letter_wanted.emit, icon="copy")
        self._wrong = LoudLine(self._letter, name="account-form-error")
        self._doing = label("", "muted", name="account-form-doing")
        self._cancel = Button("account-form-cancel", self.tr("Cancel"), self.given_up.emit)
        self._sign_in = Button(
            "account-form-sign-in", self.tr("Sign in"), self.signed_in.emit, icon="key-round", look="primary"
        )
        self._card = TitledCard("", spacing=12, name="account-form-card")
        filled_in = column(self._place, self._warning, self._afresh, spacing=12)
        for part in (Snug(filled_in, "account-form-scroll"), self._wrong, line()):
            self._card.body.addWidget(part)
        self._card.body.addLayout(row(self._doing, 1, self._cancel, self._sign_in))
        self._help = self._help_card()
        self.setLayout(self._side_by_side())
        QShortcut(QKeySequence("Escape"), self).activated.connect(self.given_up)

    def show_form(self, form: AccountForm | None) -> None:
        """Show a form from now on; None lets it go, and every secret that stands in a line of it."""
        if form is self._form:
            return
        self._form, self._shape = form, ()
        if form is None:
            self._clear()
            return
        form.subscribe(self.refresh)
        self.refresh()
        empty = (each.control for name, each in self._lines.fields.items() if not form.value(name))
        first = next(empty, None)
        if first is not None:
            first.setFocus()

    def refresh(self) -> None:
        """Show the form as it is now; lines are built anew only when there are others."""
        form = self._form
        if form is None:
            return
        shape = (form.kind.kind, form.method.name)
        if shape != self._shape:
            self._shape = shape
            self._build_anew(form)
        for name, field in self._lines.fields.items():
            error = form.errors.get(name)
            field.set_error(f"{error.message} {error.hint}".strip() if error else "")
            _show_value(field.control, form, name)
            field.setEnabled(not form.is_busy)
        self._warning.say(form.method.warning)
        self._steps.show_form(form)
        self._afresh.setVisible(bool(form.method.brings))
        self._afresh.setChecked(form.is_afresh)
        self._afresh.setEnabled(not form.is_busy)
        self._letter.setVisible(bool(form.letter))
        self._wrong.say(form.error.message if form.error else "", form.error.hint if form.error else "")
        self._sign_in.allow(not form.is_busy, self.tr("Signing in…"))
        self._cancel.set_text(self.tr("Stop") if form.is_busy else self.tr("Cancel"))
        self._doing.setText(self.tr("Signing in; nothing is written…") if form.is_busy else "")
        self._show_help(form)
        for choice in self._choices:
            choice.setEnabled(not form.is_busy)
        named = self._lines.fields.get(LABEL)
        if named is not None and isinstance(named.control, TextField):
            named.control.setPlaceholderText(form.proposed_label or self.tr("Acme production"))

    def _set_afresh(self, is_on: bool) -> None:  # noqa: FBT001 - as Qt calls it
        if self._form is not None:
            self._form.set_afresh(is_afresh=is_on)

    def _fill(self, name: str, text: str) -> None:
        if self._form is not None:
            self._form.fill(name, text)

    def _take(self, name: str, path: Path) -> None:
        if self._form is not None:
            self._form.take_file(name, path)

    def _build_anew(self, form: AccountForm) -> None:
        """Build the lines; the keyboard stays where it was, which is mostly on the choice that asked for them."""
        had_keys = QApplication.focusWidget()
        name = had_keys.objectName() if had_keys is not None and self.isAncestorOf(had_keys) else ""
        self._build(form)
        if self._content is not None and (found := self._content.findChild(QWidget, name)) is not None and name:
            found.setFocus()

    def _build(self, form: AccountForm) -> None:
        self._clear()
        content = column(spacing=12)
        if form.again is not None:
            self._card.heading.setText(self.tr("Sign in again: {0}").format(form.again.label))
            content.addWidget(label(form.value(URL), "muted", wraps=True, name="account-form-where"))
        else:
            self._card.heading.setText(self.tr("A new CRM account"))
            self._build_first(content, form)
        if form.method.hint:
            content.addWidget(label(form.method.hint, "faint", wraps=True, name="account-form-hint"))
        content.addLayout(self._lines.lay(form.fields))
        self._content = frame(content)
        self._place.addWidget(self._content)

    def _show_help(self, form: AccountForm) -> None:
        """Beside the steps of a sign-in there is no room for it, nor need."""
        self._about_app.setText(form.about_the_app)
        self._help.setVisible(form.again is None and bool(form.about_the_app) and not form.steps)

    def _build_first(self, content: QVBoxLayout, form: AccountForm) -> None:
        kinds = self._choice(
            "account-form-kind", self.tr("Kind of CRM"), KIND, [(each.kind, each.label) for each in form.kinds]
        )
        name = self._lines.text(LABEL, self.tr("Name"))
        first = row(column(label(self.tr("Kind of CRM"), "small"), kinds, 1, spacing=4), name, spacing=12)
        first.setStretch(1, 1)
        first.setAlignment(name, Qt.AlignmentFlag.AlignTop)
        content.addLayout(first)
        hint, example = form.kind.address_hint, form.kind.address_example
        content.addWidget(self._lines.text(URL, self.tr("Address"), example=example, hint=hint))
        ways = [(each.name, each.label) for each in form.kind.methods]
        methods = self._choice("account-form-auth", self.tr("How to sign in"), AUTH, ways)
        laid = methods if isinstance(methods, ElideCombo) else row(methods, 1)
        content.addLayout(column(label(self.tr("How to sign in"), "small"), laid, spacing=4))

    def _choice(self, name: str, words: str, key: str, choices: list[tuple[str, str]]) -> Segmented | ElideCombo:
        """Few ways stand side by side, many in a list."""
        value = self._form.value(key) if self._form is not None else ""
        made: Segmented | ElideCombo
        if len(choices) > _SIDE_BY_SIDE:
            made = ElideCombo(name, words)
            made.show_choices(choices, value)
            made.picked.connect(lambda picked: self._fill(key, picked))
        else:
            made = Segmented(name, words, choices)
            made.set_value(value)
            made.chosen.connect(lambda chosen: self._fill(key, chosen))
        self._choices.append(made)
        return made

    def _clear(self) -> None:
        self._lines.clear()
        self._choices.clear()
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
            self._content = None

    def _side_by_side(self) -> QHBoxLayout:
        """The form, whose buttons are always seen, and beside it what helps with it."""
        self._card.setMaximumWidth(_WIDEST)
        beside = Snug(column(self._steps, self._help), "account-form-beside")
        beside.setFixedWidth(_HELP_WIDTH)
        sides = row(column(self._card, 1), column(beside, 1), 1, spacing=16)
        sides.setStretch(0, 100)
        return sides

    def _help_card(self) -> TitledCard:
        self._about_app = label("", "muted", wraps=True, name="account-form-about-app")
        copy = Button("account-form-copy-request", self.tr("Copy a text for the admin"), icon="copy")
        copy.clicked.connect(lambda *_: self.letter_wanted.emit())
        return TitledCard(
            self.tr("No app for CRM Desk yet?"),
            self._about_app,
            row(copy, 1),
            label(
                self.tr("In a hurry? An access token does for an hour or two: choose it as the way to sign in."),
                "faint",
                wraps=True,
            ),
            name="account-form-help",
        )


def _show_value(control: QWidget, form: AccountForm, name: str) -> None:
    match control:
        case KeyField():
            control.show_key(form.files.get(name, ""), has_key=bool(form.value(name)))
        case FileField() | TextField():
            control.show_text(form.value(name))
        case _:
            raise TypeError(control)
