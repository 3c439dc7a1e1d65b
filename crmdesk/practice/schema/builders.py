"""The groups of fields that every standard object repeats: ids and stamps, addresses, lists, external ids."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from crmdesk.practice.schema.types import FieldType, PicklistValue, PracticeField

ACCURACIES = (
    "Address",
    "NearAddress",
    "Block",
    "Street",
    "ExtendedZip",
    "Zip",
    "Neighborhood",
    "City",
    "County",
    "State",
    "Unknown",
)


def values(*names: str, default: str | None = None) -> tuple[PicklistValue, ...]:
    return tuple(PicklistValue(name, name, is_default=name == default) for name in names)


def picklist(
    name: str, label: str, entries: Iterable[str], *, restricted: bool = False, length: int = 255
) -> PracticeField:
    """A list that, unless restricted, takes any text: so are the standard lists of most orgs."""
    return PracticeField(name, label, FieldType.PICKLIST, length=length, values=values(*entries), restricted=restricted)


def external_id(name: str, label: str, *, unique: bool = True, length: int = 80) -> PracticeField:
    """A text key of another system; `unique` is enforced without regard to case."""
    return PracticeField(name, label, FieldType.STRING, length=length, external_id=True, id_lookup=True, unique=unique)


def record_id(label: str) -> PracticeField:
    return PracticeField(
        "Id",
        label,
        FieldType.ID,
        length=18,
        nillable=False,
        createable=False,
        updateable=False,
        id_lookup=True,
        defaulted_on_create=True,
    )


def owner() -> PracticeField:
    return PracticeField(
        "OwnerId",
        "Owner ID",
        FieldType.REFERENCE,
        length=18,
        nillable=False,
        defaulted_on_create=True,
        reference_to=("User",),
        relationship_name="Owner",
    )


def read_only(name: str, label: str, kind: FieldType, *, nillable: bool = True) -> PracticeField:
    """A field that the org fills by itself."""
    return PracticeField(
        name,
        label,
        kind,
        nillable=nillable,
        createable=False,
        updateable=False,
        defaulted_on_create=not nillable,
        default=False if kind is FieldType.BOOLEAN else None,
    )


def generated(
    name: str, label: str, kind: FieldType, expression: str, *, length: int = 0, nillable: bool = False
) -> PracticeField:
    """A field that follows from others of the same record; `expression` is deterministic SQL."""
    return PracticeField(
        name,
        label,
        kind,
        length=length,
        nillable=nillable,
        createable=False,
        updateable=False,
        defaulted_on_create=not nillable,
        expression=expression,
    )


def audit() -> tuple[PracticeField, ...]:
    """IsDeleted and the five stamps; times are UTC at whole seconds."""
    return (
        read_only("IsDeleted", "Deleted", FieldType.BOOLEAN, nillable=False),
        read_only("CreatedDate", "Created Date", FieldType.DATETIME, nillable=False),
        _user("CreatedById", "Created By ID", "CreatedBy"),
        read_only("LastModifiedDate", "Last Modified Date", FieldType.DATETIME, nillable=False),
        _user("LastModifiedById", "Last Modified By ID", "LastModifiedBy"),
        read_only("SystemModstamp", "System Modstamp", FieldType.DATETIME, nillable=False),
    )


def _user(name: str, label: str, relationship: str) -> PracticeField:
    return PracticeField(
        name,
        label,
        FieldType.REFERENCE,
        length=18,
        nillable=False,
        createable=False,
        updateable=False,
        defaulted_on_create=True,
        reference_to=("User",),
        relationship_name=relationship,
    )


def last_activity() -> PracticeField:
    return read_only("LastActivityDate", "Last Activity", FieldType.DATE)


def address(prefix: str, label: str) -> tuple[PracticeField, ...]:
    """The parts of one postal address and, last, the read-only compound that joins them.

    `prefix` is `Billing`, `Mailing` … or empty, as on Lead, where the compound is called `Address`.
    """
    whole = f"{prefix}Address"

    def part(name: str, kind: FieldType, length: int = 0) -> PracticeField:
        title = f"{label} {name}".replace("PostalCode", "Zip/Postal Code").replace("State", "State/Province").strip()
        return PracticeField(f"{prefix}{name}", title, kind, length=length, compound=whole)

    def degrees(name: str) -> PracticeField:
        title = f"{label} {name}".strip()
        return PracticeField(f"{prefix}{name}", title, FieldType.DOUBLE, precision=18, scale=15, compound=whole)

    return (
        part("Street", FieldType.TEXTAREA, 255),
        part("City", FieldType.STRING, 40),
        part("State", FieldType.STRING, 80),
        part("PostalCode", FieldType.STRING, 20),
        part("Country", FieldType.STRING, 80),
        degrees("Latitude"),
        degrees("Longitude"),
        PracticeField(
            f"{prefix}GeocodeAccuracy",
            f"{label} Geocode Accuracy".strip(),
            FieldType.PICKLIST,
            length=40,
            values=values(*ACCURACIES),
            restricted=True,
            compound=whole,
        ),
        PracticeField(
            whole,
            f"{label} Address".strip(),
            FieldType.ADDRESS,
            createable=False,
            updateable=False,
            sortable=False,
            groupable=False,
        ),
    )


def person_name(label: str) -> tuple[PracticeField, ...]:
    """LastName (required), FirstName, Salutation and the read-only Name made of them."""
    return (
        PracticeField("LastName", "Last Name", FieldType.STRING, length=80, nillable=False, compound="Name"),
        PracticeField("FirstName", "First Name", FieldType.STRING, length=40, compound="Name"),
        PracticeField(
            "Salutation",
            "Salutation",
            FieldType.PICKLIST,
            length=40,
            values=values("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."),
            compound="Name",
        ),
        full_name(label),
    )


def full_name(label: str) -> PracticeField:
    return PracticeField(
        "Name",
        label,
        FieldType.STRING,
        length=121,
        nillable=False,
        createable=False,
        updateable=False,
        name_field=True,
        expression="COALESCE(FirstName || ' ', '') || LastName",
    )


def long_text(name: str, label: str) -> PracticeField:
    """A long text area of 32,000 characters: neither filtered nor sorted nor grouped by SOQL."""
    return PracticeField(
        name, label, FieldType.LONGTEXTAREA, length=32000, filterable=False, sortable=False, groupable=False
    )


def flag(name: str, label: str, *, default: bool = False) -> PracticeField:
    """A check box."""
    return PracticeField(name, label, FieldType.BOOLEAN, nillable=False, defaulted_on_create=True, default=default)


def text(name: str, label: str, length: int, kind: FieldType = FieldType.STRING) -> PracticeField:
    return PracticeField(name, label, kind, length=length)


def subject_name(label: str, length: int = 80) -> PracticeField:
    """The Name of an object that is not a person: required text."""
    return PracticeField("Name", label, FieldType.STRING, length=length, nillable=False, name_field=True)


def currency(name: str, label: str, *, precision: int = 18, scale: int = 2) -> PracticeField:
    return PracticeField(name, label, FieldType.CURRENCY, precision=precision, scale=scale)


def chosen(name: str, label: str, entries: Iterable[str], default: str, *, restricted: bool = False) -> PracticeField:
    """A list that a new record always has a value of."""
    return PracticeField(
        name,
        label,
        FieldType.PICKLIST,
        length=255,
        nillable=False,
        defaulted_on_create=True,
        default=default,
        values=values(*entries, default=default),
        restricted=restricted,
    )


def auto_number(name: str, label: str, number_format: str, *, name_field: bool = True) -> PracticeField:
    """A number that the org gives to each new record, written as the format says (`SUB-{:05}`)."""
    return PracticeField(
        name,
        label,
        FieldType.STRING,
        length=30,
        nillable=False,
        createable=False,
        updateable=False,
        defaulted_on_create=True,
        auto_number=True,
        number_format=number_format,
        name_field=name_field,
    )


def valid_for(controlling: tuple[str, ...], allowed: Iterable[str]) -> str:
    """The bitmap of the controlling entries that allow an entry: base64, the first of them the highest bit."""
    bits = bytearray((len(controlling) + 7) // 8)
    for name in allowed:
        place = controlling.index(name)
        bits[place // 8] |= 0x80 >> place % 8
    return base64.b64encode(bits).decode()


def is_valid_for(entry: PicklistValue, place: int) -> bool:
    """Does the controlling entry at this place allow the entry?"""
    if entry.valid_for is None:
        return True
    bits = base64.b64decode(entry.valid_for)
    return place // 8 < len(bits) and bool(bits[place // 8] & 0x80 >> place % 8)
