from __future__ import annotations

from pathlib import Path

import pytest

from crmdesk.connectors.contract import Point
from tests.harness.campaign import Plan, carry_out
from tests.harness.points import PreparePoint
from tests.harness.scenarios import Act, Combination, Road, Size, Sky
from tests.harness.trial import At, Report
from tests.harness.verdict import COUNTS

_LARGE = Size(rows=20_000, per_call=200, per_job=4_000)
_KEYED_BY_COLLECTIONS = Combination(Act.KEYED, Road.COLLECTIONS, Sky.CALM)
_KEYLESS_BY_BULK = Combination(Act.INSERT, Road.BULK, Sky.CALM)


@pytest.mark.timeout(300)
def test_ctrl_c_ends_within_two_seconds_and_the_run_can_be_resumed(tmp_path: Path) -> None:
    """R-131."""
    plans = [
        Plan(combination, (At(point, nth, "SIGINT"),), size=_LARGE)
        for combination, point, nth in (
            (_KEYED_BY_COLLECTIONS, PreparePoint.SOURCE_COPIED, 1),
            (_KEYED_BY_COLLECTIONS, Point.SETTLED, 10),
            (_KEYLESS_BY_BULK, PreparePoint.SOURCE_COPIED, 1),
            (_KEYLESS_BY_BULK, Point.SETTLED, 1),
        )
    ]
    reports = carry_out(plans, tmp_path, at_once=2)  # a busy machine is slow to heed anything
    assert [_amiss(report) for report in reports] == [""] * len(plans)


def _amiss(report: Report) -> str:
    """What is not as it should be, "" when all is well."""
    stopped, *rest = report.stretches
    last = stopped.lines[-1]
    is_well = (
        stopped.code == 130
        and stopped.heeded < 2
        and last["event"] == "finished"
        and last["outcome"] == "stopped"
        and last["read"] == sum(last[name] for name in COUNTS)
        and last["pending"] > 0
        and len(rest) == 1
        and not report.findings
    )
    return "" if is_well else f"{report}: {stopped.heeded:.2f} s, {last}"
