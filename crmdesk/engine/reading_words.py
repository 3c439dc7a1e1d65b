"""What a run says about how it reads: the interface with its cost, and the CRM's own count beside ours."""

from __future__ import annotations

from crmdesk.connectors.contract import Source
from crmdesk.connectors.routes import Route, TellsRoute
from crmdesk.model.job import Engine

_NAMES = {Engine.REST: "REST", Engine.BULK: "Bulk"}


def route_of(source: Source) -> Route | None:
    """How a source will read; None where it does not say."""
    return source.route() if isinstance(source, TellsRoute) else None


def route_sentence(route: Route) -> str:
    """The interface, the number of rows, and what they cost in calls."""
    name = _NAMES.get(route.engine, route.engine.value)
    rows = "an unknown number of rows" if route.rows is None else _counted(route.rows, "row")
    calls = f"about {_counted(route.calls, 'call')}"
    if route.engine is Engine.BULK and route.rows is not None:
        calls += f" (page by page: {route.calls_by_pages:,})"
    parts = f", in {route.parts} queries" if route.parts > 1 else ""
    return f"Read by {name}{parts}: {rows}, {calls}."


def counts_beside(read: int, there: int) -> str:
    """The CRM's count beside the rows that were read."""
    if read == there:
        return f"The CRM counts {_counted(there, 'row')} for this job, as many as were read."
    return f"The CRM now counts {_counted(there, 'row')} for this job, and {read:,} were read: some came or went."


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
