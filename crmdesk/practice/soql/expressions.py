"""Fields and functions of a query as SQL expressions that know the type of their values."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.scope import Column, Scope
from crmdesk.practice.soql.tree import Call, Operand, Path

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})

_DAY = {FieldType.DATE, FieldType.DATETIME}
_UNCOUNTED = {
    FieldType.LONGTEXTAREA,
    FieldType.TEXTAREA,
    FieldType.MULTIPICKLIST,
    FieldType.ADDRESS,
    FieldType.BASE64,
    FieldType.BOOLEAN,
}

# Parts of a date, read from the stored text; moments are taken in UTC, as Salesforce does without convertTimezone().
_PARTS: dict[str, tuple[str, FieldType]] = {
    "CALENDAR_YEAR": ("CAST(substr({0}, 1, 4) AS INTEGER)", FieldType.INT),
    "CALENDAR_QUARTER": ("((CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3)", FieldType.INT),
    "CALENDAR_MONTH": ("CAST(substr({0}, 6, 2) AS INTEGER)", FieldType.INT),
    "DAY_IN_MONTH": ("CAST(substr({0}, 9, 2) AS INTEGER)", FieldType.INT),
    "HOUR_IN_DAY": ("CAST(substr({0}, 12, 2) AS INTEGER)", FieldType.INT),
    "DAY_ONLY": ("substr({0}, 1, 10)", FieldType.DATE),
}


@dataclass(frozen=True, slots=True)
class Expression:
    """SQL and the type of what it gives; `name` is what messages call it, `column` is set for a bare field."""

    sql: str
    type: FieldType
    name: str
    at: int
    column: Column | None = None
    case_sensitive: bool = False
    is_aggregate: bool = False

    @property
    def compared(self) -> str:
        """The SQL that is compared, ordered and grouped by: text without regard to case."""
        return f"crmfold({self.sql})" if self.is_folded else self.sql

    @property
    def is_folded(self) -> bool:
        return self.type.is_text and not self.case_sensitive


def expression(scope: Scope, operand: Operand) -> Expression:
    """The SQL of a field, a date part or an aggregate. Raises QueryRefused."""
    match operand:
        case Path():
            return _field(scope.column(operand), operand.at)
        case Call():
            return _function(scope, operand)


def _field(column: Column, at: int) -> Expression:
    field = column.field
    return Expression(column.sql, field.type, field.name, at, column, case_sensitive=field.case_sensitive)


def _function(scope: Scope, call: Call) -> Expression:
    if call.argument is None or not (call.name in AGGREGATES or call.name in _PARTS):
        raise QueryRefused(SoqlCode.MALFORMED_QUERY, f"unexpected token: '{call.name}'", call.at)
    column = scope.column(call.argument)
    if call.name in AGGREGATES:
        return _aggregate(call, column, call.argument.at)
    template, kind = _PARTS[call.name]
    needs_time = call.name in ("HOUR_IN_DAY", "DAY_ONLY")
    if column.field.type not in _DAY or (needs_time and column.field.type is not FieldType.DATETIME):
        raise QueryRefused(
            SoqlCode.MALFORMED_QUERY,
            f"field {column.field.name} does not support function {call.name}",
            call.argument.at,
        )
    return Expression(template.format(column.sql), kind, f"{call.name}({column.field.name})", call.at)


def _aggregate(call: Call, column: Column, at: int) -> Expression:
    kind, field = column.field.type, column.field
    is_supported = kind.is_number if call.name in ("SUM", "AVG") else kind not in _UNCOUNTED
    if not is_supported:
        raise QueryRefused(
            SoqlCode.MALFORMED_QUERY, f"field {field.name} does not support aggregate operator {call.name}", at
        )
    sql, result = _aggregate_sql(call.name, _field(column, at))
    return Expression(sql, result, f"{call.name}({field.name})", call.at, is_aggregate=True)


def _aggregate_sql(name: str, over: Expression) -> tuple[str, FieldType]:
    match name:
        case "COUNT":
            return f"COUNT({over.sql})", FieldType.INT
        case "COUNT_DISTINCT":
            return f"COUNT(DISTINCT {over.compared})", FieldType.INT
        case "AVG":
            return f"AVG({over.sql})", FieldType.DOUBLE
        case _:
            return f"{name}({over.sql}{' COLLATE CRMFOLD' if over.is_folded else ''})", over.type
