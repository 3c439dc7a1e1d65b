"""Whose rows are on their way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Owner:
    """A job of a profile, and the run of it; `folder` is the profile's own, where it keeps its runs."""

    folder: Path
    job: str
    run: str

    @property
    def name(self) -> str:
        """A short name that no other job of no other profile has."""
        return hashlib.sha256(f"{self.folder}\n{self.job}".encode()).hexdigest()[:16]
