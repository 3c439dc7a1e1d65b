"""Weather on demand: requests that are slow, refused, cut off, or carried out without anybody hearing of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Storm:
    """What happens to the next `times` requests of this method (`write`: any that writes) whose path matches.

    `status` 0 cuts the connection; `applies`: the request is carried out first. `body` is a JSON value.
    """

    method: str = ""
    path: str = ""
    status: int = 0
    body: Any = None
    headers: dict[str, str] | None = None
    times: int = 1
    applies: bool = False
    seconds: float = 0.0

    def meets(self, method: str, path: str, *, writes: bool) -> bool:
        """Whether it is over this request."""
        is_meant = writes if self.method == "write" else self.method in ("", method)
        return self.times > 0 and is_meant and re.search(self.path, path) is not None


class Weather:
    """The storms that were asked for, the oldest first."""

    def __init__(self) -> None:
        self._storms: list[Storm] = []

    def post(self, storm: Storm) -> None:
        self._storms.append(storm)

    def clear(self) -> None:
        self._storms.clear()

    def over(self, method: str, path: str, *, writes: bool) -> Storm | None:
        """The storm that meets a request; it has one time less then."""
        found = next((storm for storm in self._storms if storm.meets(method, path, writes=writes)), None)
        if found is not None:
            found.times -= 1
        return found
