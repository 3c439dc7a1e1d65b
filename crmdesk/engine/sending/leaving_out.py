"""Leaving rows out of what is left to be sent: they become rejects, and their company goes without them."""

from __future__ import annotations

import polars as pl

from crmdesk.connectors.contract import Payload
from crmdesk.engine.ledger import Ledger, Prepared
from crmdesk.engine.preparing.rejects import reject_frame
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.engine.sending.packing import Packer
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.outcome import OUTCOME_SCHEMA


def left_rows(ledger: Ledger) -> pl.Series:
    """The rows that were never sent."""
    return pl.concat([pl.Series(ROW, dtype=pl.Int64), *(send.rows.rename(ROW) for send in ledger.unsent())])


def leave_out(ledger: Ledger, sinks: Sinks, problems: pl.DataFrame) -> None:
    """Make rejects of those rows of `problems` (PROBLEM_SCHEMA) that were never sent."""
    copy = SourceCopy(ledger.folder, list(ledger.source_blocks()))
    for send in list(ledger.unsent()):
        own = problems.filter(pl.col(ROW).is_in(send.rows.implode()))
        if not own.is_empty():
            rejects = reject_frame(own, copy.rows(own[ROW].unique().sort()))
            ledger.settle(send.send, pl.DataFrame(schema=OUTCOME_SCHEMA), rejects, _without(send, sinks, own[ROW]))


def _without(send: Payload, sinks: Sinks, rows: pl.Series) -> list[Prepared]:
    """The send packed anew without some of its rows."""
    packing = sinks.at(sinks.road_of(send)).packing
    body = packing.decode(send.body.read()).with_columns(send.rows.alias(ROW))
    packer = Packer(packing, send.body.path, road=send.road)
    return [*packer.add(body.filter(~pl.col(ROW).is_in(rows.implode()))), *packer.close()]
