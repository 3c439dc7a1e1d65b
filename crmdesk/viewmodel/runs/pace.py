"""How fast a run goes, smoothed, and how long that still takes."""

from __future__ import annotations

from collections import deque

from crmdesk.viewmodel.figures import duration, per_second

_WINDOW_SECONDS = 30.0
_FEWEST_SECONDS = 1.0


class Pace:
    """The rows of the last half minute. A new phase begins anew, because it goes at another speed."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._phase = ""

    def add(self, phase: str, rows: int, now: float) -> None:
        """At `now` (seconds of a clock that never goes back) `phase` has `rows` behind it."""
        if phase != self._phase or (self._seen and rows < self._seen[-1][1]):
            self._seen.clear()
            self._phase = phase
        self._seen.append((now, rows))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW_SECONDS:  # noqa: PLR2004 - both ends stay
            self._seen.popleft()

    @property
    def _stretch(self) -> tuple[int, float]:
        """Rows, and the seconds they took; nothing while there is too little to tell."""
        if not self._seen:
            return 0, 0.0
        (begun, before), (now, rows) = self._seen[0], self._seen[-1]
        return (rows - before, now - begun) if now - begun >= _FEWEST_SECONDS else (0, 0.0)

    @property
    def rate(self) -> str:
        """“166 rows/s”, a dash while there is too little to tell."""
        return per_second(*self._stretch)

    def remaining(self, total: int | None) -> str:
        """“about 21 min”, or an empty text while nobody can know."""
        rows, seconds = self._stretch
        if total is None or not rows or total <= self._seen[-1][1]:
            return ""
        return f"about {duration((total - self._seen[-1][1]) * seconds / rows)}"
