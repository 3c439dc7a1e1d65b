"""Promises about writing while all goes well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crmdesk.connectors.contract import (
    RECEIPT_SCHEMA,
)
from crmdesk.errors import Cancelled
from crmdesk.model.job import Action, Engine
from crmdesk.tabular.batch import ROW
from tests.connectors.contract_base import DONE, Contract, Remote, Row
from tests.connectors.workbench import Workbench, frame_of


class WritingContract(Contract):
    """Bodies, rows and what comes back."""

    def test_a_body_gives_its_rows_back(self, remote: Remote, bench: Workbench, engine: Engine) -> None:
        names = remote.names
        fields = [names.required, names.unique, names.text, names.number, names.flag]
        values = (
            ["a", "b", None, "12.50", "true"],
            [' x\n"y"', "ü,;'\t", "", None, None],
            ["\\", "🙂", "null", "0", "false"],
        )
        frame = frame_of([dict(zip(fields, row, strict=True)) for row in values])
        with bench.sink(names.object, Action.INSERT, fields, None, engine, 3) as sink:
            packing = sink.packing
        parts = [packing.encode(frame.slice(number, 1)) for number in range(3)]
        if packing.max_rows > 1:
            whole = packing.decode(packing.head + packing.separator.join(parts) + packing.tail)
            assert whole.equals(packing.decode(packing.head + packing.encode(frame) + packing.tail))
        for number, part in enumerate(parts):
            assert packing.decode(packing.head + part + packing.tail).equals(frame.slice(number, 1).drop(ROW))

    def test_what_was_written_stands_there_as_it_was_sent(
        self, remote: Remote, bench: Workbench, engine: Engine, mark: str
    ) -> None:
        names = remote.names
        row: Row = self.record(names, mark) | {
            names.text: 'O\'Neil "ü" 🙂',
            names.number: "12.75",
            names.flag: "true",
            names.day: "2024-02-29",
        }
        if names.moment:
            row[names.moment] = "2024-05-06T07:08:09Z"
        done = bench.write(names.object, Action.INSERT, [row], engine=engine)
        assert done["outcome"].to_list() == ["created"]
        [held] = remote.held(mark)
        assert held[names.id] == done["id"][0]
        assert (held[names.text], held[names.number], held[names.flag]) == (row[names.text], Decimal("12.75"), True)
        assert held[names.day] == "2024-02-29"
        if names.moment:
            assert datetime.fromisoformat(held[names.moment]) == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)

    def test_every_row_comes_back_once_with_what_became_of_it(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, action, 10)
        done = bench.write(remote.names.object, action, rows, key, engine, most=4)
        assert done.schema == RECEIPT_SCHEMA
        assert done[ROW].to_list() == list(range(11, 21))
        assert done["outcome"].to_list() == [DONE[action]] * 10
        self.assert_applied(remote, mark, action, 10, of=10)

    def test_each_id_belongs_to_its_row(self, remote: Remote, bench: Workbench, engine: Engine, mark: str) -> None:
        rows, _ = self.rows_for(remote, mark, Action.INSERT, 25)
        done = bench.write(remote.names.object, Action.INSERT, rows, engine=engine)
        held = {record[remote.names.id]: record[remote.names.unique] for record in remote.held(mark)}
        assert [held[each] for each in done["id"]] == [row[remote.names.unique] for row in rows]

    def test_a_refused_row_says_why_and_does_not_hold_up_the_others(
        self, remote: Remote, bench: Workbench, engine: Engine, mark: str
    ) -> None:
        rows, _ = self.rows_for(remote, mark, Action.INSERT, 5)
        rows[2][remote.names.required] = None
        done = bench.write(remote.names.object, Action.INSERT, rows, engine=engine)
        assert done["outcome"].to_list() == ["created", "created", "rejected", "created", "created"]
        refused = done.row(2, named=True)
        assert refused["code"]
        assert refused["message"]
        assert len(remote.held(mark)) == 4

    def test_null_leaves_and_an_empty_text_clears(
        self, remote: Remote, bench: Workbench, engine: Engine, mark: str
    ) -> None:
        names = remote.names
        ids = remote.add(
            [self.record(names, mark, number, **{names.text: "old", names.number: 5}) for number in range(2)]
        )
        rows: list[Row] = [
            {names.id: ids[0], names.text: None, names.number: "7"},
            {names.id: ids[1], names.text: "", names.number: ""},
        ]
        done = bench.write(names.object, Action.UPDATE, rows, names.id, engine)
        assert done["outcome"].to_list() == ["updated", "updated"]
        held = {record[names.id]: (record[names.text], record[names.number]) for record in remote.held(mark)}
        assert held == {ids[0]: ("old", Decimal(7)), ids[1]: (None, None)}

    def test_a_change_of_a_record_that_is_gone_creates_nothing(
        self, remote: Remote, bench: Workbench, engine: Engine, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, Action.DELETE, 1)
        assert bench.write(remote.names.object, Action.DELETE, rows, key, engine)["outcome"].to_list() == ["deleted"]
        assert bench.write(remote.names.object, Action.DELETE, rows, key, engine)["outcome"].to_list() == ["rejected"]
        change: list[Row] = [rows[0] | {remote.names.text: "x"}]
        assert bench.write(remote.names.object, Action.UPDATE, change, key, engine)["outcome"].to_list() == ["rejected"]
        assert remote.held(mark) == []

    def test_a_busy_moment_costs_no_row_and_doubles_none(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, action, 3)
        remote.busy(writes=True)
        done = bench.write(remote.names.object, action, rows, key, engine)
        assert done["outcome"].to_list() == [DONE[action]] * 3
        self.assert_applied(remote, mark, action, 3, of=3)

    def test_nothing_leaves_after_a_request_to_stop(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, action, 3)
        before = remote.writes_seen()
        bench.token.cancel()
        with pytest.raises(Cancelled):
            bench.write(remote.names.object, action, rows, key, engine)
        assert remote.writes_seen() == before
        assert bench.diary.lines == []

    def test_the_ledger_knows_of_a_send_before_the_crm_does(
        self, remote: Remote, bench: Workbench, engine: Engine, action: Action, mark: str
    ) -> None:
        rows, key = self.rows_for(remote, mark, action, 2)
        before = remote.writes_seen()
        seen: list[int] = []
        bench.diary.watch = lambda _: seen.append(remote.writes_seen())
        bench.write(remote.names.object, action, rows, key, engine)
        assert seen[0] == before

    def test_sends_are_dated_by_the_crms_clock(
        self, remote: Remote, bench: Workbench, engine: Engine, mark: str
    ) -> None:
        bench.token.sleep(3600)
        bench.session.whoami()
        rows, _ = self.rows_for(remote, mark, Action.INSERT, 1)
        bench.write(remote.names.object, Action.INSERT, rows, engine=engine)
        now = datetime.fromisoformat(bench.session.whoami().server_time)
        for sent_at in bench.diary.sent_at.values():
            assert abs(datetime.fromisoformat(sent_at) - now) < timedelta(seconds=60)


class UpsertContract(Contract):
    """A CRM that finds or makes a record by a key."""

    def test_an_upsert_creates_what_is_not_there_and_changes_what_is(
        self, remote: Remote, bench: Workbench, engine: Engine, mark: str
    ) -> None:
        names = remote.names
        [known] = remote.add([self.record(names, mark, 1, **{names.text: "old", names.number: 5})])
        rows: list[Row] = [self.record(names, mark, number) | {names.text: "new"} for number in range(3)]
        done = bench.write(names.object, Action.UPSERT, rows, names.unique, engine)
        assert done["outcome"].to_list() == ["created", "updated", "created"]
        assert done["id"][1] == known
        held = {record[names.unique]: record for record in remote.held(mark)}
        assert {record[names.text] for record in held.values()} == {"new"}
        assert held[f"{mark}-1"][names.number] == 5
