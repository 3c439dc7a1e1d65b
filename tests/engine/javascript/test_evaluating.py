"""JavaScript expressions: their values, their limits, and that nothing outside can be reached."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crmdesk.engine.javascript.evaluating import Evaluator
from crmdesk.engine.javascript.template import filled
from crmdesk.errors import UserError
from crmdesk.model.filter import Value

VARS = {"crmStartImport": "2026/01/31 23:59:59"}
SCOPE = {
    "vars": VARS,
    "instance": {"internalName": "acme"},
    "activity": {"name": "contacts"},
    "activityName": "contacts",
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("40+2", 42),
        ("0.1+0.2", Decimal("0.30000000000000004")),
        ("new Date(2012,10,1)", datetime(2012, 11, 1, tzinfo=UTC)),
        ("vars.crmStartImport.substring(0, 4)", "2026"),
        ("[1, 'a', true].concat(new Date(0))", (1, "a", True, datetime(1970, 1, 1, tzinfo=UTC))),
        ("var day = new Date(2026, 0, 8); day.setDate(day.getDate() - 7); day", datetime(2026, 1, 1, tzinfo=UTC)),
        ("[typeof console, typeof setTimeout, typeof WebAssembly, typeof ArrayBuffer, typeof require].join()",
         "undefined,undefined,undefined,undefined,undefined"),
        ("(async () => { await 0; for (;;) {} })(); 5", 5),
        ("'\\u00e5\\u4e2d\"\\'\\\\'", "å中\"'\\"),
    ],
)  # fmt: skip
def test_an_expression_has_the_value_that_javascript_gives_it_in_utc(source: str, value: Value) -> None:
    """R-084, R-085."""
    assert Evaluator(SCOPE)(source) == value


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("abc(", "SyntaxError"),
        ("nope.x", "nope is not defined"),
        ("vars.nope", "its value is undefined"),
        ("null", "its value is null"),
        ("0/0", "its value is NaN"),
        ("new Date('nonsense')", "an invalid date"),
        ("({a: 1})", "an object"),
        ("let a = []; for (;;) a.push(new Array(1000).fill('x'))", "more memory"),
    ],
)
def test_an_expression_without_a_value_is_refused_with_the_reason(source: str, why: str) -> None:
    """R-084."""
    with pytest.raises(UserError, match=why):
        Evaluator(SCOPE)(source)


def test_an_expression_that_never_ends_is_stopped_after_a_second_and_the_next_one_works() -> None:
    """R-085."""
    evaluate = Evaluator(SCOPE)
    evaluate("1 + 1")  # the engine is in the computer's memory
    begun = time.monotonic()
    with pytest.raises(UserError, match="did not end within 1 second and was stopped"):
        evaluate("for(;;){}")
    assert time.monotonic() - begun >= 1  # it had its second; without an end it never would have come back
    assert evaluate("2 + 2") == 4


def test_what_was_evaluated_is_not_evaluated_again() -> None:
    """R-084."""
    evaluate = Evaluator(SCOPE)
    first = evaluate("Math.random()")
    assert evaluate("Math.random()") == first
    assert Evaluator(SCOPE, evaluate.results)("Math.random()") == first


@pytest.mark.parametrize(
    "template",
    [
        "LASTIMPORT_<%=instance.internalName%>_<%=activityName%>",
        "LASTIMPORT_<%= instance.internalName %>_<%= activity.name %>",
        "LASTIMPORT_<%= instance.internalName + '_' + activityName %>",
        "LASTIMPORT_acme_contacts",
    ],
)
def test_the_parts_of_a_template_are_filled(template: str) -> None:
    """R-110."""
    assert filled(template, Evaluator(SCOPE)) == "LASTIMPORT_acme_contacts"


@pytest.mark.parametrize("template", ["a <% b %>", "a <%= b", "a %>", "<%= [1] %>", "<%= x y %>"])
def test_a_template_that_cannot_be_filled_is_refused(template: str) -> None:
    with pytest.raises(UserError):
        filled(template, Evaluator(SCOPE))


def test_the_engine_is_loaded_by_the_process_that_evaluates_alone() -> None:
    """R-085."""
    assert Evaluator(SCOPE)("1 + 1") == 2
    assert "py_mini_racer" not in sys.modules


def test_a_text_that_no_query_could_hold_is_refused_with_its_length() -> None:
    with pytest.raises(UserError, match="it is a text of 10,000,000 characters"):
        Evaluator({})("'x'.repeat(1e7)")
