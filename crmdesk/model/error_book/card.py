"""A card of the error book, and the remedies that it can offer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Remedy(StrEnum):
    """A correction that can be offered for a cause, by the letter that stands for it everywhere."""

    MAP_VALUES = "A"
    SET_VALUE = "B"
    REPLACE_OWNERS = "C"
    UPDATE_INSTEAD = "D"
    SHORTEN = "E"
    FIND_AGAIN = "F"
    CHOOSE_PARENTS = "G"
    WAIT_FOR_PARENT = "H"
    KEEP_ONE = "J"
    SAVE_ANYWAY = "K"
    GENTLE_LANE = "L"
    READ_AS = "M"
    ASK_FOR_IT = "N"
    FIND_CULPRIT = "O"
    CREATE_INSTEAD = "P"
    RESTORE = "Q"
    TWO_PASSES = "R"
    SET_ASIDE = "S"


TITLES: Mapping[Remedy, str] = {
    Remedy.MAP_VALUES: "Map values",
    Remedy.SET_VALUE: "Set a value, leave empty, or leave the field out",
    Remedy.REPLACE_OWNERS: "Choose replacement owners",
    Remedy.UPDATE_INSTEAD: "Update that record instead",
    Remedy.SHORTEN: "Shorten, round, tidy",
    Remedy.FIND_AGAIN: "Find again",
    Remedy.CHOOSE_PARENTS: "Choose parents",
    Remedy.WAIT_FOR_PARENT: "Wait for parent",
    Remedy.KEEP_ONE: "Keep one",
    Remedy.SAVE_ANYWAY: "Save anyway",
    Remedy.GENTLE_LANE: "Gentle lane",
    Remedy.READ_AS: "Read as",
    Remedy.ASK_FOR_IT: "Ask for it",
    Remedy.FIND_CULPRIT: "Find the culprit",
    Remedy.CREATE_INSTEAD: "Create instead",
    Remedy.RESTORE: "Restore and send",
    Remedy.TWO_PASSES: "In two passes",
    Remedy.SET_ASIDE: "Set aside",
}

CORRECTING = frozenset(
    {
        Remedy.MAP_VALUES,
        Remedy.SET_VALUE,
        Remedy.REPLACE_OWNERS,
        Remedy.UPDATE_INSTEAD,
        Remedy.SHORTEN,
        Remedy.CHOOSE_PARENTS,
        Remedy.READ_AS,
        Remedy.KEEP_ONE,
        Remedy.WAIT_FOR_PARENT,
    }
)
"""The remedies that help only where a value changes, a field is left out, or rows are set aside or wait."""


@dataclass(frozen=True, slots=True)
class Card:
    """What one kind of refusal means.

    `signs` has the codes it is met by, each with a pattern that the message must hold whatever its case; an empty one
    takes any message. `title` and `text` are the admin's words, `advice` what to do; `{field}` and `{message}` in the
    title stand for those of the refusal, and `title_without_field` is for one that names no field. `remedies` are
    offered best first; SET_ASIDE is always there and not named. A card that `quotes` has a text that people of the org
    wrote: rejects with different texts are then different causes.
    """

    id: str
    signs: Mapping[str, str]
    title: str
    text: str
    advice: str
    remedies: tuple[Remedy, ...] = ()
    title_without_field: str = ""
    quotes: bool = False

    def is_met_by(self, code: str, message: str) -> bool:
        """Whether a refusal of this code and message is what the card speaks of."""
        sign = self.signs.get(code)
        return sign is not None and (not sign or re.search(sign, message, re.IGNORECASE | re.DOTALL) is not None)

    def title_for(self, field: str, message: str) -> str:
        """The title for a refusal; `field` may be empty."""
        template = self.title if field or not self.title_without_field else self.title_without_field
        return template.replace("{field}", field).replace("{message}", message) or self.id
