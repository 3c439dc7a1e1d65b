"""The colours in which a run's state is shown."""

from __future__ import annotations

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
