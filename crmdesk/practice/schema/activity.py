"""Tasks and events: what was done, or is to be done, about a person and a thing of several kinds."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.schema.builders import (
    audit,
    chosen,
    external_id,
    flag,
    generated,
    long_text,
    owner,
    record_id,
    text,
)
from crmdesk.practice.schema.lookups import anything, taken_along
from crmdesk.practice.schema.objects import PracticeObject
from crmdesk.practice.schema.types import FieldType, PracticeField

PEOPLE = ("Contact", "Lead")
THINGS = ("Account", "Opportunity", "Campaign", "Case", "Product2", "Region__c", "Subscription__c")
STATUSES = ("Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred")


def _subject() -> PracticeField:
    return replace(text("Subject", "Subject", 255), name_field=True)


def _about(children: str) -> tuple[PracticeField, ...]:
    return (
        taken_along(anything("WhoId", "Name ID", PEOPLE, "Who", children)),
        taken_along(anything("WhatId", "Related To ID", THINGS, "What", children)),
    )


TASK = PracticeObject(
    "Task",
    "Task",
    "Tasks",
    "00T",
    (
        record_id("Activity ID"),
        *_about("Tasks"),
        _subject(),
        PracticeField("ActivityDate", "Due Date Only", FieldType.DATE),
        chosen("Status", "Status", STATUSES, "Not Started"),
        chosen("Priority", "Priority", ("High", "Normal", "Low"), "Normal"),
        owner(),
        long_text("Description", "Description"),
        generated("IsClosed", "Closed", FieldType.BOOLEAN, "Status = 'Completed'"),
        PracticeField("CallDurationInSeconds", "Call Duration", FieldType.INT, digits=8),
        *audit(),
        external_id("Legacy_Id__c", "Legacy Id"),
    ),
)

EVENT = PracticeObject(
    "Event",
    "Event",
    "Events",
    "00U",
    (
        record_id("Activity ID"),
        *_about("Events"),
        _subject(),
        text("Location", "Location", 255),
        flag("IsAllDayEvent", "All-Day Event"),
        PracticeField("StartDateTime", "Start Date Time", FieldType.DATETIME, nillable=False),
        PracticeField("EndDateTime", "End Date Time", FieldType.DATETIME, nillable=False),
        generated("ActivityDate", "Due Date Only", FieldType.DATE, "substr(StartDateTime, 1, 10)", nillable=True),
        long_text("Description", "Description"),
        owner(),
        chosen("ShowAs", "Show Time As", ("Busy", "OutOfOffice", "Free"), "Busy"),
        *audit(),
        external_id("Legacy_Id__c", "Legacy Id"),
    ),
)
