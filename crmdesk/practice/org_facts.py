"""What an administrator has set up in a fresh org: profiles, record types, assignment rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crmdesk.practice.ids import new_id
from crmdesk.practice.people import Record, stamps

# Numbers of profiles, as people.PROFILE_NUMBERS names them.
PROFILES = ("System Administrator", "Standard User", "Integration User", "Read Only", "Limited")

# Object, developer name, label. An entry may leave out values of the restricted lists of its object.
RECORD_TYPES = (
    ("Account", "Customer", "Customer"),
    ("Account", "Partner", "Partner"),
    ("Opportunity", "New_Business", "New Business"),
    ("Opportunity", "Renewal", "Renewal"),
    ("Case", "Support", "Support"),
    ("Case", "Complaint", "Complaint"),
)
SWITCHED_ON: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("Opportunity", "Renewal"): {"Contract_Length__c": ("12 months", "24 months")},
    ("Case", "Complaint"): {"Severity__c": ("Minor", "Major")},
}
"""The values of restricted lists that a record type takes; a list that is not named is taken whole."""

ASSIGNMENT_RULES = (("Lead", "Web leads", False), ("Case", "Cases by origin", True))
"""Object, name, active."""

_SETUP_DAYS = 900


def record_type_id(name: str, developer_name: str) -> str:
    places = [(what, each) for what, each, _ in RECORD_TYPES]
    return new_id("012", places.index((name, developer_name)) + 1)


def profiles(now: datetime) -> Iterator[Record]:
    for number, name in enumerate(PROFILES, start=1):
        yield {"Id": new_id("00e", number), "Name": name, "UserType": "Standard", **_set_up(now)}


def record_types(now: datetime) -> Iterator[Record]:
    for number, (what, developer_name, label) in enumerate(RECORD_TYPES, start=1):
        yield {
            "Id": new_id("012", number),
            "Name": label,
            "DeveloperName": developer_name,
            "SobjectType": what,
            "IsActive": 1,
            **_set_up(now),
        }


def assignment_rules(now: datetime) -> Iterator[Record]:
    for number, (what, name, is_active) in enumerate(ASSIGNMENT_RULES, start=1):
        yield {
            "Id": new_id("01Q", number),
            "Name": name,
            "SobjectType": what,
            "Active": int(is_active),
            **_set_up(now),
        }


def _set_up(now: datetime) -> Record:
    return stamps(now - timedelta(days=_SETUP_DAYS))
