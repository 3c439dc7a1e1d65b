"""The promises that every connector keeps: a connector's tests inherit them and supply a remote side.

A subclass has a fixture `remote` (see Remote) and says by which engines it writes. What not every CRM can do is in
classes of its own: inherit UpsertContract, CursorContract, StampContract and LimitContract where it applies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import polars as pl
import pytest

from crmdesk.connectors.contract import (
    RECEIPT_SCHEMA,
    Connector,
    CursorGone,
    Query,
    Session,
    Unchanged,
)
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, CrmDeskError, SignInError, TransientError, UserError
from crmdesk.model.account import Account, Environment
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW
from tests.connectors.workbench import Killed, Rows, Secrets, Workbench, frame_of, lines

Record = Mapping[str, Any]
Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Names:
    """The remote object of the tests and its fields.

    `required` is a text that a new record cannot be without; `unique` a text no two records share, which an insert
    carries; `text` may be empty and holds at least 40 characters; `number` has two decimals; `moment` may be "" where
    no date-time can be written.
    """

    object: str
    id: str
    required: str
    unique: str
    text: str
    number: str
    flag: str
    day: str
    moment: str
    length_of_text: int


class Remote(Protocol):
    """The remote side, reached by plain HTTP and by none of the code that is tested."""

    names: Names
    connector: Connector
    account: Account
    secrets: Secrets

    def add(self, rows: Sequence[Record]) -> list[str]:
        """Make records of JSON values; their ids."""
        ...

    def held(self, mark: str) -> list[dict[str, Any]]:
        """All records whose required field begins with `mark`, as JSON values with numbers as Decimal."""
        ...

    def lose_answer(self, action: Action) -> None:
        """The next request that writes is carried out, and nobody hears of it."""
        ...

    def break_before(self, action: Action) -> None:
        """The next request that writes gets lost on its way."""
        ...

    def busy(self, *, writes: bool) -> None:
        """The next request is refused for the moment: reads by 503, writes by 429."""
        ...

    def writes_seen(self) -> int:
        """How many requests came in that could have changed a record."""
        ...

    def forgotten(self, cursor: str) -> str:
        """A cursor like this one that the CRM does not know; only for CursorContract."""
        ...

    def hasty_token(self, session: Session) -> CancelToken:
        """A token by which waiting moves the remote clock instead."""
        ...


class Contract:
    """What the classes below have in common."""

    engines: ClassVar[tuple[Engine, ...]] = (Engine.REST,)
    actions: ClassVar[tuple[Action, ...]] = (Action.INSERT, Action.UPDATE, Action.DELETE)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "engine" in metafunc.fixturenames:
            metafunc.parametrize("engine", self.engines)
        if "action" in metafunc.fixturenames:
            metafunc.parametrize("action", self.actions)

    @pytest.fixture
    def mark(self) -> str:
        return uuid4().hex[:10]

    @pytest.fixture
    def session(self, remote: Remote) -> Iterator[Session]:
        with remote.connector.connect(remote.account, remote.secrets) as opened:
            yield opened

    @pytest.fixture
    def bench(self, remote: Remote, session: Session, tmp_path: Path) -> Workbench:
        """Some seconds after everything that other tests wrote, so that none of it can be taken for this test's."""
        token = remote.hasty_token(session)
        token.sleep(5)
        return Workbench(session, tmp_path, token=token)

    # --- help of the tests, not tests -----------------------------------------------------------------------------

    def record(self, names: Names, mark: str, number: int = 0, **more: Any) -> dict[str, Any]:
        return {names.required: f"{mark} {number:04}", names.unique: f"{mark}-{number}"} | more

    def rows_for(self, remote: Remote, mark: str, action: Action, count: int) -> tuple[list[Row], str | None]:
        """Rows that a write of `action` can apply, and its key."""
        names = remote.names
        if action in (Action.INSERT, Action.UPSERT):
            rows: list[Row] = [self.record(names, mark, number) | {names.text: "new"} for number in range(count)]
            return rows, None if action is Action.INSERT else names.unique
        ids = remote.add([self.record(names, mark, number) | {names.text: "old"} for number in range(count)])
        if action is Action.DELETE:
            return [{names.id: each} for each in ids], names.id
        return [{names.id: each, names.text: "new"} for each in ids], names.id

    def applied(self, remote: Remote, mark: str, action: Action) -> int:
        """How many rows of `rows_for` stand applied in the remote."""
        held = remote.held(mark)
        if action is Action.DELETE:
            return -len(held)
        keys = [record[remote.names.unique] for record in held]
        assert len(keys) == len(set(keys)), "a row was applied twice"
        return sum(record[remote.names.text] == "new" for record in held)

    def assert_applied(self, remote: Remote, mark: str, action: Action, count: int, of: int) -> None:
        expected = count - of if action is Action.DELETE else count  # of a delete, what is left is counted
        assert self.applied(remote, mark, action) == expected

    def query(self, remote: Remote, mark: str, *fields: str, where: Filter | None = None, **more: Any) -> Query:
        names = remote.names
        mine = Condition(names.required, Operator.STARTS_WITH, mark)
        both = mine if where is None else Group(Joined.ALL, (mine, where))
        return Query(names.object, fields or (names.required,), both, **more)

    def read(self, session: Session, query: Query) -> pl.DataFrame:
        frames = [batch.frame for batch in session.source(query).batches(CancelToken())]
        return (
            pl.concat(frames)
            if frames
            else pl.DataFrame(schema={ROW: pl.Int64} | dict.fromkeys(query.fields, pl.String))
        )


