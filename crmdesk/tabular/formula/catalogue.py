"""All functions and operators of formulas by name."""

from __future__ import annotations

from crmdesk.tabular.formula.function import Function
from crmdesk.tabular.formula.functions.dates import DATES
from crmdesk.tabular.formula.functions.finding import FINDING
from crmdesk.tabular.formula.functions.logic import LOGIC
from crmdesk.tabular.formula.functions.numbers import NUMBERS
from crmdesk.tabular.formula.functions.texts import TEXTS
from crmdesk.tabular.formula.functions.writing import WRITING

FUNCTIONS: dict[str, Function] = {each.name: each for each in (*TEXTS, *FINDING, *NUMBERS, *LOGIC, *DATES, *WRITING)}

NAMES = tuple(sorted([*(name for name in FUNCTIONS if name.isalpha()), "TODAY", "NOW"]))
"""What can be called, for people; operators left out. TODAY and NOW are the same for all rows of a run."""

SAME_AS = {
    "CONCATENATE": "CONCAT",
    "BLANKVALUE": "COALESCE",
    "&&": "AND",
    "||": "OR",
}
"""Other names, of Salesforce or Excel, for functions that are here."""
