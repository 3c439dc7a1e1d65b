"""A formula while it is typed: what is wrong with it and where, and what it gives for the row under the stepper."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from crmdesk.viewmodel.job_editor.mapping_lines import MappingLine

_AT = re.compile(r"Character (\d+): ")
_PLAIN = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"""\"(?:\\.|[^"\\])*\"|'(?:\\.|[^'\\])*'""")
_BRACKETED = re.compile(r"\[(?:\]\]|[^\]])*\]")
_KEYWORDS = ("true", "false", "null", "vars")


@dataclass(frozen=True, slots=True)
class FormulaState:
    """`error` is a sentence, `at` the place in the text, 1 = the first character, 0 where none is known.

    `gives` is what the formula makes of the row under the stepper.
    """

    error: str = ""
    at: int = 0
    gives: str = ""


def formula_state(trouble: str, line: MappingLine) -> FormulaState:
    """The state of the formula of `line`, of which `trouble` tells what is wrong."""
    if not trouble:
        return FormulaState(gives=line.becomes)
    found = _AT.match(trouble)
    return FormulaState(trouble[found.end() :] if found else trouble, int(found[1]) if found else 0)


def columns_in(text: str, columns: Collection[str]) -> frozenset[str]:
    """The columns that a formula names, upper and lower case taken for one; texts in quotes name none."""
    bare = _QUOTED.sub(" ", text)
    bracketed = {found[1:-1].replace("]]", "]").casefold() for found in _BRACKETED.findall(bare)}
    named = {word.casefold() for word in _PLAIN.findall(_BRACKETED.sub(" ", bare))} | bracketed
    return frozenset(column for column in columns if column.casefold() in named)


def column_in_formula(name: str) -> str:
    """A column as a formula names it: as it is, or in brackets where it has other signs (docs/formulas.md)."""
    is_plain = _PLAIN.fullmatch(name) and name.casefold() not in _KEYWORDS
    return name if is_plain else f"[{name.replace(']', ']]')}]"
