"""The Prefer header: what a client wishes of an answer beside its rows.

Microsoft Learn, "Compose HTTP requests and handle errors", preference headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefer:
    """What the Prefer header asks for; `annotations` are patterns, empty for none."""

    page: int = 0
    tracks: bool = False
    returns_row: bool = False
    goes_on: bool = False
    annotations: str = ""

    @classmethod
    def parse(cls, text: str) -> Prefer:
        """Read the header, all of its lines joined by commas."""
        page = re.search(r"maxpagesize\s*=\s*(\d+)", text)
        annotations = re.search(r'include-annotations\s*=\s*"([^"]*)"', text)
        return cls(
            page=int(page[1]) if page else 0,
            tracks="track-changes" in text,
            returns_row="return=representation" in text,
            goes_on="continue-on-error" in text,
            annotations=annotations[1] if annotations else "",
        )

    @property
    def applied(self) -> str:
        """What Preference-Applied says."""
        words = [
            f"odata.maxpagesize={self.page}" if self.page else "",
            "odata.track-changes" if self.tracks else "",
            "return=representation" if self.returns_row else "",
            f'odata.include-annotations="{self.annotations}"' if self.annotations else "",
        ]
        return ",".join(word for word in words if word)
