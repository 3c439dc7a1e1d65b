"""A command that was typed wrongly, in words: what is wrong with it, and what may have been meant."""

from __future__ import annotations

import difflib
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
_NO_COMMAND = re.compile(r"No such command '([^']*)'")


def misuse_of(error: typer.TyperException) -> UserError:
    """The error to be told."""
    message = error.format_message()
    for pattern, words in _WORDS:
        message = pattern.sub(words, message)
    context = getattr(error, "ctx", None)
    hint = f"See `{context.command_path if context is not None else 'crmdesk'} --help`."
    if wrong := _NO_COMMAND.search(message):
        group = getattr(getattr(context, "command", None), "commands", {})
        near = difflib.get_close_matches(wrong[1], group, n=1)
        hint = f"Did you mean {near[0]}? {hint}" if near else hint
    return UserError(message, hint=hint)
