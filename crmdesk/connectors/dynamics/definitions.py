"""What Dataverse tells of its tables: EntityDefinitions, read once and only as far as it is needed.

Microsoft Learn, "Query table definitions using the Web API".
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

_CRM = "Microsoft.Dynamics.CRM."


class Value(msgspec.Struct):
    """A managed property, or the name of a type: its value is all that counts."""

    value: bool | str | None = msgspec.field(name="Value", default=None)


class Text(msgspec.Struct, rename="pascal"):
    """One label in one language."""

    label: str = ""


class Label(msgspec.Struct, rename="pascal"):
    """A label: in the user's language, else in any."""

    user_localized_label: Text | None = None
    localized_labels: list[Text] = []

    @property
    def text(self) -> str:
        """The words, "" where there are none."""
        if self.user_localized_label is not None:
            return self.user_localized_label.label
        return next((each.label for each in self.localized_labels), "")


class Privilege(msgspec.Struct, rename="pascal"):
    """A right that exists for a table."""

    privilege_type: str = ""


class TableDefinition(msgspec.Struct, rename="pascal"):
    """A table."""

    logical_name: str
    primary_id_attribute: str | None = None
    entity_set_name: str | None = None
    display_name: Label | None = None
    display_collection_name: Label | None = None
    is_custom_entity: bool = False
    is_intersect: bool = False
    change_tracking_enabled: bool = False
    is_audit_enabled: Value | None = None
    privileges: list[Privilege] = []

    @property
    def label(self) -> str:
        """What people call one row."""
        return (self.display_name.text if self.display_name else "") or self.logical_name

    @property
    def plural(self) -> str:
        """What people call its rows."""
        return (self.display_collection_name.text if self.display_collection_name else "") or self.label

    @property
    def is_usable(self) -> bool:
        """Whether its rows can be addressed."""
        return bool(self.entity_set_name and self.primary_id_attribute) and not self.is_intersect

    def may(self, privilege: str) -> bool:
        """Whether there is such a right at all."""
        return any(each.privilege_type == privilege for each in self.privileges)


TABLE_MEMBERS = (
    "LogicalName,EntitySetName,DisplayName,DisplayCollectionName,PrimaryIdAttribute,IsCustomEntity,IsIntersect,"
    "ChangeTrackingEnabled,IsAuditEnabled,Privileges"
)


class Option(msgspec.Struct, rename="pascal"):
    """A choice of a list."""

    value: int
    label: Label | None = None
    state: int | None = None  # of a status reason: the status it goes with

    @property
    def text(self) -> str:
        """Its word, "" where it has none."""
        return self.label.text if self.label is not None else ""


class OptionSet(msgspec.Struct, rename="pascal"):
    """A list of choices."""

    options: list[Option] = []
    true_option: Option | None = None
    false_option: Option | None = None

    @property
    def truths(self) -> tuple[str, str] | None:
        """The words for true and false of a list of two."""
        both = [each.text if each is not None else "" for each in (self.true_option, self.false_option)]
        return (both[0], both[1]) if all(both) else None


class Attribute(msgspec.Struct, rename="pascal"):
    """A column, with what only a cast to its type tells."""

    logical_name: str
    attribute_type_name: Value | None = None
    display_name: Label | None = None
    required_level: Value | None = None
    is_valid_for_create: bool = False
    is_valid_for_update: bool = False
    is_valid_for_read: bool = False
    is_primary_id: bool = False
    attribute_of: str | None = None
    max_length: int = 0
    precision: int = 0
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    date_time_behavior: Value | None = None
    option_set: OptionSet | None = None
    targets: list[str] = []

    @property
    def kind(self) -> str:
        """Its type, such as `String` or `MultiSelectPicklist`."""
        name = self.attribute_type_name.value if self.attribute_type_name else ""
        return str(name or "").removesuffix("Type")

    @property
    def label(self) -> str:
        """What people call it."""
        return (self.display_name.text if self.display_name else "") or self.logical_name


class Relationship(msgspec.Struct, rename="pascal"):
    """How a lookup leads to one kind of record."""

    referencing_attribute: str
    referenced_entity: str
    referencing_entity_navigation_property_name: str


class Key(msgspec.Struct, rename="pascal"):
    """An alternate key."""

    key_attributes: list[str]
    entity_key_index_status: str = ""


class _Attributes(msgspec.Struct):
    value: list[Attribute]


class _Relationships(msgspec.Struct):
    value: list[Relationship]


class _Keys(msgspec.Struct):
    value: list[Key]


class Tables(msgspec.Struct):
    """The answer with all tables."""

    value: list[TableDefinition]


_SHARED = (
    "LogicalName,AttributeTypeName,DisplayName,RequiredLevel,IsValidForCreate,IsValidForUpdate,IsValidForRead,"
    "IsPrimaryId,AttributeOf"
)
_RANGE = "MinValue,MaxValue"
_CASTS = {
    "String": "$select=LogicalName,MaxLength",
    "Memo": "$select=LogicalName,MaxLength",
    "Integer": f"$select=LogicalName,{_RANGE}",
    "Decimal": f"$select=LogicalName,Precision,{_RANGE}",
    "Double": f"$select=LogicalName,Precision,{_RANGE}",
    "Money": f"$select=LogicalName,Precision,{_RANGE}",
    "DateTime": "$select=LogicalName,DateTimeBehavior",
    "Boolean": "$select=LogicalName&$expand=OptionSet",
    "Picklist": "$select=LogicalName&$expand=OptionSet",
    "MultiSelectPicklist": "$select=LogicalName&$expand=OptionSet",
    "State": "$select=LogicalName&$expand=OptionSet",
    "Status": "$select=LogicalName&$expand=OptionSet",
    "Lookup": "$select=LogicalName,Targets",
}


_LINK = "ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName"


def addresses(root: str, name: str) -> list[str]:
    """What to ask for the whole of a table; `whole` reads the answers in that order."""
    table = f"{root}EntityDefinitions(LogicalName='{name}')/"
    return [
        f"{table}Attributes?$select={_SHARED}",
        *(f"{table}Attributes/{_CRM}{kind}AttributeMetadata?{options}" for kind, options in _CASTS.items()),
        f"{table}ManyToOneRelationships?$select={_LINK}",
        f"{table}Keys?$select=KeyAttributes,EntityKeyIndexStatus",
    ]


class Whole(msgspec.Struct):
    """A table with all that belongs to it."""

    attributes: list[Attribute]
    relationships: list[Relationship]
    keys: list[Key]


def whole(contents: list[bytes]) -> Whole:
    """The answers to `addresses`, put together; raises msgspec.MsgspecError."""
    shared, *casts, relationships, keys = contents
    told = {each.logical_name: each for cast in casts for each in msgspec.json.decode(cast, type=_Attributes).value}
    attributes = []
    for each in msgspec.json.decode(shared, type=_Attributes).value:
        more = told.get(each.logical_name)
        if more is not None:
            each.max_length, each.precision, each.targets = more.max_length, more.precision, more.targets
            each.min_value, each.max_value = more.min_value, more.max_value
            each.option_set, each.date_time_behavior = more.option_set, more.date_time_behavior
        attributes.append(each)
    return Whole(
        attributes,
        msgspec.json.decode(relationships, type=_Relationships).value,
        msgspec.json.decode(keys, type=_Keys).value,
    )
