from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from crmdesk.errors import UserError
from crmdesk.gui.spawn import aslot, failed, give_up_all, on_failure, spawn


@pytest.fixture
def shown() -> Iterator[list[BaseException]]:
    """What was handed to the one place that shows failures."""
    found: list[BaseException] = []
    on_failure(found.append)
    yield found
    on_failure(_raise)


def _raise(error: BaseException) -> None:
    raise error


async def test_what_goes_wrong_in_a_coroutine_is_shown_once(shown: list[BaseException]) -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        raise UserError("There is no such file.")

    await spawn(work())
    assert [str(error) for error in shown] == ["There is no such file."]


async def test_a_slot_made_of_a_coroutine_takes_what_the_signal_carries(shown: list[BaseException]) -> None:
    taken: list[bool] = []

    async def slot(is_checked: bool) -> None:
        taken.append(is_checked)

    aslot(slot)(True)
    await asyncio.sleep(0.01)
    assert taken == [True]
    assert shown == []


async def test_at_the_end_everything_is_given_up_and_nothing_is_shown(shown: list[BaseException]) -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    task = spawn(work())
    await asyncio.sleep(0)
    await give_up_all()
    assert task.cancelled()
    assert ended.is_set()
    assert shown == []


def test_a_failure_of_a_slot_comes_the_same_way(shown: list[BaseException]) -> None:
    error = ZeroDivisionError()
    failed(error)
    assert shown == [error]
