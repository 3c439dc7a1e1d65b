"""An error as a text to be sent to somebody: what happened, what was being done, on which account; without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from crmdesk import __version__
from crmdesk.errors import CrmDeskError, PlanError


def error_details(error: CrmDeskError, doing: str = "", account: str = "", at: datetime | None = None) -> str:
    """`doing` is what was open when it happened, `account` the one that it was about where the error names none."""
    return "\n".join(_lines(error, doing, account, at or datetime.now(UTC)))


def _lines(error: CrmDeskError, doing: str, account: str, at: datetime) -> Iterator[str]:
    yield f"{error.message} {error.hint}".strip()
    for problem in error.problems if isinstance(error, PlanError) else ():
        yield f"- {problem.place}: {problem.message} {problem.hint}".rstrip()
    if error.place:
        yield f"Place: {error.place}"
    if doing:
        yield f"What was being done: {doing}"
    if error.account or account:
        yield f"CRM account: {error.account or account}"
    yield f"Kind: {error.kind}. CRM Desk {__version__}, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
