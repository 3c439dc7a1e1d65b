"""The ways to sign in to a kind of CRM, as data: from them the sign-in form is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from crmdesk.model.matrix import Matrix


class Entry(StrEnum):
    """How the value of a line of the form is given."""

    LINE = "line"
    FILE = "file"
    """The path of a file, which is read whenever it is needed."""
    KEY = "key"
    """The text of a PEM file: several lines, typed, pasted or taken out of a file once."""


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One line of the sign-in form. A secret one is never stored with the account.

    `name` is the key under which the value is kept, `hint` where a person finds it, `example` what one looks like.
    """

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True
    entry: Entry = Entry.LINE
    hint: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class SignInMethod:
    """A way to sign in, with at most one secret among its fields.

    `works_alone` tells whether it goes on working without a person until somebody takes it back. `brings` is the name
    of the secret that a person's permission in the browser brings; "" for a way that needs no browser. `warning` is
    what to know before it is chosen.
    """

    name: str
    label: str
    fields: tuple[CredentialField, ...]
    hint: str = ""
    works_alone: bool = True
    brings: str = ""
    warning: str = ""

    @property
    def asked(self) -> str:
        """The name of the secret among its fields, "" where there is none."""
        return next((field.name for field in self.fields if field.is_secret), "")

    @property
    def secret(self) -> str:
        """The name of its secret, which the environment may give; "" where it needs none."""
        return self.brings or self.asked


@dataclass(frozen=True, slots=True)
class CrmKind:
    """A kind of CRM with its ways to sign in, the first being the one to propose. `address_hint` is for people.

    `matrix` tells for each action by which interfaces it goes, and what a job can ask for beside the values.
    """

    kind: str
    label: str
    methods: tuple[SignInMethod, ...]
    address_hint: str = ""
    address_example: str = ""
    matrix: Matrix = field(default_factory=Matrix)


CA_FILE = CredentialField(
    "ca_file",
    "Certificate file",
    is_required=False,
    entry=Entry.FILE,
    hint="Only where your company inspects encrypted traffic and the system does not know its certificate.",
    example="company.pem",
)
"""The certificates to trust besides the system's: a line that every kind of CRM has."""


class Step(StrEnum):
    """The steps of a sign-in through the browser, in their order."""

    ADDRESS = "address"
    NETWORK = "network"
    BROWSER = "browser"
    PERMISSION = "permission"
    ORGANISATION = "organisation"


class StepState(StrEnum):
    """How a step stands."""

    GOING_ON = "going on"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SignInStep:
    """A step of a sign-in as it begins, ends or fails; `link` is the page to open, while the browser is waited for."""

    step: Step
    state: StepState
    text: str
    link: str = ""
