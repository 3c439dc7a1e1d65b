"""How long a profile keeps what runs leave behind, and what would go now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kept(StrEnum):
    """What is kept apart: whole runs; what they told; values of rejects that are settled; before-values."""

    RUNS = "runs"
    LOGS = "logs"
    REJECTS = "rejects"
    BEFORE = "before-values"


DAYS = 90
"""How long each is kept where nobody says else."""

MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Keeping:
    """One kind as it stands: kept for `days` (None: for ever), `number` of them in `size` bytes, `old` would go now.

    Numbers are runs, lines of logs, rejects and runs with before-values. `size` is None for what lies in the database,
    which is measured as a whole.
    """

    kind: Kept
    days: int | None
    number: int
    old: int
    size: int | None = None
