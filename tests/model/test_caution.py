from __future__ import annotations

import pytest

from crmdesk.model.account import Environment, danger_of
from crmdesk.model.caution import LARGE_WRITE, wants_number
from crmdesk.model.job import Action


@pytest.mark.parametrize("environment", [Environment.PRACTICE, Environment.SANDBOX])
@pytest.mark.parametrize("action", list(Action))
def test_no_number_is_wanted_where_nothing_can_be_broken(environment: Environment, action: Action) -> None:
    assert not wants_number(environment, action, 1_000_000)


def test_in_production_a_large_write_and_any_delete_want_the_number() -> None:
    assert wants_number(Environment.PRODUCTION, Action.DELETE, 1)
    assert wants_number(Environment.PRODUCTION, Action.UPSERT, LARGE_WRITE + 1)
    assert not wants_number(Environment.PRODUCTION, Action.UPSERT, LARGE_WRITE)


@pytest.mark.parametrize(
    ("told", "said", "counts_as"),
    [
        (None, "", Environment.PRODUCTION),
        (None, "sandbox", Environment.SANDBOX),
        (Environment.PRODUCTION, "sandbox", Environment.PRODUCTION),
        (Environment.SANDBOX, "", Environment.SANDBOX),
        (Environment.SANDBOX, "production", Environment.PRODUCTION),
        (Environment.PRACTICE, "production", Environment.PRODUCTION),
    ],
)
def test_nobody_can_make_production_look_harmless(told: Environment | None, said: str, counts_as: Environment) -> None:
    """R-182."""
    assert danger_of(told, said) is counts_as
