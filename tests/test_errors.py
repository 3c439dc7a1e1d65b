from __future__ import annotations

import pytest

from crmdesk.errors import (
    AccessError,
    Cancelled,
    CrmDeskError,
    FileFormatError,
    PlanError,
    SignInError,
    UserError,
    error_of,
)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("user", UserError), ("file", FileFormatError), ("sign-in", SignInError), ("access", AccessError)],
)
def test_an_error_told_by_its_parts_is_the_same_error_again(kind: str, expected: type[CrmDeskError]) -> None:
    error = error_of(kind, "It went wrong.", hint="Mend it.", place="local.path")
    assert type(error) is expected
    assert (error.message, error.hint, error.place) == ("It went wrong.", "Mend it.", "local.path")


def test_a_plan_error_keeps_its_place_and_a_stop_is_a_stop() -> None:
    plan = error_of("plan", "There is no such object.", place="object")
    assert isinstance(plan, PlanError)
    assert plan.problems[0].place == "object"
    assert isinstance(error_of("cancelled", "Stopped on request."), Cancelled)


def test_an_error_of_a_kind_nobody_knows_is_told_all_the_same() -> None:
    assert type(error_of("bug", "A mistake of its own.")) is CrmDeskError
