"""Queries in a CRM's own language, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from crmdesk.connectors.contract import Query


@dataclass(frozen=True, slots=True)
class TakenApart:
    """What a text asks for, and sentences about what of it a job has no place for."""

    query: Query
    notices: tuple[str, ...] = ()


@runtime_checkable
class TakesQueriesApart(Protocol):
    """A connector that understands queries written by people."""

    def taken_apart(self, text: str) -> TakenApart:
        """The query; raises UserError that says why it cannot be a job."""
        ...
