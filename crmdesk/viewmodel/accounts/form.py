"""The form by which an account is added, built from what the connectors say of their ways to sign in."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.window.answers import Signin
from crmdesk.errors import CrmDeskError, SignInError
from crmdesk.model.account import Account
from crmdesk.model.sign_in import CredentialField, CrmKind, Entry, SignInMethod, SignInStep, StepState
from crmdesk.viewmodel.base import ViewModel

LABEL, KIND, URL, AUTH = "label", "kind", "url", "auth"
"""The lines that every form has; the others are those of the way to sign in."""
_KEPT = "Leave it empty, and the one that is kept is used."
_LARGEST_KEY = 64 * 1024  # bytes; a key of 16,384 bits has 13,000


class AccountForm(ViewModel):
    """A new account, or (`again`) one that signs in anew, whose kept secret stays when none is given.

    `errors` are sentences by line.

    `error` is what belongs to no line. Secrets are kept for as long as the form is open. `steps` are those of a sign-in
    through the browser, as far as it is; `waiting_since` (of a clock that never goes back) is when the browser began to
    be waited for, 0 while it is not. `letter` is a text for the org's admin, where the refusal comes with one.
    """

    def __init__(self, kinds: Sequence[CrmKind], again: Account | None = None) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        self.again = again
        self.is_busy = False
        self.is_afresh = False
        self.steps: tuple[SignInStep, ...] = ()
        self.waiting_since = 0.0
        self.letter = ""
        self.errors: dict[str, CrmDeskError] = {}
        self.error: CrmDeskError | None = None
        self.files: dict[str, str] = {}
        self._label = again.label if again else ""
        self._url = again.url if again else ""
        self._kind = again.kind if again else self.kinds[0].kind
        self._auth = again.auth if again else self.kinds[0].methods[0].name
        self._values: dict[str, str] = dict(again.settings) if again else {}

    # --- what is shown ---

    @property
    def kind(self) -> CrmKind:
        """The chosen kind of CRM."""
        return next(each for each in self.kinds if each.kind == self._kind)

    @property
    def method(self) -> SignInMethod:
        """The chosen way to sign in."""
        return next((each for each in self.kind.methods if each.name == self._auth), self.kind.methods[0])

    @property
    def fields(self) -> tuple[CredentialField, ...]:
        """The lines of the chosen way to sign in; a secret that is kept need not be given again."""
        if self.again is None:
            return self.method.fields
        return tuple(
            replace(each, is_required=False, hint=_KEPT) if each.is_secret else each for each in self.method.fields
        )

    def value(self, name: str) -> str:
        """What stands in a line."""
        match name:
            case "label":
                return self._label
            case "url":
                return self._url
            case "kind":
                return self._kind
            case "auth":
                return self.method.name
            case _:
                return self._values.get(name, "")

    @property
    def proposed_label(self) -> str:
        """What the account is called when nobody says: made of the first word of its host."""
        host = self._url.partition("://")[2].partition("/")[0] or self._url.partition("/")[0]
        words = [word for word in host.partition(".")[0].partition(":")[0].split("-") if word]
        return "" if not words or host[:1].isdigit() else " ".join([words[0].capitalize(), *map(str.upper, words[1:])])

    @property
    def about_the_app(self) -> str:
        """Why the CRM wants an app, and who makes it; an empty text for a way to sign in without one."""
        has_key = self._kind == "salesforce" and any(each.entry is Entry.KEY for each in self.fields)
        if not self.method.brings and not has_key:
            return ""
        return (
            f"{self.kind.label} lets a program in by an app that an admin has made and approved. The text says what to "
            "make, with every name; send it to whoever looks after it."
        )

    @property
    def link(self) -> str:
        """The page to open in a browser, while that is waited for."""
        return self.steps[-1].link if self.steps and self.steps[-1].state is StepState.GOING_ON else ""

    # --- intents ---

    def begin(self) -> None:
        """It is tried from now on."""
        self.is_busy, self.error, self.letter, self.steps, self.waiting_since = True, None, "", (), 0.0
        self.changed()

    def take_step(self, step: SignInStep) -> None:
        """A step of the sign-in began, ended or failed."""
        self.steps = (*(each for each in self.steps if each.step is not step.step), step)
        self.waiting_since = time.monotonic() if self.link else 0.0
        self.changed()

    def set_afresh(self, *, is_afresh: bool) -> None:
        """Whether the CRM shall ask who one is, whoever the browser is signed in as."""
        self.is_afresh = is_afresh
        self.changed()

    def fill(self, name: str, value: str) -> None:
        """Write a line; what was wrong with it is taken back."""
        match name:
            case "label":
                self._label = value
            case "url":
                self._url = value
            case "kind":
                if value != self._kind:
                    self._kind, self._auth = value, ""
            case "auth":
                self._auth = value
            case _:
                self._values[name] = value
                self.files.pop(name, None)
        self.errors.pop(name, None)
        self.error = None
        self.changed()

    def take_file(self, name: str, path: Path) -> None:
        """Fill a line from a file that was picked or dropped: its text for a key, its path else."""
        line = next(each for each in self.method.fields if each.name == name)
        if line.entry is not Entry.KEY:
            self.fill(name, str(path))
            return
        try:
            if path.stat().st_size > _LARGEST_KEY:
                raise ValueError(path.name)
            text = path.read_text(encoding="ascii")
        except OSError as error:
            self._refuse(name, f"{path.name} cannot be read ({error.strerror}).", "Pick another file.")
        except ValueError:
            self._refuse(
                name, f"{path.name} is not a key file.", "A key file is a short text: -----BEGIN PRIVATE KEY-----."
            )
        else:
            self.fill(name, text)
            self.files[name] = path.name
            self.changed()

    def checked(self) -> bool:
        """Whether every line that must be filled in is; what is missing is said beside it."""
        self.errors = {}
        wanted = {} if self.again else {URL: "The address"}
        wanted |= {each.name: each.label for each in self.fields if each.is_required}
        for name, label in wanted.items():
            if not self.value(name).strip():
                self.errors[name] = CrmDeskError(f"{label} is missing.", place=name)
        if not self.again and not (self._label.strip() or self.proposed_label):
            self.errors[LABEL] = CrmDeskError("A name is missing: what the account is called.", place=LABEL)
        self.changed()
        return not self.errors

    def refuse(self, error: CrmDeskError) -> None:
        """Say why it did not work: beside the line it belongs to, else above the button."""
        self.letter = error.letter if isinstance(error, SignInError) else ""
        names = {LABEL, KIND, URL, AUTH, *(each.name for each in self.method.fields)}
        if error.place in (names if self.again is None else {each.name for each in self.fields}):
            self.errors[error.place] = error
        else:
            self.error = error
        self.changed()

    def signin(self) -> Signin:
        """What is handed over: the lines of the chosen way to sign in, without those of others."""
        filled = self._values if self.again else {}
        filled = filled | {each.name: self.value(each.name).strip() for each in self.method.fields}
        secrets = {each.name for each in self.method.fields if each.is_secret}
        return Signin(
            label=self._label.strip() or self.proposed_label,
            kind=self._kind,
            url=self._url.strip(),
            auth=self.method.name,
            settings={name: value for name, value in filled.items() if value and name not in secrets},
            secrets={name: value for name, value in filled.items() if value and name in secrets},
        )

    def _refuse(self, name: str, message: str, hint: str) -> None:
        self.errors[name] = CrmDeskError(message, hint=hint, place=name)
        self.changed()
