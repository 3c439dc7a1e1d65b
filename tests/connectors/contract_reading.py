"""Promises about the conversation and about reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

import polars as pl
import pytest

from crmdesk.connectors.contract import (
    CursorGone,
    Session,
    Unchanged,
)
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import Cancelled, CrmDeskError, SignInError, TransientError, UserError
from crmdesk.model.account import Account, Environment
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order
from crmdesk.model.job import Engine
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW
from tests.connectors.contract_base import Contract, Names, Remote
from tests.connectors.workbench import Secrets


class ConversationContract(Contract):
    """Signing in, describing, asking who."""

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


class ReadingContract(Contract):
    """Rows of a query, and filters."""

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

    FILTERED: ClassVar[list[tuple[str, Callable[[Names], Filter], set[int]]]] = [
        ("equal", lambda n: Condition(n.text, Operator.EQUAL, "Beta"), {2}),
        ("less", lambda n: Condition(n.number, Operator.LESS, Decimal("10.5")), {1}),
        ("at least", lambda n: Condition(n.number, Operator.GREATER_OR_EQUAL, Decimal("10.50")), {2, 3}),
        ("greater", lambda n: Condition(n.number, Operator.GREATER, 10), {2, 3}),
        ("at most", lambda n: Condition(n.number, Operator.LESS_OR_EQUAL, Decimal("10.5")), {1, 2}),
        ("between", lambda n: Condition(n.number, Operator.BETWEEN, (Decimal("10.5"), 11)), {2}),
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
