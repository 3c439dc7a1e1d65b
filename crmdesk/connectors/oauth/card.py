"""A card: what one refusal of a sign-in means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """A refusal by its code and by words of its code or description (each "" fits all), and what to do.

    `place` is the line of the sign-in form it belongs to; `wants_letter` tells that the CRM's admin has to act.
    """

    code: str
    words: str
    message: str
    hint: str
    place: str = ""
    wants_letter: bool = False
