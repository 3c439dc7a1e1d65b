"""What a run says about how it reads, and the CRM's own count beside ours."""

from __future__ import annotations

from crmdesk.connectors.contract import Source
from crmdesk.connectors.routes import Route, TellsRoute
from crmdesk.model.figures import counted


def route_of(source: Source) -> Route | None:
    """How a source will read; None where it does not say."""
    return source.route() if isinstance(source, TellsRoute) else None


def counts_beside(read: int, there: int) -> str:
    """The CRM's count beside the rows that were read."""
    if read == there:
        return f"The CRM counts {counted(there, 'row')} for this job, as many as were read."
    return f"The CRM now counts {counted(there, 'row')} for this job, and {read:,} were read: some came or went."
