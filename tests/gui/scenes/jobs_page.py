"""The list of jobs in its states: none, several, a search that finds none, a store that refuses; a deep filter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from crmdesk.errors import StoreError
from crmdesk.gui.kit.layout import row
from crmdesk.gui.pages.job_editor.filter_builder import FilterBuilder
from crmdesk.gui.pages.job_editor.order_editor import OrderEditor
from crmdesk.gui.pages.jobs.page import JobsPage
from crmdesk.model.filter import Condition, Group, Joined, Operator, Order
from crmdesk.model.job import Action
from crmdesk.model.run import RunOutcome, Tally
from crmdesk.viewmodel.app import PageName
from crmdesk.viewmodel.job_editor.filter_draft import FilterModel
from crmdesk.viewmodel.job_editor.order_draft import OrderModel
from tests.cli.jobs import contacts_job
from tests.gui.hands import opened
from tests.gui.kept_runs import ended, kept_runs, moving
from tests.gui.scenes import Scene
from tests.viewmodel.filters import FIELDS

Prepare = Callable[[JobsPage], Awaitable[None]]


def of_jobs(prepare: Prepare) -> Callable[[Path], AbstractAsyncContextManager[QWidget]]:
    """The page over four jobs, brought into a state by `prepare`."""

    @asynccontextmanager
    async def setting(folder: Path) -> AsyncIterator[QWidget]:
        with kept_runs(folder / "profile") as kept:
            ended(kept)
            kept.add(RunOutcome.SUCCEEDED, Tally(2_235, updated=2_204, unchanged=31), job="owner clean-up")
            kept.add(RunOutcome.FAILED, Tally(), job="old leads", action=Action.DELETE, error="The network went away.")
            moving(kept)
            async with opened(kept.home) as window:
                history = window.model.history
                for name in ("contacts from the old CRM", "owner clean-up", "old leads", "not run yet"):
                    history.save_job(history.open_job_file(contacts_job(folder, name=name)))
                window.model.show(PageName.JOBS)
                page = window.page(PageName.JOBS)
                assert isinstance(page, JobsPage)
                await prepare(page)
                yield window

    return setting


async def filled(page: JobsPage) -> None:
    """As it is."""


async def not_found(page: JobsPage) -> None:
    page._search.setText("nothing like it")


async def refused(page: JobsPage) -> None:
    page._model.close()  # the run that goes on would have the list read again
    page._model.error = StoreError("The history cannot be read: the disk is full.", hint="Free some space.")
    page.refresh()


@asynccontextmanager
async def empty(folder: Path) -> AsyncIterator[QWidget]:
    async with opened(folder) as window:
        window.model.show(PageName.JOBS)
        yield window


@asynccontextmanager
async def deep_filter(folder: Path) -> AsyncIterator[QWidget]:
    """Groups in groups, every kind of value, one that cannot be meant, and one that is not there yet."""
    banks = Group(
        Joined.ALL,
        (
            Condition("Industry", Operator.EQUAL, "Banking"),
            Condition("AnnualRevenue", Operator.GREATER_OR_EQUAL, 10_000_000),
            Condition("IsActive", Operator.EQUAL, True),
        ),
    )
    inner = Group(Joined.ANY, (Condition("Email", Operator.IS_EMPTY), banks))
    moment = datetime(2026, 3, 1, 2, tzinfo=UTC)
    model = FilterModel(
        FIELDS,
        Group(
            Joined.ALL,
            (
                Condition("Industry", Operator.IN, ("Banking", "Retail, wholesale")),
                Condition("LastActivityDate", Operator.GREATER_OR_EQUAL, date(2026, 1, 1)),
                Condition("CreatedDate", Operator.LESS, moment),
                inner,
            ),
        ),
    )
    model.set_text((3, 1, 1), "10,000")
    model.add_condition()
    order = OrderEditor(OrderModel(FIELDS, (Order("Name"), Order("CreatedDate", is_descending=True))))
    order.setFixedWidth(320)
    place = QWidget()
    place.setLayout(row(FilterBuilder(model), order, margins=(16, 12, 16, 12)))
    place.resize(1080, 660)
    place.show()
    yield place
    place.close()


SCENES = (
    Scene("jobs-empty", empty),
    *(
        Scene(f"jobs-{name}", of_jobs(prepare))
        for name, prepare in (("filled", filled), ("not-found", not_found), ("error", refused))
    ),
    Scene("filter", deep_filter),
)
