"""Promises about what a break leaves behind."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from crmdesk.model.job import Action, Engine
from crmdesk.tabular.batch import ROW
from tests.connectors.contract_base import DONE, Contract, Remote
from tests.connectors.workbench import Killed, Rows, Workbench, lines


class BreaksContract(Contract):
    """Lost answers and sudden deaths: no row is lost and none is applied twice."""

    def test_a_lost_answer_is_found_out_and_nothing_is_applied_twice(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, action, 4)
        bench.token.sleep(5)
        remote.lose_answer(action)
        done = bench.write(remote.names.object, action, rows, key, engine)
        assert set(done["outcome"]) <= {DONE[action], "unsent"}
        applied = done["outcome"].to_list().count(DONE[action])
        self.assert_applied(remote, mark, action, applied, of=4)

    def test_a_request_that_got_lost_on_its_way_is_unsent(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, action, 4)
        bench.token.sleep(5)
        remote.break_before(action)
        done = bench.write(remote.names.object, action, rows, key, engine)
        applied = done["outcome"].to_list().count(DONE[action])
        assert applied + done["outcome"].to_list().count("unsent") == 4
        self.assert_applied(remote, mark, action, applied, of=4)

    def test_a_send_that_never_left_is_unsent(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, action, 3)
        bench.token.sleep(5)
        with bench.sink(remote.names.object, action, list(rows[0]), key, engine, 3) as sink:
            payloads = bench.payloads(sink.packing, rows)
            for payload in payloads:
                bench.diary.intend(payload, bench.session.whoami().server_time)
            before = remote.writes_seen()
            settled = bench.settle(sink, payloads)
        assert settled["outcome"].to_list() == ["unsent"] * 3
        assert remote.writes_seen() == before
        self.assert_applied(remote, mark, action, 0, of=3)

    def test_killed_at_any_point_the_next_life_knows_what_became_of_every_row(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str, tmp_path: Path
    ) -> None:
        for number, point in enumerate(self._points(remote, bench, engine, action, f"{mark}p")):
            name = f"{mark}{number}"
            rows, key = self.rows_for(remote, name, action, 3)
            bench.token.sleep(5)
            settled = self._killed_at(remote, bench, engine, action, rows, key, point)
            applied = settled["outcome"].to_list().count(DONE[action])
            assert applied + settled["outcome"].to_list().count("unsent") == 3, point
            self.assert_applied(remote, name, action, applied, of=3)

    def _points(self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str) -> list[str]:
        """The points that a write passes, learnt from one that goes well."""
        rows, key = self.rows_for(remote, mark, action, 1)
        bench.write(remote.names.object, action, rows, key, engine)
        points = [point for _, point in bench.diary.lines]
        self._forget(bench)
        return list(dict.fromkeys(points))

    def _forget(self, bench: Workbench) -> None:
        for kept in (bench.diary.lines, bench.diary.sent_at, bench.diary.handles):
            kept.clear()

    def _killed_at(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, rows: Rows, key: str | None, point: str
    ) -> pl.DataFrame:
        def watch(reached: str) -> None:
            if reached == point:
                raise Killed

        bench.diary.watch = watch
        with bench.sink(remote.names.object, action, list(rows[0]), key, engine, len(rows)) as sink:
            payloads = bench.payloads(sink.packing, rows)
            try:
                done = [lines([receipt]) for receipt in sink.write(iter(payloads), bench.token)]
            except Killed:
                done = []
        bench.diary.watch = lambda _: None
        assert not done
        with bench.sink(remote.names.object, action, list(rows[0]), key, engine, len(rows)) as sink:
            begun = [payload for payload in payloads if payload.send in bench.diary.sent_at]
            settled = bench.settle(sink, begun)
        left = [row for payload in payloads if payload not in begun for row in payload.rows]
        self._forget(bench)
        unsent = pl.DataFrame(
            {ROW: left, "outcome": ["unsent"] * len(left)}, schema={ROW: pl.Int64, "outcome": pl.String}
        )
        return pl.concat([settled.select(ROW, "outcome"), unsent])
