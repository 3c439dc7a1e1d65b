"""Which records of a CRM a job takes, and in which order: two drafts of their own that follow the job's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crmdesk.desk.window.answers import JobProblem
from crmdesk.model.job import Job, Operation
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.filter_words import campaign_operators, operators_for
from crmdesk.viewmodel.job_editor.order_draft import OrderModel


def is_chosen_by_filter(job: Job) -> bool:
    """Whether a filter chooses the records of the job, and not a list of names, a period, or a file."""
    if job.operation.is_reading:
        return job.operation is Operation.IMPORT and job.reading.population is None
    return isinstance(job.local, LocalAccount)


class JobSelection:
    """The filter and the order of the draft; each edit of them changes the job."""

    def __init__(self, change: Callable[[Job], None]) -> None:
        self._change = change
        self._job: Job | None = None
        self._remote: RemoteObject | None = None
        self._is_campaign = False
        self.filter: FilterModel | None = None
        self.order: OrderModel | None = None

    @property
    def problems(self) -> tuple[JobProblem, ...]:
        """What is not complete in either."""
        found = [*(self.filter.problems if self.filter else ()), *(self.order.problems if self.order else ())]
        return tuple(JobProblem(each.place, each.message, each.hint) for each in found)

    def show(self, job: Job, remote: RemoteObject | None, *, is_campaign: bool = False) -> None:
        """Follow the draft: other fields make new drafts, another filter or order is shown in those there are.

        Under the rules of the Campaign connector other comparisons are offered.
        """
        self._job = job
        if not is_chosen_by_filter(job) or remote is None:
            self._remote, self.filter, self.order = None, None, None
        elif (remote, is_campaign) != (self._remote, self._is_campaign) or self.filter is None or self.order is None:
            self._remote, self._is_campaign = remote, is_campaign
            offered = campaign_operators if is_campaign else operators_for
            self.filter = FilterModel(remote.fields, job.filter, offered)
            self.order = OrderModel(remote.fields, job.order_by)
            self.filter.subscribe(self._take)
            self.order.subscribe(self._take)
        else:
            if self.filter.filter() != job.filter:
                self.filter.show(job.filter)
            if self.order.order_by() != job.order_by:
                self.order.show(job.order_by)

    def _take(self) -> None:
        if self._job is not None and self.filter is not None and self.order is not None:
            self._change(replace(self._job, filter=self.filter.filter(), order_by=self.order.order_by()))
