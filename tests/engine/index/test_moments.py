"""The forms a date of a period may have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from crmdesk.engine.index.moments import moment_of
from crmdesk.engine.javascript.evaluating import Evaluator
from crmdesk.errors import UserError

EVALUATE = Evaluator({"vars": {"day": "2012/06/27"}})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970/01/27", datetime(1970, 1, 27, tzinfo=UTC)),
        ("1970-01-27", datetime(1970, 1, 27, tzinfo=UTC)),
        ("1970.01.27", datetime(1970, 1, 27, tzinfo=UTC)),
        ("19700127", datetime(1970, 1, 27, tzinfo=UTC)),
        ("2012/06/27 14:25:00", datetime(2012, 6, 27, 14, 25, tzinfo=UTC)),
        ("2012-06-27 14,25,00", datetime(2012, 6, 27, 14, 25, tzinfo=UTC)),
        ("2012-06-27T14:25:00", datetime(2012, 6, 27, 14, 25, tzinfo=UTC)),
        ("2012-06-27T14:25:00Z", datetime(2012, 6, 27, 14, 25, tzinfo=UTC)),
        ("2012-06-27T14:25:00+02:00", datetime(2012, 6, 27, 14, 25, tzinfo=timezone(timedelta(hours=2)))),
        ("new Date(1970,0,27)", datetime(1970, 1, 27, tzinfo=UTC)),
        ("new Date(1970,0,27).getTime()", datetime(1970, 1, 27, tzinfo=UTC)),
        ("vars.day", datetime(2012, 6, 27, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_each_of_its_forms(text: str, moment: datetime) -> None:
    """R-169."""
    assert moment_of(text, EVALUATE, is_end=False) == moment


@pytest.mark.parametrize("text", ["2012/06/27", "20120627", "vars.day"])
def test_a_day_that_is_an_end_is_meant_whole(text: str) -> None:
    """R-168."""
    assert moment_of(text, EVALUATE, is_end=True) == datetime(2012, 6, 27, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2012-13-01", "months go from 01 to 12"),
        ("2024/02/30", "2024/02/30 is no day: that month has 29 days"),
        ("2012/06/27 25:00:00", "hours go from 00 to 23"),
        ("2012/06-27", "is no date"),
        ("20121301", "is no date"),
        ("'soon'", "gives no date"),
        ("true", "gives no date"),
        ("new Date(", "SyntaxError"),
        ("yesterday", "yesterday is not defined"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, why: str) -> None:
    """R-169."""
    with pytest.raises(UserError, match=why):
        moment_of(text, EVALUATE, is_end=False)
