"""The lines of a sign-in form, each made of what the connector says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QBoxLayout

from crmdesk.gui.kit.fields import Field, TextField
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.pages.accounts.file_fields import FileField, KeyField
from crmdesk.model.sign_in import CredentialField, Entry

PREFIX = "account-form-"
_SPACING = 12


class SignInLines:
    """Controls by the names of their lines. `fill(name, text)` and `take(name, path)` are told what a person does."""

    def __init__(
        self, fill: Callable[[str, str], object], take: Callable[[str, Path], object], entered: Callable[[], object]
    ) -> None:
        self._fill = fill
        self._take = take
        self._entered = entered
        self.fields: dict[str, Field] = {}

    def clear(self) -> None:
        """Forget the lines; whoever laid them takes them off the screen."""
        self.fields.clear()

    def text(self, name: str, label_text: str, *, example: str = "", hint: str = "", is_secret: bool = False) -> Field:
        """A line of text."""
        control = TextField(_object_name(name), label_text, placeholder=example, is_secret=is_secret)
        control.textEdited.connect(lambda text: self._fill(name, text))
        control.returnPressed.connect(self._entered)
        return self._keep(name, Field(label_text, control, hint=hint))

    def lay(self, lines: Sequence[CredentialField]) -> QBoxLayout:
        """The lines of a way to sign in: short ones in pairs, long ones alone."""
        whole, pair = column(spacing=_SPACING), row(spacing=_SPACING)
        for each in lines:
            field = self._line(each)
            if each.entry is Entry.LINE and not each.is_secret:
                pair.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
                continue
            whole.addLayout(pair)
            pair = row(spacing=_SPACING)
            whole.addWidget(field)
        whole.addLayout(pair)
        return whole

    def _line(self, each: CredentialField) -> Field:
        words = each.label
        if not each.is_required and not each.is_secret:
            words = QCoreApplication.translate("SignInLines", "{0} (where needed)").format(each.label)
        match each.entry:
            case Entry.LINE:
                return self.text(each.name, words, example=each.example, hint=each.hint, is_secret=each.is_secret)
            case Entry.FILE:
                return self._file(each, FileField(_object_name(each.name), each.label, placeholder=each.example), words)
            case Entry.KEY:
                return self._file(each, KeyField(_object_name(each.name), each.label), words)
            case _:
                assert_never(each.entry)

    def _file(self, each: CredentialField, control: FileField, words: str) -> Field:
        control.edited.connect(lambda text: self._fill(each.name, text))
        control.picked.connect(lambda path: self._take(each.name, path))
        return self._keep(each.name, Field(words, control, hint=each.hint))

    def _keep(self, name: str, field: Field) -> Field:
        self.fields[name] = field
        return field


def _object_name(name: str) -> str:
    return PREFIX + name.replace("_", "-")
