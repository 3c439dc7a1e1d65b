"""The groups of fields that every standard object repeats: ids and stamps, addresses, lists, external ids."""

from __future__ import annotations

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


def reference(name: str, label: str, target: str, relationship: str, children: str | None = None) -> PracticeField:
    """A lookup that is emptied when its parent is deleted for good."""
    return PracticeField(
        name,
        label,
        FieldType.REFERENCE,
        length=18,
        reference_to=(target,),
        relationship_name=relationship,
        child_relationship=children,
    )


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
