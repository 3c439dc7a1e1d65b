"""What preparing needs, and what it learns on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import polars as pl

from crmdesk.connectors.contract import Capabilities, Packing, Session, WriteRequest
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.finding.holding import Holding
from crmdesk.engine.finding.lookup import DistinctKeys
from crmdesk.engine.finding.rejected_parents import RejectedParents, none_rejected
from crmdesk.engine.finding.searching import Searches
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.planning.plan import Describe, WritingPlan
from crmdesk.model.reject import Stage
from crmdesk.model.run import LookupCount
from crmdesk.tabular.keys import KeyIndex
from crmdesk.tabular.local_source import LocalSource


class PrepareLedger(Protocol):
    """The part of the ledger that preparing needs; a rehearsal has one that keeps only counts."""

    folder: Path

    def begin_prepare(self) -> None:
        """See Ledger."""
        ...

    def forget_packed(self) -> None:
        """See Ledger."""
        ...

    def add_source_block(self, first_row: int, rows: int, name: str) -> None:
        """See Ledger."""
        ...

    def add_rejects(self, stage: Stage, rejects: pl.DataFrame) -> None:
        """See Ledger."""
        ...

    def add_outcomes(self, outcomes: pl.DataFrame) -> None:
        """See Ledger."""
        ...

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        """See Ledger."""
        ...

    def add_sends(self, sends: list[Prepared]) -> None:
        """See Ledger."""
        ...

    def end_prepare(self, engine: str) -> None:
        """See Ledger."""
        ...


@dataclass(slots=True)
class Scan:
    """What the first pass learnt: how many rows, which keys, which rows could be read only in part."""

    rows: int = 0
    names: list[str] = field(default_factory=list)
    problems: list[pl.DataFrame] = field(default_factory=list)
    searches: Searches | None = None
    keys: KeyIndex | None = None
    twins: pl.DataFrame | None = None
    own_keys: DistinctKeys = field(default_factory=DistinctKeys)


@dataclass(frozen=True, slots=True)
class Found:
    """What the CRM said before rows are converted.

    Records by the field they fill, which keys exist, and what the records hold that are to be changed (None: unasked).
    """

    records: dict[str, pl.DataFrame] = field(default_factory=dict)
    existing: pl.Series | None = None
    counts: tuple[LookupCount, ...] = ()
    holding: Holding | None = None


SendFiles = Callable[[WriteRequest], tuple[Packing, str]]
"""For a request: how its sends are packed, and the name of the engine."""


OnLookups = Callable[[tuple[LookupCount, ...]], None]
"""Told what became of all keys that were looked up, before anything is sent."""


def ignore_lookups(counts: tuple[LookupCount, ...]) -> None:
    """For those who do not want to know."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything preparing needs."""

    plan: WritingPlan
    source: LocalSource
    session: Session
    can: Capabilities
    describe: Describe
    ledger: PrepareLedger
    token: CancelToken
    on_lookups: OnLookups = ignore_lookups
    rejected: RejectedParents = none_rejected
