"""Fields, and every kind of filter over them."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator
from crmdesk.model.schema import Field, FieldType
from crmdesk.viewmodel.job_editor.filter_tree import EMPTINESS, LISTS
from crmdesk.viewmodel.job_editor.filter_words import operators_for

FIELDS = (
    Field("Id", "Record Id", FieldType.ID),
    Field("Name", "Account Name", FieldType.TEXT, length=80),
    Field("Email", "E-mail", FieldType.EMAIL),
    Field("IsActive", "Active", FieldType.BOOLEAN),
    Field("Employees", "Employees", FieldType.INTEGER),
    Field("AnnualRevenue", "Annual Revenue", FieldType.DECIMAL),
    Field("LastActivityDate", "Last activity", FieldType.DATE),
    Field("CreatedDate", "Created date", FieldType.DATETIME),
    Field("Opens", "Opens", FieldType.TIME),
    Field("Industry", "Industry", FieldType.PICKLIST, values=("Banking", "Retail, wholesale")),
    Field("Interests", "Interests", FieldType.MULTIPICKLIST, values=("Golf", "Sailing")),
    Field("OwnerId", "Owner", FieldType.REFERENCE, references=("User",), relationship="Owner"),
    Field("Notes", "Notes", FieldType.TEXT, is_filterable=False, is_sortable=False),
    Field("BillingAddress", "Billing Address", FieldType.COMPOUND, is_filterable=False, is_sortable=False),
)

_zones = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def scalars(kind: FieldType) -> st.SearchStrategy[Any]:
    """Values that a field of this type can be compared with."""
    match kind:
        case FieldType.BOOLEAN:
            return st.booleans()
        case FieldType.INTEGER:
            return st.integers(-(10**15), 10**15)
        case FieldType.DECIMAL:
            return st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15)
        case FieldType.DATE:
            return st.dates()
        case FieldType.DATETIME:
            return st.datetimes(timezones=_zones)
        case _:
            return st.text(max_size=12)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """A valid condition on one of the filterable fields."""
    field = draw(st.sampled_from([field for field in FIELDS if field.is_filterable]))
    operator = draw(st.sampled_from(operators_for(field.type)))
    if operator in EMPTINESS:
        return Condition(field.name, operator)
    if operator is Operator.BETWEEN:
        return Condition(field.name, operator, tuple(draw(st.lists(scalars(field.type), min_size=2, max_size=2))))
    if operator in LISTS:
        return Condition(field.name, operator, tuple(draw(st.lists(scalars(field.type), min_size=1, max_size=4))))
    if operator in (Operator.CONTAINS, Operator.STARTS_WITH):
        return Condition(field.name, operator, draw(st.text(max_size=12)))
    return Condition(field.name, operator, draw(scalars(field.type)))


def groups_of(members: st.SearchStrategy[Filter]) -> st.SearchStrategy[Group]:
    """Groups that are never empty."""
    some = st.lists(members, min_size=1, max_size=4).map(tuple)
    return st.builds(Group, st.sampled_from(list(Joined)), some)


def filters() -> st.SearchStrategy[Filter]:
    """Every valid filter, nested at will."""
    return st.recursive(conditions(), groups_of, max_leaves=12)
