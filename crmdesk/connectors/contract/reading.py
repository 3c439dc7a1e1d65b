"""Reading from a CRM: what is asked for, and the source that gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from crmdesk.connectors.token import CancelToken
from crmdesk.errors import RemoteError
from crmdesk.model.filter import Filter, Order
from crmdesk.model.job import Engine
from crmdesk.tabular.batch import Batch


@dataclass(frozen=True, slots=True)
class Query:
    """What to read. `fields` are API names or paths (`Account.Name`), in the order of the columns that come back."""

    object: str
    fields: tuple[str, ...]
    filter: Filter | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    engine: Engine = Engine.AUTO


class Source(Protocol):
    """Rows of a query, once."""

    def count(self) -> int | None:
        """How many rows there are now; None where asking costs as much as reading."""
        ...

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """The rows as frames of ROW and one String column a field, named as in the query; null where there is no value.

        Values are the wire's own text: numbers and times as the CRM writes them, booleans `true` and `false`.
        `after` is the cursor of an earlier batch; ROW then goes on behind that batch. A cursor the CRM no longer knows
        raises CursorGone before the first batch.
        """
        ...


class CursorGone(RemoteError):
    """The CRM no longer knows the cursor: whoever can reads from the start, all others fail with it."""

    def __init__(self) -> None:
        super().__init__(
            "The CRM forgot where the reading stood, again and again.",
            hint="Run it again; if it happens every time, ask who runs the CRM.",
        )
