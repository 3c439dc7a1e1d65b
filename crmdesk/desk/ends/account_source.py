"""The records of another account as the source of a job: read by a plan of their own, and handed on as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import polars as pl

from crmdesk.connectors.contract import Query
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.jobs.planning import plan_of
from crmdesk.engine.index.occasion import timeless
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.engine.planning.writing import columns_of
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.model.read_options import ReadOptions
from crmdesk.tabular.batch import LINE, ROW, Batch


class AccountSource:
    """See LocalSource: the columns that `job` takes, the record id first; without a job all that can be read.

    With `is_whole` all that can be read, and the paths that `job` takes, of the records it chooses. With `is_shown`
    columns that are not there are left out, and told in `notices`.

    Raises what an account raises that cannot be opened, and PlanError for fields and filters that cannot be.
    """

    def __init__(
        self,
        accounts: Accounts,
        local: LocalAccount,
        job: Job | None,
        *,
        is_whole: bool = False,
        is_shown: bool = False,
    ) -> None:
        self._accounts = accounts
        self._local = local
        self._job = job
        self._is_whole = is_whole
        self._is_shown = is_shown
        self.notices: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._looked[0].fields

    def batches(self) -> Iterator[Batch]:
        """All records in the order of the job; an empty text where there is no value."""
        with self._accounts.open(self._local.account, for_run=True) as opened:
            query = self._query(opened)
            for batch in opened.session.source(query).batches(CancelToken()):
                frame = batch.frame
                texts = [pl.col(name).fill_null("") for name in query.fields]
                yield Batch(frame.select(ROW, pl.col(ROW).alias(LINE), *texts), None, batch.problems)

    def count(self) -> int | None:
        """How many records there are, by the CRM's own word; None where it cannot say without giving them."""
        with self._accounts.open(self._local.account) as opened:
            return opened.session.source(self._query(opened)).count()

    def fingerprint(self) -> str:
        """The organization and the query: what it holds is read anew by a run that was killed while it prepared."""
        return self._looked[1]

    @cached_property
    def _looked(self) -> tuple[Query, str]:
        with self._accounts.open(self._local.account) as opened:
            query = self._query(opened)
            return query, f"{opened.session.organization_id}: {opened.session.query_text(query)}"

    def _query(self, opened: Opened) -> Query:
        reading = self._reading_job()
        try:
            return _query(opened, reading)
        except PlanError as error:
            told = tuple(self._at_its_place(reading, problem) for problem in error.problems)
            known = _without_wrong_lines(reading, error) if self._is_whole or self._is_shown else reading
            if known != reading:
                # Who looks at what there is has to see it also while a line of the job names what is not there.
                query = _query(opened, known)
                if self._is_shown:
                    self.notices = tuple(f"{each.place}: {each.message} {each.hint}".rstrip() for each in told)
                return query
            raise PlanError(told) from error
        except UserError as error:
            error.place = "local.object" if error.place == "object" else error.place
            raise

    def _reading_job(self) -> Job:
        """The import that brings the rows; it writes nowhere."""
        columns = columns_of(self._job.mapping) if self._job is not None else ()
        job = Job(
            f"source of {self._job.name}" if self._job is not None else "source",
            self._local.account,
            self._local.object,
            Operation.IMPORT,
            LocalFile(""),
            tuple(FieldMap(name, Column(name)) for name in columns),
        )
        if self._job is None:
            return replace(job, reading=ReadOptions(all_except=()))
        if self._is_whole:
            paths = tuple(line for line in job.mapping if "." in line.remote)
            job = replace(job, mapping=paths, reading=ReadOptions(all_except=()))
        return replace(job, filter=self._job.filter, order_by=self._job.order_by)

    def _at_its_place(self, reading: Job, problem: Problem) -> Problem:
        """A problem of the other account, where the job names what it is about."""
        message = f"{self._local.path}: {problem.message}"
        if problem.place.startswith(("filter", "order_by")):
            return replace(problem, message=message)
        number = _line_of(problem)
        if number is None or self._job is None:
            return replace(problem, place="local.object" if problem.place == "object" else "mapping", message=message)
        wrong = reading.mapping[number - 1].remote
        lines = (line for line, item in enumerate(self._job.mapping, 1) if wrong in columns_of((item,)))
        return replace(problem, place=f"mapping[{next(lines)}]", message=message)


def _query(opened: Opened, reading: Job) -> Query:
    plan = plan_of(opened, reading, (), timeless(reading, opened.account.name))
    if not isinstance(plan, ReadPlan):
        raise TypeError(plan)
    return plan.query


def _line_of(problem: Problem) -> int | None:
    """The line of the mapping in which a problem is, 1 = the first; None for any other place."""
    found = re.match(r"mapping\[([0-9]+)]", problem.place)
    return int(found[1]) if found else None


def _without_wrong_lines(reading: Job, error: PlanError) -> Job:
    wrong = {_line_of(problem) for problem in error.problems}
    lines = tuple(line for number, line in enumerate(reading.mapping, 1) if number not in wrong)
    return replace(reading, mapping=lines)
