"""How a query will be read, before it is: by which interface, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from crmdesk.model.figures import counted
from crmdesk.model.job import Engine

_NAMES = {Engine.REST: "REST", Engine.BULK: "Bulk"}


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

    @property
    def sentence(self) -> str:
        """The interface, the number of rows, and what they cost in calls."""
        rows = "an unknown number of rows" if self.rows is None else counted(self.rows, "row")
        calls = f"about {counted(self.calls, 'call')}"
        if self.engine is Engine.BULK and self.rows is not None:
            calls += f" (page by page: {self.calls_by_pages:,})"
        parts = f", in {self.parts:,} queries" if self.parts > 1 else ""
        return f"Read by {_NAMES.get(self.engine, self.engine.value)}{parts}: {rows}, {calls}."


@runtime_checkable
class TellsRoute(Protocol):
    """A source that knows beforehand how it will read."""

    def route(self) -> Route:
        """How the rows will be read."""
        ...
