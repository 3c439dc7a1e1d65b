"""The law of windows: each begins where the last one ended, and ends before anything that may still be committed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator
from crmdesk.model.index import Window
from crmdesk.model.option import option_moment


def bounds(stored: str, now: datetime, lag_seconds: int) -> tuple[datetime | None, datetime]:
    """Start (included; None: from the beginning) and end (excluded) of the window of a run.

    `stored` is the value of the option, "" for none; `now` is by the CRM's clock and may be early, never late. The end
    is at a whole second, as the option can say it. It never lies before the start: a clock that was set back leaves an
    empty window, and the option where it was. Raises ValueError for a value that no option can have.

    Every record whose stamp is at least `lag_seconds` old when it is read has been committed by then, or is lost: the
    stamp of a record is that of its change, not of its commit (Salesforce: 1 to 3 seconds apart for one record, minutes
    for a long transaction).
    """
    start = option_moment(stored) if stored else None
    end = (now.astimezone(UTC) - timedelta(seconds=lag_seconds)).replace(microsecond=0)
    return start, end if start is None else max(start, end)


def within(where: Filter | None, window: Window) -> Filter:
    """The filter as one member of a group of all, beside the window: an OR in it keeps its meaning."""
    members: list[Condition | Group] = [] if where is None else [where]
    if window.start is not None:
        members.append(Condition(window.field, Operator.GREATER_OR_EQUAL, window.start))
    members.append(Condition(window.field, Operator.LESS, window.end))
    return Group(Joined.ALL, tuple(members))
