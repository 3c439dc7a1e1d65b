"""How the pass phrase of a vault is handed to a child: on the first line of an open file, never in its environment."""

from __future__ import annotations

from collections.abc import MutableMapping

HANDED = "CRMDESK_PASSPHRASE_FD"
"""The variable with the number of that file."""


def handed_phrase(environment: MutableMapping[str, str]) -> str:
    """The pass phrase that a parent has handed over, an empty text without one. Takes the variable out."""
    number = environment.pop(HANDED, "")
    if not number.isdecimal():
        return ""
    with open(int(number), encoding="utf-8", closefd=False) as file:
        return file.readline().rstrip("\r\n")
