"""Columns, tables and relations of a Dataverse environment, as its own metadata has them.

Microsoft Learn, "Attribute metadata" and "Column data types"; one table holds what EntityDefinitions tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The types of columns; the value is AttributeTypeName without its last word."""

    STRING = "String"
    MEMO = "Memo"
    INTEGER = "Integer"
    BIGINT = "BigInt"
    DECIMAL = "Decimal"
    DOUBLE = "Double"
    MONEY = "Money"
    BOOLEAN = "Boolean"
    DATETIME = "DateTime"
    PICKLIST = "Picklist"
    MULTISELECT = "MultiSelectPicklist"
    STATE = "State"
    STATUS = "Status"
    LOOKUP = "Lookup"
    CUSTOMER = "Customer"
    OWNER = "Owner"
    PARTYLIST = "PartyList"
    ID = "Uniqueidentifier"
    MANAGED = "ManagedProperty"
    VIRTUAL = "Virtual"


LOOKUPS = frozenset({Kind.LOOKUP, Kind.CUSTOMER, Kind.OWNER})
NUMBERS = frozenset({Kind.INTEGER, Kind.BIGINT, Kind.DECIMAL, Kind.DOUBLE, Kind.MONEY})
CHOICES = frozenset({Kind.PICKLIST, Kind.STATE, Kind.STATUS})
NOT_COLUMNS = frozenset({Kind.PARTYLIST, Kind.VIRTUAL, Kind.MANAGED})
"""What describe lists and no row of the Web API holds as a plain value."""

USER_LOCAL, DATE_ONLY, TIME_ZONE_INDEPENDENT = "UserLocal", "DateOnly", "TimeZoneIndependent"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list; `state` is the state a status reason belongs to."""

    value: int
    label: str
    state: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    `targets` are logical names; `navigation` names the property to bind a lookup of one target by. `is_wanted`: forms
    insist on it, and the API does not (Microsoft Learn, "Attribute metadata", requirement levels).
    """

    name: str
    kind: Kind
    label: str
    schema_name: str = ""
    length: int = 0
    least: float | None = None
    most: float | None = None
    precision: int = 0
    behavior: str = USER_LOCAL
    options: tuple[Option, ...] = ()
    targets: tuple[str, ...] = ()
    navigation: str = ""
    is_required: bool = False
    is_wanted: bool = False
    is_creatable: bool = True
    is_updatable: bool = True
    attribute_of: str = ""

    @property
    def wire_name(self) -> str:
        """How the column is called in answers, in $select and in $filter."""
        return f"_{self.name}_value" if self.kind in LOOKUPS else self.name

    def navigation_to(self, target: str) -> str:
        """The navigation property that leads to `target`: one of its own for each where there are several."""
        if self.kind is Kind.OWNER:
            return self.name
        base = self.navigation or self.name
        return f"{base}_{target}" if len(self.targets) > 1 else base


@dataclass(frozen=True, slots=True)
class AlternateKey:
    """A key besides the primary id; only an active one can be used."""

    name: str
    columns: tuple[str, ...]
    status: str = "Active"


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `tracks`: changes are tracked. `restricts`: lookups that forbid a delete of what they point to."""

    name: str
    set_name: str
    label: str
    plural: str
    primary_id: str
    primary_name: str
    columns: tuple[Column, ...]
    keys: tuple[AlternateKey, ...] = ()
    tracks: bool = True
    is_audited: bool = False
    is_custom: bool = False
    is_activity: bool = False
    is_read_only: bool = False
    restricts: tuple[str, ...] = ()
    has_bulk: bool = True
    type_code: int = 0

    def find(self, name: str) -> Column | None:
        """The column of that logical name."""
        return next((each for each in self.columns if each.name == name), None)

    def on_the_wire(self, name: str) -> Column | None:
        """The column that answers call so; upper and lower case count."""
        return next((each for each in self.readable() if each.wire_name == name), None)

    def readable(self) -> Iterator[Column]:
        """The columns that a row holds."""
        return (each for each in self.columns if each.kind not in NOT_COLUMNS)

    def navigations(self) -> Iterator[tuple[str, Column, str]]:
        """Every navigation property to a single record, with its column and its target."""
        for column in self.columns:
            if column.kind is Kind.OWNER:
                yield column.name, column, ""
            elif column.kind in LOOKUPS:
                for target in column.targets:
                    yield column.navigation_to(target), column, target
