"""How a query will be read, before it is: by which interface, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from crmdesk.model.job import Engine


@dataclass(frozen=True, slots=True)
class Route:
    """A way to read a query. `rows` is how many there are now, None where nobody can say without reading them.

    `calls` is what reading them costs, about; `calls_by_pages` what it would cost page by page. `text` is the query as
    it is sent, the first of `parts` where one statement cannot hold it.
    """

    engine: Engine
    rows: int | None
    calls: int
    calls_by_pages: int
    text: str
    parts: int = 1


@runtime_checkable
class TellsRoute(Protocol):
    """A source that knows beforehand how it will read."""

    def route(self) -> Route:
        """How the rows will be read."""
        ...
