"""The rule set of filters that the Campaign connector keeps, for accounts that want the same: numbers and times alone.

(Adobe Campaign Classic documentation, CRM connectors, "Filter data".)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from crmdesk.engine.filters.values import FindField, Report
from crmdesk.model.account_settings import RULES
from crmdesk.model.filter import Condition, Filter, Group, Operator
from crmdesk.model.schema import FieldType


class RuleSet(StrEnum):
    """FULL: everything the CRM can evaluate. CAMPAIGN: what the Campaign connector could."""

    FULL = "full"
    CAMPAIGN = "campaign"


_NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.DATETIME})
_EMPTINESS = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
_COMPARED = frozenset(
    {
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.LESS,
        Operator.LESS_OR_EQUAL,
        Operator.GREATER,
        Operator.GREATER_OR_EQUAL,
    }
)
_HINT = "`crmdesk account edit ACCOUNT --set rules=full` allows it for this account."


def rule_set(settings: Mapping[str, str]) -> RuleSet:
    """The rule set that the settings of an account name."""
    return RuleSet.CAMPAIGN if settings.get(RULES, "") == RuleSet.CAMPAIGN else RuleSet.FULL


def violations(where: Filter, find: FindField, report: Report, place: str = "filter") -> None:
    """Report each condition that breaks a rule of the Campaign set, with the name of the rule."""
    if isinstance(where, Group):
        for number, member in enumerate(where.members, 1):
            violations(member, find, report, f"{place}.{where.joined.value}[{number}]")
        return
    for rule, breaks in _RULES.items():
        if breaks(where, find):
            report(place, f"The condition {where.field} {where.operator} … breaks the Campaign rule “{rule}”.", _HINT)


def _is_of_a_parent(condition: Condition, _: FindField) -> bool:
    return "." in condition.field


def _is_of_texts(condition: Condition, find: FindField) -> bool:
    found = find(condition.field)
    return found is not None and condition.operator not in _EMPTINESS and found[1].type not in _NUMBERS


def _is_no_comparison(condition: Condition, find: FindField) -> bool:
    return (
        condition.operator not in _EMPTINESS
        and condition.operator not in _COMPARED
        and not _is_of_texts(condition, find)
    )


_RULES: Mapping[str, Callable[[Condition, FindField], bool]] = {
    "no comparison with joined objects": _is_of_a_parent,
    "the right side is a number or a date; no text comparison": _is_of_texts,
    "only =, !=, <, <=, >, >= and emptiness": _is_no_comparison,
}
