"""One CRM account in the list: its environment at the edge, who signs in, how that went, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu

from crmdesk.gui.kit.buttons import IconButton
from crmdesk.gui.kit.cards import Card
from crmdesk.gui.kit.labels import ElidedLabel, Glyph, label, mono_label
from crmdesk.gui.kit.layout import column, frame, row
from crmdesk.gui.kit.tags import EnvironmentEdge, EnvironmentTag, Tag
from crmdesk.gui.kit.tips import plain_tip
from crmdesk.model.figures import counted
from crmdesk.viewmodel.accounts.lines import AccountLine, SignInState

HEIGHT = 72
_ROOM_FOR_ALL = 600  # px; in less who signs in is left to the card of the test beside


class AccountCard(Card):
    """`chosen` and what begins with `wants` carry the internal name of the account."""

    chosen = Signal(str)
    wants_test = Signal(str)
    wants_sign_in = Signal(str)
    wants_forget = Signal(str)
    wants_settings = Signal(str)
    wants_copy = Signal(str)
    wants_switch = Signal(str)
    moved = Signal(int)

    def __init__(self, line: AccountLine) -> None:
        super().__init__(spacing=0, margins=(0, 0, 0, 0), name=f"account-{line.name}")
        self.line = line
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._edge = EnvironmentEdge(line.environment)
        self._label = ElidedLabel(line.label, "heading", name=f"account-{line.name}-label")
        self._tag = EnvironmentTag(line.environment)
        self._where = ElidedLabel("", "small", name=f"account-{line.name}-where")
        self._user = ElidedLabel("", "strong", name=f"account-{line.name}-user")
        self._org = mono_label("", 11, name=f"account-{line.name}-org")
        self._copy = IconButton(
            f"account-{line.name}-copy", self.tr("Copy the org id"), "copy", self.copy_org, look="step"
        )
        self._state = Tag("", "ok")
        self._state.setObjectName(f"account-{line.name}-state")
        self._note_glyph = Glyph("user-round", "text3", 14)
        self._note = label("", "faint")
        self._more = IconButton(
            f"account-{line.name}-more", self.tr("More for {0}").format(line.label), "ellipsis", self._open_menu
        )
        self.body.addLayout(self._content())
        self.clicked.connect(lambda: self.chosen.emit(self.line.name))
        self.show_line(line, is_chosen=False)

    def _content(self) -> QHBoxLayout:
        self._who = frame(column(1, self._user, row(self._org, self._copy, 1, spacing=4), 1, spacing=2), width=184)
        state = frame(
            column(1, row(self._state, 1), row(self._note_glyph, self._note, 1, spacing=4), 1, spacing=4), width=128
        )
        title = row(self._label, self._tag, 1)
        title.setStretch(0, 100)
        name = column(1, title, self._where, 1, spacing=4)
        inner = row(name, self._who, state, self._more, spacing=16, margins=(14, 4, 8, 4))
        inner.setStretch(0, 1)
        whole = row(self._edge, inner, spacing=0, margins=(1, 1, 1, 1))
        whole.setStretch(1, 1)
        return whole

    def show_line(self, line: AccountLine, *, is_chosen: bool) -> None:
        """Show the account as it is now."""
        self.line = line
        self.set_look("card-chosen" if is_chosen else "card")
        self._edge.show_environment(line.environment)
        self._label.setText(line.label)
        # Its tag follows the name closely, so it takes no more room than its words, in the font of the stylesheet.
        self._label.ensurePolished()
        self._label.setMaximumWidth(self._label.fontMetrics().horizontalAdvance(line.label) + 2)
        self._tag.show_environment(line.environment)
        self._where.setText(line.where)
        self._user.setText(line.user)
        self._user.setVisible(bool(line.user))
        self._org.setText(line.organization_id)
        for part in (self._org, self._copy):
            part.setVisible(bool(line.organization_id))
        self._state.set(*self._state_words(line))
        self._show_note(line)
        self.setAccessibleName(f"{line.label}, {self._tag.text()}, {self._state.text()}")
        self.setAccessibleDescription(line.where)
        self.setToolTip(plain_tip(line.note) if line.note else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._who.setVisible(event.size().width() >= _ROOM_FOR_ALL)

    def _state_words(self, line: AccountLine) -> tuple[str, str]:
        match line.state:
            case SignInState.UNTRIED:
                return (self.tr("Ready"), "ok") if line.is_practice else (self.tr("Not tested"), "same")
            case SignInState.TRYING:
                return self.tr("Testing…"), "onway"
            case SignInState.SIGNED_IN:
                return (self.tr("Ready") if line.is_practice else self.tr("Signed in")), "ok"
            case SignInState.REFUSED:
                return self.tr("Sign in again"), "warn"
            case SignInState.AWAY:
                return self.tr("No answer"), "bad"
            case SignInState.OFF:
                return self.tr("Switched off"), "same"

    def _show_note(self, line: AccountLine) -> None:
        if line.calls_left is not None and not line.is_practice:
            self._note.setText(counted(line.calls_left, self.tr("call left"), self.tr("calls left")))
            self._note_glyph.set_icon("gauge", "text3")
        elif line.needs_person is not None:
            self._note.setText(self.tr("needs you") if line.needs_person else self.tr("runs at night"))
            self._note_glyph.set_icon("user-round" if line.needs_person else "moon", "text3")
        else:
            self._note.setText("")
        for part in (self._note, self._note_glyph):
            part.setVisible(bool(self._note.text()))

    def copy_org(self) -> None:
        """Put the org id on the clipboard."""
        QGuiApplication.clipboard().setText(self.line.organization_id)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName(f"account-{self.line.name}-menu")
        name = self.line.name
        menu.addAction(self.tr("Test"), lambda: self.wants_test.emit(name))
        if self.line.organization_id:
            menu.addAction(self.tr("Copy the org id"), self.copy_org)
        menu.addAction(self.tr("Settings…"), lambda: self.wants_settings.emit(name))
        if not self.line.is_practice:
            menu.addAction(self.tr("Sign in again…"), lambda: self.wants_sign_in.emit(name))
            menu.addAction(self.tr("Copy…"), lambda: self.wants_copy.emit(name))
            is_off = self.line.state is SignInState.OFF
            menu.addAction(
                self.tr("Switch on") if is_off else self.tr("Switch off"), lambda: self.wants_switch.emit(name)
            )
            menu.addSeparator()
            menu.addAction(self.tr("Forget…"), lambda: self.wants_forget.emit(name))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.chosen.emit(self.line.name)
            case Qt.Key.Key_Down:
                self.moved.emit(1)
            case Qt.Key.Key_Up:
                self.moved.emit(-1)
            case Qt.Key.Key_Delete if not self.line.is_practice:
                self.wants_forget.emit(self.line.name)
            case _:
                super().keyPressEvent(event)
