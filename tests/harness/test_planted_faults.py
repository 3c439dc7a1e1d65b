from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.connectors.contract import Point
from tests.harness.campaign import Plan, carry_out
from tests.harness.faults import Fault
from tests.harness.scenarios import Act, Combination, Road, Sky
from tests.harness.trial import At

_CALM_BULK = Combination(Act.INSERT, Road.BULK, Sky.CALM)
_CALM_COLLECTIONS = Combination(Act.INSERT, Road.COLLECTIONS, Sky.CALM)


@pytest.mark.parametrize(
    ("plan", "seen"),
    [
        (Plan(_CALM_BULK, fault=Fault.BULK_BY_ORDER), "which holds"),
        (Plan(_CALM_BULK, (At(Point.CLOSED, 1),), fault=Fault.HANDLE_LATE), "records too many"),
        (Plan(_CALM_COLLECTIONS, fault=Fault.COLLECTIONS_DROPPED), "which holds"),
    ],
    ids=list(Fault),
)
def test_the_verdict_sees_a_planted_fault(plan: Plan, seen: str, tmp_path: Path) -> None:
    faulty, sound = carry_out([plan, replace(plan, fault=None)], tmp_path)
    assert any(seen in finding for finding in faulty.findings), faulty
    assert not sound.findings, sound
