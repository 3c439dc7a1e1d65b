"""The remote side that the inherited tests need, and what the tests have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import polars as pl
import pytest

from crmdesk.connectors.contract import (
    Connector,
    Query,
    Session,
)
from crmdesk.connectors.token import CancelToken
from crmdesk.model.account import Account
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator
from crmdesk.model.job import Action, Engine
from crmdesk.tabular.batch import ROW
from tests.connectors.workbench import Secrets, Workbench

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
