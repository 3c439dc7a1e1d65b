"""What describe says of dependent lists, as a person would read it."""

from __future__ import annotations

from typing import Any

from crmdesk.connectors.salesforce.dependent_lists import values_for


def entry(value: str, valid_for: str = "", *, active: bool = True) -> dict[str, Any]:
    return {"value": value, "validFor": valid_for, "active": active}


def test_each_bit_stands_for_an_entry_of_the_controlling_list_the_first_one_first() -> None:
    country = {"name": "Country", "type": "picklist", "picklistValues": [entry(str(n)) for n in range(10)]}
    state = {
        "name": "State",
        "dependentPicklist": True,
        "controllerName": "Country",
        "picklistValues": [entry("a", "gEA="), entry("b", "QA=="), entry("off", "gEA=", active=False), entry("none")],
    }
    found = dict(values_for(state, [country, state]))
    assert (found["0"], found["1"], found["9"], found["2"]) == (("a",), ("b",), ("a",), ())


def test_a_checkbox_controls_by_false_and_true() -> None:
    flag = {"name": "Flag", "type": "boolean"}
    reason = {
        "name": "Reason",
        "dependentPicklist": True,
        "controllerName": "Flag",
        "picklistValues": [entry("no", "gA=="), entry("yes", "QA=="), entry("both", "wA==")],
    }
    assert values_for(reason, [flag, reason]) == (("false", ("no", "both")), ("true", ("yes", "both")))


def test_a_list_that_depends_on_nothing_has_none() -> None:
    plain = {"name": "Plain", "dependentPicklist": False, "controllerName": None, "picklistValues": [entry("a")]}
    assert values_for(plain, [plain]) == ()
