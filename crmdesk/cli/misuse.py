"""A command that was typed wrongly, in words: what is wrong with it, and what may have been meant."""

from __future__ import annotations

import re

import typer

from crmdesk.errors import UserError

_WORDS = (
    (re.compile(r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)"), r"There is no place for “\1”."),
    (re.compile(r"'([^']*)' is not a valid int(?: range)?\."), r"“\1” is no whole number."),
    (re.compile(r"(-?\d+) is not in the range (-?\d+)<=x<=(-?\d+)\."), r"\1 is not between \2 and \3."),
    (re.compile(r"(-?\d+) is not in the range x>=(-?\d+)\."), r"\1 is less than \2."),
)
"""What the library says, and how people say it."""
_SUGGESTED = re.compile(r"(No such command '[^']*'\.) Did you mean (.+)\?$")


def misuse_of(error: typer.TyperException) -> UserError:
    """The error to be told."""
    message = error.format_message()
    for pattern, words in _WORDS:
        message = pattern.sub(words, message)
    context = getattr(error, "ctx", None)
    hint = f"See `{context.command_path if context is not None else 'crmdesk'} --help`."
    if suggested := _SUGGESTED.search(message):
        message, near = suggested[1], suggested[2].replace("'", "").replace(", ", " or ")
        hint = f"Did you mean {near}? {hint}"
    return UserError(message, hint=hint)
