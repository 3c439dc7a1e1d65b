"""What a tooltip says of a text that people or files brought: as it stands, never as markup, and not without end."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt

from crmdesk.model.visible import visible

_LONGEST = 2000


def plain_tip(text: str) -> str:
    """A tooltip that shows `text` as it is; Qt takes for HTML what looks like it, and would load what that names."""
    cut = visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
    return f'<span style="white-space: pre-wrap">{escape(cut)}</span>' if Qt.mightBeRichText(cut) else cut