DONE = {Action.INSERT: "created", Action.UPDATE: "updated", Action.UPSERT: "created", Action.DELETE: "deleted"}


class ConnectorContract(Contract):
    """The promises of every connector."""

    # --- the conversation -----------------------------------------------------------------------------------------

    def test_a_wrong_secret_is_a_sign_in_error_that_keeps_it_to_itself(self, remote: Remote) -> None:
        with pytest.raises(SignInError) as caught:
            remote.connector.connect(remote.account, Secrets(dict.fromkeys(remote.secrets.held, "marker-secret")))
        assert "marker-secret" not in f"{caught.value} {caught.value.hint}"
        assert caught.value.hint

    def test_a_dead_port_is_one_sentence_that_names_it(self, remote: Remote) -> None:
        dead = Account("dead", "Dead", remote.account.kind, "http://127.0.0.1:9", remote.account.auth)
        with pytest.raises(TransientError, match=r"^[^\n]*http://127\.0\.0\.1:9[^\n]*$") as caught:
            remote.connector.connect(dead, remote.secrets)
        assert caught.value.hint

    def test_an_unencrypted_address_elsewhere_is_refused(self, remote: Remote) -> None:
        open_air = Account("open", "Open", remote.account.kind, "http://crm.example", remote.account.auth)
        with pytest.raises(UserError, match="unencrypted"):
            remote.connector.connect(open_air, remote.secrets)

    def test_whoami_says_who_and_when(self, session: Session) -> None:
        who = session.whoami()
        assert who.user
        assert who.organization_id
        assert datetime.fromisoformat(who.server_time).tzinfo is not None

    def test_a_crm_on_this_computer_is_practice(self, session: Session) -> None:
        assert session.environment is session.whoami().environment is Environment.PRACTICE

    def test_requests_are_counted(self, session: Session) -> None:
        before = session.api_calls
        session.whoami()
        assert session.api_calls > before

    def test_the_object_is_in_the_list_of_objects(self, remote: Remote, session: Session) -> None:
        found = {summary.name: summary for summary in session.objects()}[remote.names.object]
        assert found.label
        assert found.is_readable

    def test_describe_tells_types_keys_and_what_is_required(self, remote: Remote, session: Session) -> None:
        names = remote.names
        found = session.describe(names.object)
        assert not isinstance(found, Unchanged)
        assert found.id_field == names.id
        kinds = {field.name: field.type for field in found.fields}
        assert kinds[names.number] is FieldType.DECIMAL
        assert kinds[names.flag] is FieldType.BOOLEAN
        assert kinds[names.day] is FieldType.DATE
        assert FieldType.DATETIME in kinds.values()
        required, text = found.field(names.required), found.field(names.text.upper())
        assert required is not None
        assert required.is_required_on_create
        assert text is not None
        assert text.is_nillable
        assert text.length == names.length_of_text
        key = found.field(names.id)
        assert key is not None
        assert key.is_key

    @pytest.mark.parametrize("name", ["Nonsense", "a b", "../x", "Contact'", ""])
    def test_an_unknown_object_is_the_admins_to_mend(self, session: Session, name: str) -> None:
        with pytest.raises(UserError) as caught:
            session.describe(name)
        assert caught.value.hint

    def test_a_query_can_be_shown_to_people(self, remote: Remote, session: Session, mark: str) -> None:
        assert mark in session.query_text(self.query(remote, mark))

    # --- reading --------------------------------------------------------------------------------------------------

    def test_a_frame_has_row_numbers_and_the_querys_columns_as_text(
        self, remote: Remote, session: Session, mark: str
    ) -> None:
        names = remote.names
        remote.add([self.record(names, mark, number) for number in range(3)])
        fields = (names.number, names.required, names.id, names.flag)
        frame = self.read(session, self.query(remote, mark, *fields))
        assert frame.schema == {ROW: pl.Int64} | dict.fromkeys(fields, pl.String)
        assert frame[ROW].to_list() == [1, 2, 3]

    def test_values_come_as_the_wire_writes_them(self, remote: Remote, session: Session, mark: str) -> None:
        names = remote.names
        more = {names.number: 12.75, names.flag: True, names.day: "2024-02-29", names.text: 'ü🙂 "q", \';'}
        remote.add([self.record(names, mark, 1, **more), self.record(names, mark, 2)])
        fields = (names.number, names.flag, names.day, names.text)
        frame = self.read(session, self.query(remote, mark, *fields, order_by=(Order(names.required),)))
        first, second = frame.drop(ROW).rows()
        assert (Decimal(first[0]), *first[1:]) == (Decimal("12.75"), "true", "2024-02-29", 'ü🙂 "q", \';')
        assert second == (None, "false", None, None)

    def test_every_record_comes_once_over_all_pages(self, remote: Remote, session: Session, mark: str) -> None:
        wanted = remote.add([self.record(remote.names, mark, number) for number in range(20)])
        frame = self.read(session, self.query(remote, mark, remote.names.id))
        assert sorted(frame[remote.names.id]) == sorted(wanted)

    def test_nothing_found_is_no_row(self, remote: Remote, session: Session, mark: str) -> None:
        source = session.source(self.query(remote, mark))
        assert source.count() in (0, None)
        assert self.read(session, self.query(remote, mark)).is_empty()

    def test_a_count_is_the_number_of_rows_or_not_known(self, remote: Remote, session: Session, mark: str) -> None:
        remote.add([self.record(remote.names, mark, number) for number in range(9)])
        assert session.source(self.query(remote, mark)).count() in (9, None)

    def test_order_is_the_crms(self, remote: Remote, session: Session, mark: str) -> None:
        names = remote.names
        remote.add([self.record(names, mark, number) for number in (2, 3, 1)])
        backwards = self.query(remote, mark, order_by=(Order(names.required, is_descending=True),))
        assert self.read(session, backwards)[names.required].to_list() == [f"{mark} {n:04}" for n in (3, 2, 1)]

    def test_a_cancelled_read_ends(self, remote: Remote, session: Session, mark: str) -> None:
        remote.add([self.record(remote.names, mark, number) for number in range(9)])
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            list(session.source(self.query(remote, mark)).batches(token))

    def test_a_read_outlives_a_busy_moment(self, remote: Remote, session: Session, mark: str) -> None:
        remote.add([self.record(remote.names, mark)])
        remote.busy(writes=False)
        assert self.read(session, self.query(remote, mark)).height == 1

    def test_an_unknown_field_is_an_error_of_ours(self, remote: Remote, session: Session, mark: str) -> None:
        with pytest.raises(CrmDeskError):
            self.read(session, self.query(remote, mark, "No_Such_Field"))

    # --- filters --------------------------------------------------------------------------------------------------

    FILTERED: ClassVar[list[tuple[str, Callable[[Names], Filter], set[int]]]] = [
        ("equal", lambda n: Condition(n.text, Operator.EQUAL, "Beta"), {2}),
        ("less", lambda n: Condition(n.number, Operator.LESS, Decimal("10.5")), {1}),
        ("at least", lambda n: Condition(n.number, Operator.GREATER_OR_EQUAL, Decimal("10.50")), {2, 3}),
        ("greater", lambda n: Condition(n.number, Operator.GREATER, 10), {2, 3}),
        ("at most", lambda n: Condition(n.number, Operator.LESS_OR_EQUAL, Decimal("10.5")), {1, 2}),
        ("contains", lambda n: Condition(n.text, Operator.CONTAINS, "lph"), {1}),
        ("starts with", lambda n: Condition(n.text, Operator.STARTS_WITH, "O'"), {3}),
        ("in", lambda n: Condition(n.text, Operator.IN, ("Alpha", "O'Neil 100%")), {1, 3}),
        ("empty", lambda n: Condition(n.text, Operator.IS_EMPTY), {4}),
        ("not empty", lambda n: Condition(n.text, Operator.IS_NOT_EMPTY), {1, 2, 3}),
        ("no number", lambda n: Condition(n.number, Operator.IS_EMPTY), {4}),
        ("flag", lambda n: Condition(n.flag, Operator.EQUAL, value=True), {2}),
        ("day", lambda n: Condition(n.day, Operator.GREATER, datetime(2024, 1, 1, tzinfo=UTC).date()), {2, 3}),
        ("percent is no wildcard", lambda n: Condition(n.text, Operator.CONTAINS, "%"), {3}),
        ("underscore is no wildcard", lambda n: Condition(n.text, Operator.CONTAINS, "_"), set()),
        ("a quote ends nothing", lambda n: Condition(n.text, Operator.EQUAL, "x' or '1' = '1"), set()),
        ("a backslash ends nothing", lambda n: Condition(n.text, Operator.EQUAL, "\\"), set()),
        (
            "any of all",
            lambda n: Group(
                Joined.ANY,
                (
                    Condition(n.text, Operator.EQUAL, "Alpha"),
                    Group(
                        Joined.ALL,
                        (Condition(n.flag, Operator.EQUAL, value=True), Condition(n.number, Operator.GREATER, 1)),
                    ),
                ),
            ),
            {1, 2},
        ),
    ]  # fmt: skip

    def test_a_filter_acts_at_the_source_as_it_reads(self, remote: Remote, session: Session, mark: str) -> None:
        names = remote.names
        remote.add(
            [
                self.record(names, mark, 1, **{names.text: "Alpha", names.number: 9.99, names.day: "2023-12-31"}),
                self.record(
                    names,
                    mark,
                    2,
                    **{names.text: "Beta", names.number: 10.5, names.flag: True, names.day: "2024-01-02"},
                ),
                self.record(names, mark, 3, **{names.text: "O'Neil 100%", names.number: 30, names.day: "2025-01-01"}),
                self.record(names, mark, 4),
            ]
        )
        for name, where, expected in self.FILTERED:
            found = self.read(session, self.query(remote, mark, where=where(names)))
            assert {int(text[-4:]) for text in found[names.required]} == expected, name

    # --- bodies ---------------------------------------------------------------------------------------------------

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
            assert packing.separator.join(parts) == packing.encode(frame)
        for number, part in enumerate(parts):
            assert packing.decode(packing.head + part + packing.tail).equals(frame.slice(number, 1).drop(ROW))

    # --- writing --------------------------------------------------------------------------------------------------

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

    # --- after a break --------------------------------------------------------------------------------------------

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


