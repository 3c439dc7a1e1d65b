"""Formulas of validation rules, without a server."""

from __future__ import annotations

import pytest

from crmdesk.practice.formulas import BadFormula, Subject, formula
from crmdesk.practice.schema import standard_schema

SUBSCRIPTION = standard_schema().object("Subscription__c")
assert SUBSCRIPTION is not None
NEW = Subject(
    {
        "Plan__c": "Plus",
        "Seats__c": 12.0,
        "Price__c": None,
        "Start_Date__c": "2031-01-31",
        "Notes__c": "Call, then mail",
    },
    {},
    is_new=True,
    now="2031-02-01T10:00:00.000Z",
)
CHANGED = Subject({"Seats__c": 12.0}, {"Seats__c": 10.0}, is_new=False, now=NEW.now)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ISPICKVAL(Plan__c, "Plus")', True),
        ("ISPICKVAL(plan__C, 'Basic')", False),
        ("Seats__c > 10 && NOT(ISBLANK(Plan__c))", True),
        ("Seats__c * 2 - 4 = 20", True),
        ("Seats__c / 0 = 1", False),
        ("-Seats__c < 0", True),
        ("Price__c < 5", False),
        ("Price__c = NULL", True),
        ("BLANKVALUE(Price__c, 7) == 7", True),
        ("Start_Date__c < TODAY()", True),
        ("Start_Date__c + 1 = TODAY()", True),
        ("TODAY() - Start_Date__c = 1", True),
        ('REGEX(Plan__c, "[A-Z][a-z]+")', True),
        ('CONTAINS(Notes__c, "mail") || FALSE', True),
        ('BEGINS(LOWER(Notes__c), "call")', True),
        ('LEFT(Plan__c, 2) & RIGHT(Plan__c, 1) = "Pls"', True),
        ("LEN(TEXT(Plan__c)) >= 5", False),
        ('IF(ISNEW(), Seats__c <> 12, VALUE("3") = 3)', False),
        ("!ISCHANGED(Seats__c)", True),
        ("(TRUE)", True),
    ],
)
def test_a_formula_holds_or_does_not(text: str, expected: bool) -> None:
    assert SUBSCRIPTION is not None
    assert formula(text, SUBSCRIPTION).holds(NEW) is expected


def test_a_formula_looks_at_what_was_there_before() -> None:
    assert SUBSCRIPTION is not None
    grown = formula("AND(ISCHANGED(Seats__c), PRIORVALUE(Seats__c) < Seats__c)", SUBSCRIPTION)
    assert grown.holds(CHANGED)
    assert grown.fields == {"Seats__c"}


@pytest.mark.parametrize("text", ["", "Seats__c >", "Foo__c = 1", "FOO(1)", "LEN()", "AND(1", "Annual_Value__c > 1"])
def test_a_formula_that_cannot_be_read_is_refused(text: str) -> None:
    assert SUBSCRIPTION is not None
    with pytest.raises(BadFormula):
        formula(text, SUBSCRIPTION)
