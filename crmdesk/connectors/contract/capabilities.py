"""What a connector can do, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.model.job import Action, Engine
from crmdesk.model.mapping import UserKey
from crmdesk.model.matrix import Bar, Matrix
from crmdesk.model.reject import Check
from crmdesk.model.sign_in import SignInMethod


@dataclass(frozen=True, slots=True)
class Users:
    """Where a CRM keeps its users: the object, the fields that name them, and the one that tells the active ones.

    It is `active_when` of them, "true" or "false".
    """

    object: str
    keys: Mapping[UserKey, str]
    active: str
    active_when: str = "true"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What can be done how.

    `engines` lists, for each action, the engines that can carry it, the preferred one for many rows last; an action
    that is missing cannot be done at all, and `refusals` says why; `bars` are the options that an engine cannot carry,
    see `matrix`. `looks_up_upserts`: the CRM has no upsert, so the engine looks the keys up and inserts or updates.
    `audit` names the fields that tell when and by whom a record was last changed (empty: nobody tells).
    `auth_methods` are the ways to sign in, the one to propose first. `checks` names our own checks by the CRM's codes.
    `folds_case` tells whether the CRM takes upper and lower case of a text key for one. `clear_word` is a text that the
    CRM would take for "clear this field" and that can not be sent as a value (empty: none). `lookup_limit` is how many
    keys one list in a query may hold. `index_fields` hold the time of the last change, the one to prefer first. `users`
    is None where the CRM does not tell who they are. `tracks_changes`: some objects can be followed by tokens.
    `audit_fields` names the fields that can be set while a record is created, by those who have a right that is told in
    a sentence.
    """

    engines: Mapping[Action, tuple[Engine, ...]]
    refusals: Mapping[Action, str] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()
    looks_up_upserts: bool = False
    audit: tuple[str, ...] = ()
    auth_methods: tuple[SignInMethod, ...] = ()
    checks: Mapping[Check, str] = field(default_factory=dict)
    folds_case: bool = True
    clear_word: str = ""
    lookup_limit: int = 200
    index_fields: tuple[str, ...] = ()
    users: Users | None = None
    tracks_changes: bool = False
    audit_fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def matrix(self) -> Matrix:
        """What can be done how, and why not."""
        return Matrix(self.engines, self.bars)

    def method(self, name: str) -> SignInMethod | None:
        """The way to sign in of that name."""
        return next((method for method in self.auth_methods if method.name == name), None)

    def code(self, check: Check) -> str:
        """The code a reject of `check` carries."""
        return self.checks.get(check, check.value)
