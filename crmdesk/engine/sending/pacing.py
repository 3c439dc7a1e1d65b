"""The speed of a run that is on the way: rows that were not sent yet are packed anew when somebody asks for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from crmdesk.connectors.contract import Payload, Road
from crmdesk.engine.ledger import Ledger, Prepared
from crmdesk.engine.sending.log import LedgerLog
from crmdesk.engine.sending.packing import Packer
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.engine.sending.ways import NAMES, rows_a_call
from crmdesk.model.job import Action, Engine, Pace, Speed
from crmdesk.model.matrix import engine_at
from crmdesk.tabular.batch import ROW

_ROWS_AT_ONCE = 50_000  # exchanged in one transaction: a kill in between leaves a list of old and new sends


class Pacing:
    """`engines` are those that may carry rows of the run, the one for many rows last."""

    def __init__(self, ledger: Ledger, sinks: Sinks, engines: tuple[Engine, ...], log: LedgerLog) -> None:
        self._ledger = ledger
        self._sinks = sinks
        self._engines = engines
        self._log = log
        self._kept: Pace | None = None

    def is_changed(self) -> bool:
        """Whether somebody has asked for another pace."""
        return self._ledger.pace() not in (None, self._kept)

    def keep(self) -> Iterator[int]:
        """Go at the pace that was asked for last: pack what was not sent yet anew; yields the rows packed so far."""
        pace = self._ledger.pace()
        if pace is None or pace == self._kept:
            return
        self._kept = pace
        self._sinks.keep(pace)
        engine = engine_at(pace.speed, self._engines)
        self._log.notice(f"From here on {pace.speed}: {_in_words(pace, engine)}.")
        done = 0
        roads = dict.fromkeys(
            self._sinks.road_of(send).action for send in self._ledger.unsent() if not self._fits(send, engine)
        )
        for action in roads:
            for rows in self._packed_anew(action, engine):
                done += rows
                yield done

    def _fits(self, send: Payload, engine: Engine) -> bool:
        """Whether a send may stay as it is."""
        road = self._sinks.road_of(send)
        if road.engine is not engine:
            return False
        most = self._sinks.at(road).packing.max_rows
        return engine is Engine.BULK or most // 2 < len(send.rows) <= most

    def _packed_anew(self, action: Action, engine: Engine) -> Iterator[int]:
        """Exchange the sends of one action, a few at a time; yields the rows of each exchange."""
        road = Road(action, engine)
        target = None if road == self._sinks.own else road
        packing = self._sinks.at(road).packing
        waiting = [send for send in self._ledger.unsent() if self._sinks.road_of(send).action is action]
        while waiting:
            some = [waiting.pop(0)]
            while waiting and sum(len(send.rows) for send in some) + len(waiting[0].rows) <= _ROWS_AT_ONCE:
                some.append(waiting.pop(0))
            packer = Packer(packing, some[0].body.path, road=target)
            new: list[Prepared] = []
            for send in some:
                new += packer.add(self._frame(send))
            new += packer.close()
            self._ledger.replace_sends([send.send for send in some], new)
            yield sum(len(send.rows) for send in some)

    def _frame(self, send: Payload) -> pl.DataFrame:
        packing = self._sinks.at(replace(self._sinks.road_of(send), is_gentle=False)).packing
        return packing.decode(send.body.read()).with_columns(send.rows.alias(ROW))


def _in_words(pace: Pace, engine: Engine) -> str:
    if engine is Engine.BULK:
        return "whole jobs by Bulk"
    rows = f"{rows_a_call(pace):,} rows each" if rows_a_call(pace) else "as many rows each as the CRM takes"
    order = "one after the other" if pace.speed is Speed.GENTLE else "a few at once"
    return f"{NAMES[engine]}, {order}, {rows}"
