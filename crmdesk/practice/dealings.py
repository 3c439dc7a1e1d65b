"""What goes on in a fresh practice org beside its people: campaigns, cases, appointments, regions, subscriptions.

Keys: `Legacy_Id__c` of campaigns, cases, tasks and events begins with `M-`, `C-`, `T-` and `E-`; regions have a
`Code__c` and subscriptions an `External_Key__c` from `S-0001` on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from crmdesk.practice.ids import new_id
from crmdesk.practice.org_facts import record_type_id
from crmdesk.practice.people import LEADS, Record, moment, owner, stamps
from crmdesk.practice.schema import activity, campaign, service
from crmdesk.practice.schema.custom import ADD_ONS, PLANS

CAMPAIGNS = 4
CASES = 12
SUBSCRIPTIONS = 18
_MEMBERS = 15
_APPOINTMENTS = 8
_REGIONS = (
    ("Europe", "EU", None, True),
    ("Northern Europe", "EU-N", 1, True),
    ("Southern Europe", "EU-S", 1, True),
    ("North America", "NA", None, True),
    ("Asia Pacific", "APAC", None, True),
    ("Antarctica", "AQ", None, False),
)
_TOPICS = ("Login does not work", "Report is slow", "Invoice is wrong", "Wish: dark colours", "Export stops half-way")


def campaigns_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, CAMPAIGNS + 1):
        start = now.date() + timedelta(days=chance.randrange(-300, 60))
        yield {
            "Id": new_id("701", number),
            "Name": f"{chance.choice(campaign.TYPES)} {start.year} No. {number}",
            "Type": chance.choice(campaign.TYPES),
            "Status": campaign.STATUSES[number % 3],
            "StartDate": start.isoformat(),
            "EndDate": (start + timedelta(days=14)).isoformat(),
            "BudgetedCost": chance.randrange(5, 90) * 1000,
            "IsActive": int(number != 1),
            "Legacy_Id__c": f"M-{number:07}",
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def members_of(contacts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    """Nobody is twice a member of one campaign."""
    for number in range(1, _MEMBERS + 1):
        place, group = divmod(number - 1, CAMPAIGNS)
        is_contact = contacts > place and number % 3 != 0
        yield {
            "Id": new_id("00v", number),
            "CampaignId": new_id("701", group + 1),
            "ContactId": new_id("003", place + 1) if is_contact else None,
            "LeadId": None if is_contact else new_id("00Q", place % LEADS + 1),
            "Status": chance.choice(campaign.MEMBER_STATUSES),
            **stamps(moment(chance, now)),
        }


def cases_of(accounts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, CASES + 1):
        kind = ("Support", "Complaint")[number % 2]
        yield {
            "Id": new_id("500", number),
            "CaseNumber": f"{number:08}",
            "AccountId": new_id("001", chance.randrange(1, accounts + 1)) if accounts else None,
            "RecordTypeId": record_type_id("Case", kind),
            "Subject": chance.choice(_TOPICS),
            "Status": service.STATUSES[number % 4],
            "Priority": chance.choice(("High", "Medium", "Low")),
            "Origin": chance.choice(service.ORIGINS),
            "Severity__c": service.SEVERITIES[number % 2],
            "Legacy_Id__c": f"C-{number:07}",
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def tasks_of(accounts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, _APPOINTMENTS + 1):
        yield {
            "Id": new_id("00T", number),
            "WhoId": new_id("00Q", chance.randrange(1, LEADS + 1)) if number % 2 else None,
            "WhatId": new_id("001", chance.randrange(1, accounts + 1)) if accounts and not number % 2 else None,
            "Subject": chance.choice(("Call", "Send letter", "Send quote", "Other")),
            "ActivityDate": (now.date() + timedelta(days=chance.randrange(-60, 60))).isoformat(),
            "Status": activity.STATUSES[number % 3],
            "Priority": "Normal",
            "Legacy_Id__c": f"T-{number:07}",
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def events_of(accounts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, _APPOINTMENTS + 1):
        start = (now + timedelta(days=chance.randrange(-60, 60))).replace(minute=0, second=0, microsecond=0)
        yield {
            "Id": new_id("00U", number),
            "WhatId": new_id("001", chance.randrange(1, accounts + 1)) if accounts else None,
            "Subject": chance.choice(("Meeting", "Call", "Demonstration")),
            "Location": chance.choice(("Head office", "Video", None)),
            "StartDateTime": start.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "EndDateTime": (start + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "ShowAs": "Busy",
            "Legacy_Id__c": f"E-{number:07}",
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def regions_of(accounts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    for number, (name, code, parent, is_open) in enumerate(_REGIONS, start=1):
        yield {
            "Id": new_id("a01", number),
            "Name": name,
            "Code__c": code,
            "Parent_Region__c": new_id("a01", parent) if parent else None,
            "Headquarters__c": new_id("001", chance.randrange(1, accounts + 1)) if accounts else None,
            "Is_Open__c": int(is_open),
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def subscriptions_of(accounts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, SUBSCRIPTIONS + 1 if accounts else 1):
        plan = PLANS[number % 3]
        start = now.date() - timedelta(days=chance.randrange(1, 400))
        yield {
            "Id": new_id("a02", number),
            "Name": f"SUB-{number:05}",
            "Account__c": new_id("001", chance.randrange(1, accounts + 1)),
            "Region__c": new_id("a01", chance.randrange(1, len(_REGIONS))),
            "Plan__c": plan,
            "Add_On__c": chance.choice([name for name, plans in ADD_ONS.items() if plan in plans]),
            "Seats__c": chance.randrange(10, 200),
            "Price__c": chance.randrange(20, 900),
            "Discount__c": chance.choice((None, 5, 12.5)),
            "Start_Date__c": start.isoformat(),
            "End_Date__c": (start + timedelta(days=365)).isoformat(),
            "External_Key__c": f"S-{number:04}",
            **stamps(moment(chance, now)),
        }
