"""The desk itself: the doors of one profile. What stands behind a door is loaded when somebody goes through it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from crmdesk.engine.sending.points import OnPoint, ignore_point
from crmdesk.places import private_directory
from crmdesk.store import Store

if TYPE_CHECKING:
    from crmdesk.desk.accounts.accounts import Accounts
    from crmdesk.desk.ends.local_ends import LocalEnds
    from crmdesk.desk.jobs.jobs import Jobs
    from crmdesk.desk.jobs.making import Making
    from crmdesk.desk.mending.door import Mending
    from crmdesk.desk.options import Options
    from crmdesk.desk.reporting.door import Reporting
    from crmdesk.desk.retention import Retention
    from crmdesk.desk.runs.door import Runs
    from crmdesk.desk.runs.history import RunHistory
    from crmdesk.desk.runs.rehearsing import Rehearsing
    from crmdesk.desk.runs.results import Results
    from crmdesk.desk.secrets import Secrets


class Desk:
    """Everything the program can do, for one profile. Not for more than one thread at a time."""

    def __init__(self, home: Path, store: Store, on_point: OnPoint = ignore_point, *, is_lasting: bool = False) -> None:
        self.home = home
        self._store = store
        self._on_point = on_point
        self._is_lasting = is_lasting
        self._open = ExitStack()
        self._open.callback(store.close)

    @cached_property
    def accounts(self) -> Accounts:
        """The CRM accounts."""
        from crmdesk.desk.accounts.accounts import Accounts

        accounts = Accounts(self.home, self._store, is_lasting=self._is_lasting)
        self._open.callback(accounts.close)
        return accounts

    @cached_property
    def secrets(self) -> Secrets:
        """What keeps secrets."""
        from crmdesk.desk.secrets import Secrets

        return Secrets(self._store.secrets)

    @cached_property
    def jobs(self) -> Jobs:
        """The jobs."""
        from crmdesk.desk.jobs.jobs import Jobs

        return Jobs(self._store)

    @cached_property
    def options(self) -> Options:
        """The options."""
        from crmdesk.desk.options import Options

        return Options(self._store.options)

    @cached_property
    def ends(self) -> LocalEnds:
        """The local ends of jobs."""
        from crmdesk.desk.ends.local_ends import LocalEnds

        return LocalEnds(self.accounts, self._store)

    @cached_property
    def runs(self) -> Runs:
        """Runs that begin, go on, are sent again, taken back or ended."""
        from crmdesk.desk.runs.door import Runs

        return Runs(self.home, self._store, self._on_point, lambda: self.accounts, lambda: self.ends)

    @cached_property
    def mending(self) -> Mending:
        """The rejects, and what can be done about them."""
        from crmdesk.desk.mending.door import Mending

        return Mending(self.accounts, self._store)

    @cached_property
    def reporting(self) -> Reporting:
        """Statements and reports of runs."""
        from crmdesk.desk.reporting.door import Reporting

        return Reporting(self.accounts, self._store)

    @cached_property
    def retention(self) -> Retention:
        """How long is kept what runs leave behind."""
        from crmdesk.desk.retention import Retention

        return Retention(self._store)

    @cached_property
    def making(self) -> Making:
        """What helps to make a job."""
        from crmdesk.desk.jobs.making import Making

        return Making(self.accounts, self.ends, self._store)

    @cached_property
    def rehearsing(self) -> Rehearsing:
        """What jobs would do if they ran now."""
        from crmdesk.desk.runs.rehearsing import Rehearsing

        return Rehearsing(self.accounts, self.ends, self._store)

    @cached_property
    def history(self) -> RunHistory:
        """The runs there are and were."""
        from crmdesk.desk.runs.history import RunHistory

        return RunHistory(self._store)

    @cached_property
    def results(self) -> Results:
        """What became of the rows of runs."""
        from crmdesk.desk.runs.results import Results

        return Results(self._store, self.ends)

    @classmethod
    def open(
        cls,
        home: Path,
        on_point: OnPoint = ignore_point,
        *,
        is_lasting: bool = False,
        ask: Callable[[], str] | None = None,
    ) -> Self:
        """Open the profile in `home`, made where it is missing; raises StoreError.

        `on_point` is told of each named point of a send, when what it stands for is durable. A desk that is lasting
        answers many questions; see Accounts. `ask` gives the pass phrase of a profile whose secrets are in a vault.
        """
        return cls(private_directory(home), Store.open(home, ask=ask), on_point, is_lasting=is_lasting)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def back_up(self, place: Path) -> int:
        """Write the profile to one file, without secrets; gives its size in bytes. Raises StoreError."""
        from crmdesk.desk.backup import back_up

        return back_up(self._store, place)
