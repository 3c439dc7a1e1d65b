"""The colours in which a run's state is shown."""

from __future__ import annotations

from crmdesk.model.job import Direction
from crmdesk.viewmodel.sentences import Tone

TAG_TONES = {Tone.GOOD: "ok", Tone.LOOK: "warn", Tone.BAD: "bad", Tone.ACTIVE: "onway", Tone.QUIET: "same"}
"""The tone of a tag."""

ICONS = {
    Tone.GOOD: ("circle-check", "ok"),
    Tone.LOOK: ("info", "warn"),
    Tone.BAD: ("triangle-alert", "bad"),
    Tone.ACTIVE: ("refresh-cw", "onway"),
    Tone.QUIET: ("circle-dashed", "text3"),
}
"""An icon, and the token it is drawn in."""


def ink_of(direction: Direction) -> str:
    """The token of a direction's words and arrows on a page's own ground."""
    return "bad" if direction is Direction.DELETES else direction.value.lower()
