"""A TOML table read key by key, which remembers what was wrong and what nobody asked for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from crmdesk.errors import Problem

LARGEST = 1_000_000_000
"""No number of a job file need be larger: rows, seconds, days."""


class Table:
    """One table of a TOML document.

    Each reader takes a key, reports a problem with its place when the value is not of the kind asked for, and gives a
    value of the right type in any case, so that reading goes on and all problems are found.
    """

    def __init__(self, values: Mapping[str, object], place: str = "", problems: list[Problem] | None = None) -> None:
        self._values = values
        self._place = place
        self._problems = problems if problems is not None else []
        self._children: list[Table] = []
        self._asked: set[str] = set()
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        self._known.add(key)
        return key in self._values

    def problem(self, key: str, message: str, hint: str = "") -> None:
        """Something is wrong at `key`."""
        self._problems.append(Problem(self._at(key), message, hint))

    def take(self, key: str) -> object:
        """The value as TOML gives it, None when absent."""
        self._asked.add(key)
        self._known.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without `default` it must be there and not empty."""
        value = self.take(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and (value or default is not None):
            return value
        message = f"“{key}” is missing." if value in (None, "") else f"“{key}” must be a text."
        self.problem(key, message, f'Add {key} = "…".' if value in (None, "") else "Put it in quotes.")
        return ""

    def scalar_text(self, key: str) -> str:
        """A text, number or truth value, as text."""
        value = self.take(key)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
            self.problem(key, f"“{key}” must be a single value.", f'Write {key} = "…".')
        return str(value)

    def integer(self, key: str, default: int) -> int:
        """A whole number that is not negative."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.problem(key, f"“{key}” must be a whole number.", f"Write {key} = {default or 1}.")
            return default
        if value > LARGEST:
            self.problem(key, f"“{key}” is larger than {LARGEST:,}.", "Write a smaller number.")
            return default
        return value

    def boolean(self, key: str, *, default: bool) -> bool:
        """A truth value."""
        value = self.take(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.problem(key, f"“{key}” must be true or false.", f"Write {key} = {str(default).lower()}, without quotes.")
        return default

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """One of `choices`."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, str) and value in choices:
            return value
        words = ", ".join(f"“{choice}”" for choice in choices if choice)
        self.problem(key, f"“{key}” cannot be {value!r}.", f"Choose one of {words}.")
        return default

    def text_map(self, key: str) -> Mapping[str, str]:
        """A table of texts."""
        value = self.take(key)
        if value is None:
            return {}
        if isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values()):
            return dict(value)
        self.problem(key, f"“{key}” must be a table of texts.", f'Write {key} = {{ "from" = "to" }}.')
        return {}

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or a single one; empty when absent."""
        value = self.take(key)
        found = [value] if isinstance(value, str) else value if value is not None else []
        if isinstance(found, list) and all(isinstance(text, str) and text for text in found):
            return tuple(found)
        self.problem(key, f"“{key}” must be a list of texts.", f'Write {key} = ["…", "…"].')
        return ()

    def table(self, key: str) -> Table:
        """A table that must be there."""
        found = self.optional(key)
        if found is None:
            self.problem(key, f"“{key}” is missing.", f"Add [{key}].")
            return Table({}, self._at(key), [])  # its own gaps would only repeat this one
        return found

    def optional(self, key: str) -> Table | None:
        """A table that may be absent."""
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.problem(key, f"“{key}” must be a table.", f"Write [{key}].")
            return None
        return self._child(value, self._at(key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables, empty when absent."""
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.problem(key, f"“{key}” must be a list of tables.", f"Write [[{key}]] for each.")
            return []
        return [self._child(item, f"{self._at(key)}[{number}]") for number, item in enumerate(value, 1)]

    def _child(self, values: Mapping[str, object], place: str) -> Table:
        child = Table(values, place, self._problems)
        self._children.append(child)
        return child

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place and key else self._place or key

    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with this table and those below it, read through it so far."""
        return (*self._problems, *self.unasked())

    def unasked(self) -> list[Problem]:
        """A problem for each key that nobody asked for, here and below: a misspelt key is never ignored."""
        found = []
        for key in self._values:
            if key in self._asked:
                continue
            near = difflib.get_close_matches(key, sorted(self._known), n=1)
            hint = f"Did you mean “{near[0]}”?" if near else "Remove it."
            found.append(Problem(self._at(key), f"“{key}” is not a key of a job file here.", hint))
        return found + [problem for child in self._children for problem in child.unasked()]


Choice = TypeVar("Choice", bound=StrEnum)


def choice_of(table: Table, key: str, kind: type[Choice], default: Choice) -> Choice:
    """One of the words of `kind`."""
    return kind(table.choice(key, tuple(kind), default))