class StampContract(Contract):
    """A CRM that tells whether a description has changed."""

    def test_an_unchanged_object_is_said_to_be_so(self, remote: Remote, session: Session) -> None:
        found = session.describe(remote.names.object)
        assert not isinstance(found, Unchanged)
        assert isinstance(session.describe(remote.names.object, found.stamp), Unchanged)


class LimitContract(Contract):
    """A CRM that takes a limit."""

    def test_a_limit_is_kept(self, remote: Remote, session: Session, mark: str) -> None:
        remote.add([self.record(remote.names, mark, number) for number in range(9)])
        limited = self.query(remote, mark, limit=4)
        assert self.read(session, limited).height == 4
        assert session.source(limited).count() in (4, None)


class CursorContract(Contract):
    """A source that can go on from a place. `many` records do not fit one page of any engine of `read_engines`."""

    read_engines: ClassVar[tuple[Engine, ...]] = (Engine.REST,)
    many: ClassVar[int] = 20

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        super().pytest_generate_tests(metafunc)
        if "read_engine" in metafunc.fixturenames:
            metafunc.parametrize("read_engine", self.read_engines)

    def test_reading_goes_on_behind_any_batch(
        self, remote: Remote, session: Session, mark: str, read_engine: Engine
    ) -> None:
        remote.add([self.record(remote.names, mark, number) for number in range(self.many)])
        query = self.query(remote, mark, remote.names.id, engine=read_engine)
        batches = list(session.source(query).batches(CancelToken()))
        assert len(batches) > 1
        assert batches[-1].cursor is None
        whole = pl.concat([batch.frame for batch in batches])
        assert whole[ROW].to_list() == list(range(1, self.many + 1))
        for number, batch in enumerate(batches[:-1], 1):
            with remote.connector.connect(remote.account, remote.secrets) as later:
                rest = [each.frame for each in later.source(query).batches(CancelToken(), batch.cursor)]
            assert pl.concat(rest).equals(pl.concat([each.frame for each in batches[number:]]))

    def test_a_place_that_the_crm_has_forgotten_is_said_to_be_gone(
        self, remote: Remote, session: Session, mark: str, read_engine: Engine
    ) -> None:
        remote.add([self.record(remote.names, mark, number) for number in range(self.many)])
        query = self.query(remote, mark, remote.names.id, engine=read_engine)
        cursor = next(iter(session.source(query).batches(CancelToken()))).cursor
        assert cursor is not None
        with pytest.raises(CursorGone):
            list(session.source(query).batches(CancelToken(), remote.forgotten(cursor)))
