"""Files: documents, their versions with the bytes, and the records they are attached to."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.schema.activity import PEOPLE, THINGS
from crmdesk.practice.schema.builders import audit, chosen, owner, read_only, record_id, text
from crmdesk.practice.schema.lookups import anything, fixed, reference
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.types import FieldType, PracticeField

ATTACHED_TO = (*PEOPLE, *THINGS, "User")


def _told(name: str, label: str, kind: FieldType, *, length: int = 0, digits: int = 0) -> PracticeField:
    """What the org finds out about a file by itself."""
    return replace(read_only(name, label, kind), length=length, digits=digits)


def _facts() -> tuple[PracticeField, ...]:
    return (
        _told("FileType", "File Type", FieldType.STRING, length=20),
        _told("FileExtension", "File Extension", FieldType.STRING, length=40),
        _told("ContentSize", "Size", FieldType.INT),
    )


CONTENT_DOCUMENT = PracticeObject(
    "ContentDocument",
    "Content Document",
    "Content Documents",
    "069",
    (
        record_id("ContentDocument ID"),
        replace(text("Title", "Title", 255), nillable=False, name_field=True),
        replace(
            reference(
                "LatestPublishedVersionId", "Latest Published Version", "ContentVersion", "LatestPublishedVersion"
            ),
            createable=False,
            updateable=False,
        ),
        *_facts(),
        owner(),
        *audit(),
    ),
    createable=False,
)

CONTENT_VERSION = PracticeObject(
    "ContentVersion",
    "Content Version",
    "Content Versions",
    "068",
    (
        record_id("ContentVersion ID"),
        replace(
            reference(
                "ContentDocumentId", "ContentDocument ID", "ContentDocument", "ContentDocument", "ContentVersions"
            ),
            updateable=False,
            cascade_delete=True,
        ),
        read_only("IsLatest", "Is Latest", FieldType.BOOLEAN, nillable=False),
        _told("VersionNumber", "Version Number", FieldType.STRING, length=20),
        PracticeField(
            "Title", "Title", FieldType.STRING, length=255, nillable=False, defaulted_on_create=True, name_field=True
        ),
        text("Description", "Description", 1000),
        text("ReasonForChange", "Reason For Change", 1000),
        fixed(text("PathOnClient", "Path On Client", 500)),
        *_facts(),
        _told("Checksum", "Checksum", FieldType.STRING, length=50),
        chosen("ContentLocation", "Content Origin", ("S", "E", "L"), "S", restricted=True),
        replace(
            anything("FirstPublishLocationId", "First Publish Location ID", ATTACHED_TO, "FirstPublishLocation", ""),
            updateable=False,
            child_relationship=None,
        ),
        owner(),
        *audit(),
        PracticeField(
            "VersionData",
            "Version Data",
            FieldType.BASE64,
            filterable=False,
            sortable=False,
            groupable=False,
            updateable=False,
        ),
    ),
)

CONTENT_DOCUMENT_LINK = PracticeObject(
    "ContentDocumentLink",
    "Content Document Link",
    "Content Document Links",
    "06A",
    (
        record_id("ContentDocumentLink ID"),
        fixed(
            anything("LinkedEntityId", "Linked Entity ID", ATTACHED_TO, "LinkedEntity", "ContentDocumentLinks"),
            cascade_delete=True,
        ),
        fixed(
            reference(
                "ContentDocumentId", "ContentDocument ID", "ContentDocument", "ContentDocument", "ContentDocumentLinks"
            ),
            cascade_delete=True,
        ),
        chosen("ShareType", "Share Type", ("V", "C", "I"), "V", restricted=True),
        chosen("Visibility", "Visibility", ("AllUsers", "InternalUsers", "SharedUsers"), "AllUsers", restricted=True),
        *audit(),
    ),
)
