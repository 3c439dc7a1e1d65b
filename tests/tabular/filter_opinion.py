"""A second opinion on filters: which rows of wire text a CRM would find, reckoned without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import assert_never

import polars as pl

from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Scalar
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.types.ids import has_salesforce_ids, long_id


@dataclass(frozen=True, slots=True)
class Rules:
    """How a CRM compares: whether upper and lower case of text are one, and whether an empty field is unlike any value.

    The second decides `!=`, `not in` and `excludes`, which in SQL leave out rows without a value and in SOQL do not.
    """

    folds_case: bool
    null_matches_not_equal: bool


def filter_expr(
    filter: Filter,  # noqa: A002 - the word of the house
    fields: Mapping[str, Field],
    *,
    folds_case: bool,
    null_matches_not_equal: bool,
) -> pl.Expr:
    """The rows that meet `filter`, as an expression over String columns of wire text named like the keys of `fields`.

    Numbers are compared as numbers, points in time as instants, ids in their long form; text as it is, or in lower case
    where the CRM folds case and the field does not tell cases apart. Null and "" are both empty. Never null itself.
    """
    return _expression(filter, fields, Rules(folds_case, null_matches_not_equal))


def _expression(node: Filter, fields: Mapping[str, Field], rules: Rules) -> pl.Expr:
    match node:
        case Group(joined, members):
            each = [_expression(member, fields, rules) for member in members]
            match joined:
                case Joined.ALL:
                    return pl.all_horizontal(each)
                case Joined.ANY:
                    return pl.any_horizontal(each)
                case _:
                    assert_never(joined)
        case Condition():
            return _condition(node, fields[node.field], rules)
        case _:
            assert_never(node)


def _condition(condition: Condition, field: Field, rules: Rules) -> pl.Expr:
    text = pl.col(condition.field)
    is_empty = text.is_null() | (text == "")
    value = condition.value
    if condition.operator is Operator.IS_EMPTY:
        return is_empty
    if condition.operator is Operator.IS_NOT_EMPTY:
        return ~is_empty
    if value is None:
        raise ValueError(condition)
    items = value if isinstance(value, tuple) else (value,)
    found = _compared(condition.operator, text, items, field, rules).fill_null(value=False)
    if condition.operator in (Operator.NOT_EQUAL, Operator.NOT_IN, Operator.EXCLUDES):
        if "" in items:
            return ~found & ~is_empty
        return ~found & (~is_empty | pl.lit(rules.null_matches_not_equal))
    if condition.operator in (Operator.EQUAL, Operator.IN) and "" in items:
        return found | is_empty
    return found & ~is_empty


def _compared(operator: Operator, text: pl.Expr, items: tuple[Scalar, ...], field: Field, rules: Rules) -> pl.Expr:
    """The comparison itself, of the negative operators the positive one; null where there is nothing to compare."""
    left = _left(text, field, rules)
    right = pl.Series([_right(item, field, rules) for item in items if item != ""], dtype=_kind(field))
    match operator:
        case Operator.EQUAL | Operator.NOT_EQUAL | Operator.IN | Operator.NOT_IN:
            return left.is_in(right.implode())
        case Operator.LESS:
            return left < right.first()
        case Operator.LESS_OR_EQUAL:
            return left <= right.first()
        case Operator.GREATER:
            return left > right.first()
        case Operator.GREATER_OR_EQUAL:
            return left >= right.first()
        case Operator.BETWEEN:
            return left.is_between(right.first(), right.last())
        case Operator.CONTAINS:
            return left.str.contains(right.item(), literal=True)
        case Operator.STARTS_WITH:
            return left.str.starts_with(right.item())
        case Operator.INCLUDES | Operator.EXCLUDES:
            return pl.any_horizontal([_has_all(left.str.split(";"), wanted) for wanted in right.to_list()])
        case Operator.IS_EMPTY | Operator.IS_NOT_EMPTY:
            raise ValueError(operator)
        case _:
            assert_never(operator)


def _has_all(chosen: pl.Expr, wanted: str) -> pl.Expr:
    """`A;B` asks for both, as in SOQL's INCLUDES."""
    return pl.all_horizontal([chosen.list.contains(part) for part in wanted.split(";")])


def _folds(field: Field, rules: Rules) -> bool:
    is_id = field.type in (FieldType.ID, FieldType.REFERENCE)
    return rules.folds_case and not field.is_case_sensitive and not is_id


def _kind(field: Field) -> pl.DataType:
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL:
            return pl.Float64()
        case FieldType.DATE:
            return pl.Date()
        case FieldType.DATETIME:
            return pl.Datetime("us", "UTC")
        case FieldType.BOOLEAN:
            return pl.Boolean()
        case _:
            return pl.String()


def _left(text: pl.Expr, field: Field, rules: Rules) -> pl.Expr:
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL:
            return text.cast(pl.Float64, strict=False)
        case FieldType.DATE:
            return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        case FieldType.DATETIME:
            # With %#z an offset may be written Z, +01:00, +0100 or +01.
            return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", strict=False)
        case FieldType.BOOLEAN:
            return text.str.to_lowercase() == "true"
        case _:
            return text.str.to_lowercase() if _folds(field, rules) else text


def _right(item: Scalar, field: Field, rules: Rules) -> object:
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL if isinstance(item, int | Decimal | str):
            return float(item)
        case FieldType.DATE if isinstance(item, date):
            return item.date() if isinstance(item, datetime) else item
        case FieldType.DATETIME if isinstance(item, datetime):
            return item.astimezone(UTC)
        case FieldType.DATETIME if isinstance(item, date):
            return datetime.combine(item, time(), UTC)
        case FieldType.BOOLEAN if isinstance(item, bool):
            return item
        case FieldType.INTEGER | FieldType.DECIMAL | FieldType.DATE | FieldType.DATETIME | FieldType.BOOLEAN:
            raise ValueError(item)
        case _:
            return _word(str(item), field, rules)


def _word(text: str, field: Field, rules: Rules) -> str:
    if has_salesforce_ids(field):
        whole = long_id(text)
        return whole if isinstance(whole, str) else text
    # By Polars, so that both sides are folded alike.
    return pl.Series([text]).str.to_lowercase().item() if _folds(field, rules) else text
