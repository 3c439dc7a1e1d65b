"""What is sent once more: rows proven not applied as they went, refused ones in smaller company until it is clear."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import polars as pl

from crmdesk.connectors.contract import Payload, Prepared, Road, Settled
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.sending.packing import Packer
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.model.job import Engine
from crmdesk.tabular.batch import ROW

_AFTER_BULK = 100
"""Rows of the first smaller call after a job: Bulk gives triggers 200 at a time."""

_IN_QUESTION = [Settled.CROWDED.value, Settled.BUSY.value]
_TRIES_ALONE = 3
_BEFORE_ALONE = 0.5
"""Seconds before a row whose record was held by somebody is tried once more by itself."""


@dataclass(slots=True)
class Again:
    """Decides for the rows of a receipt which refusals are final, and packs the others once more."""

    sinks: Sinks
    engines: tuple[Engine, ...]
    token: CancelToken
    _alone: Counter[int] = field(default_factory=Counter)

    def judged(self, rows: pl.DataFrame, payload: Payload) -> pl.DataFrame:
        """The rows of a receipt: CROWDED and BUSY stay where fewer rows a call may help, else they are REJECTED.

        A call that is saved whole or not at all is never cut: while its record is held, it is sent again as it was.
        """
        in_question = rows.filter(pl.col("outcome").is_in(_IN_QUESTION))
        if in_question.is_empty():
            return rows
        is_whole = self.sinks.request_on(self.sinks.road_of(payload)).wishes.all_or_none
        if len(payload.rows) > 1 and not is_whole:
            return rows
        row = int(payload.rows[0])
        self._alone[row] += 1
        if (in_question["outcome"] == Settled.BUSY.value).all() and self._alone[row] < _TRIES_ALONE:
            self.token.sleep(_BEFORE_ALONE * self._alone[row])
            return rows.with_columns(pl.lit(Settled.UNSENT.value).alias("outcome")) if is_whole else rows
        is_final = pl.col("outcome").is_in(_IN_QUESTION)
        return rows.with_columns(
            pl.when(is_final).then(pl.lit(Settled.REJECTED.value)).otherwise(pl.col("outcome")).alias("outcome")
        )

    def packed(self, rows: pl.DataFrame, body: pl.DataFrame, payload: Payload) -> list[Prepared]:
        """The rows that are sent again, packed behind what is stored already. `body` is the frame of the payload."""
        found: list[Prepared] = []
        for outcome in (Settled.UNSENT, Settled.CROWDED, Settled.BUSY):
            again = rows.filter(pl.col("outcome") == outcome.value)[ROW]
            if not again.is_empty():
                frame = body.filter(pl.col(ROW).is_in(again.implode()))
                found += self._pack(frame, outcome, payload)
        return found

    def _pack(self, frame: pl.DataFrame, outcome: Settled, payload: Payload) -> list[Prepared]:
        road, most = payload.road, len(payload.rows)
        if outcome is not Settled.UNSENT:
            road, most = self._smaller(self.sinks.road_of(payload), outcome, most)
        packing = self.sinks.at(road or self.sinks.own).packing
        if outcome is not Settled.UNSENT:
            packing = replace(packing, max_rows=min(most, packing.max_rows))
        packer = Packer(packing, payload.body.path, road=road)
        return [*packer.add(frame), *packer.close()]

    def _smaller(self, road: Road, outcome: Settled, rows: int) -> tuple[Road, int]:
        """The road for rows that were refused in company, and how many go in one call; never as many as before."""
        is_gentle = road.is_gentle or outcome is Settled.BUSY
        half = max(1, rows // 2)
        if road.engine is Engine.BULK and Engine.REST in self.engines:
            return Road(road.action, Engine.REST, is_gentle), min(_AFTER_BULK, half)
        return replace(road, is_gentle=is_gentle), half
