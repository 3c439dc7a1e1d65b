"""Options as the desk offers them: the list, a value set by hand, and every value there was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from crmdesk.errors import UserError
from crmdesk.model.option import FORM, Option, option_moment


class OptionStore(Protocol):
    """The options of a profile where they are kept; each method raises StoreError."""

    def list(self) -> Sequence[Option]: ...

    def changes(self, name: str) -> Sequence[Option]: ...

    def set(self, name: str, value: str) -> Option: ...


class Options:
    """The options of a profile."""

    def __init__(self, store: OptionStore) -> None:
        self._store = store

    def list(self) -> Sequence[Option]:
        """The options as they stand, by name."""
        return self._store.list()

    def changes(self, name: str) -> Sequence[Option]:
        """Every value the option had, oldest first; UserError when there is no option of this name."""
        found = self._store.changes(name)
        if not found:
            raise UserError(f"There is no option “{name}”.", hint="`crmdesk options` lists them.")
        return found

    def set(self, name: str, value: str) -> Option:
        """Set an option by hand: a moment of the form FORM in UTC, or "" for "from the beginning".

        Raises UserError for a name that cannot be one and for a value of another form.
        """
        if not name.strip() or name != name.strip() or not name.isprintable():
            raise UserError(
                "The name of an option is a text without blanks around it.", hint="Write it as LASTIMPORT_x."
            )
        try:
            if value:
                option_moment(value)
        except ValueError as error:
            raise UserError(
                f"{error}.",
                hint=f'Write it as {FORM} in UTC, 2026/01/31 23:59:59 for instance, or "" to read from the beginning.',
            ) from error
        return self._store.set(name, value)
