"""The objects that describe the org itself and who works in it, all of them read only."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.schema.builders import audit, full_name, read_only, record_id
from crmdesk.practice.schema.lookups import reference
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.types import FieldType, PracticeField


def _text(name: str, label: str, length: int, kind: FieldType = FieldType.STRING) -> PracticeField:
    return replace(read_only(name, label, kind), length=length)


def _read_only_object(
    name: str, plural: str, key_prefix: str, fields: tuple[PracticeField, ...], label: str | None = None
) -> PracticeObject:
    return PracticeObject(
        name, label or name, plural, key_prefix, fields, createable=False, updateable=False, deletable=False
    )


ORGANIZATION = _read_only_object(
    "Organization",
    "Organizations",
    "00D",
    (
        record_id("Organization ID"),
        replace(_text("Name", "Name", 80), nillable=False, name_field=True),
        _text("Division", "Division", 80),
        _text("Country", "Country", 80),
        _text("OrganizationType", "Edition", 40, FieldType.PICKLIST),
        _text("InstanceName", "Instance Name", 5),
        read_only("IsSandbox", "Is Sandbox", FieldType.BOOLEAN, nillable=False),
        read_only("TrialExpirationDate", "Trial Expiration Date", FieldType.DATETIME),
        _text("NamespacePrefix", "Namespace Prefix", 15),
        _text("DefaultLocaleSidKey", "Locale", 40, FieldType.PICKLIST),
        _text("LanguageLocaleKey", "Language", 40, FieldType.PICKLIST),
        _text("TimeZoneSidKey", "Time Zone", 40, FieldType.PICKLIST),
        *audit(),
    ),
)

USER = _read_only_object(
    "User",
    "Users",
    "005",
    (
        record_id("User ID"),
        replace(_text("Username", "Username", 80), nillable=False, id_lookup=True, unique=True),
        replace(_text("LastName", "Last Name", 80), nillable=False, compound="Name"),
        replace(_text("FirstName", "First Name", 40), compound="Name"),
        full_name("Full Name"),
        _text("CompanyName", "Company Name", 80),
        _text("Department", "Department", 80),
        _text("Title", "Title", 80),
        replace(_text("Email", "Email", 128, FieldType.EMAIL), nillable=False),
        _text("Phone", "Phone", 40, FieldType.PHONE),
        _text("Alias", "Alias", 8),
        read_only("IsActive", "Active", FieldType.BOOLEAN, nillable=False),
        replace(
            reference("ProfileId", "Profile ID", "Profile", "Profile", "Users"), createable=False, updateable=False
        ),
        _text("UserType", "User Type", 40, FieldType.PICKLIST),
        _text("TimeZoneSidKey", "Time Zone", 40, FieldType.PICKLIST),
        _text("LocaleSidKey", "Locale", 40, FieldType.PICKLIST),
        _text("LanguageLocaleKey", "Language", 40, FieldType.PICKLIST),
        _text("EmailEncodingKey", "Email Encoding", 40, FieldType.PICKLIST),
        *audit(),
    ),
)

PROFILE = _read_only_object(
    "Profile",
    "Profiles",
    "00e",
    (
        record_id("Profile ID"),
        replace(_text("Name", "Name", 255), nillable=False, name_field=True),
        _text("UserType", "User Type", 40, FieldType.PICKLIST),
        _text("Description", "Description", 255),
        *audit(),
    ),
)

ASSIGNMENT_RULE = _read_only_object(
    "AssignmentRule",
    "Assignment Rules",
    "01Q",
    (
        record_id("Rule ID"),
        replace(_text("Name", "Name", 120), name_field=True),
        _text("SobjectType", "SObject Type", 40, FieldType.PICKLIST),
        read_only("Active", "Active", FieldType.BOOLEAN, nillable=False),
        *audit(),
    ),
    label="Assignment Rule",
)

RECORD_TYPE = _read_only_object(
    "RecordType",
    "Record Types",
    "012",
    (
        record_id("Record Type ID"),
        replace(_text("Name", "Name", 80), nillable=False, name_field=True),
        replace(_text("DeveloperName", "Record Type Name", 80), nillable=False),
        _text("Description", "Description", 255),
        _text("SobjectType", "SObject Type Name", 40, FieldType.PICKLIST),
        read_only("IsActive", "Active", FieldType.BOOLEAN, nillable=False),
        *audit(),
    ),
    label="Record Type",
)
