"""The companies and people that live in a fresh practice org, made up from lists of words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from crmdesk.practice.ids import new_id
from crmdesk.practice.schema.contact import INTERESTS, LEVELS
from crmdesk.practice.schema.lead import STATUSES
from crmdesk.practice.schema.opportunity import STAGES
from crmdesk.practice.schema.picklists import INDUSTRIES, LEAD_SOURCES, RATINGS

Value = str | int | float | bytes | None
Record = dict[str, Value]

ORGANIZATION_ID = new_id("00D", 1)
ADMINISTRATOR_ID = new_id("005", 1)
ADMINISTRATOR_NAME = "admin@practice.example"
LEADS = 12
OPPORTUNITIES = 14
STANDARD_USER = 2
PROFILE_NUMBERS = {"admin": 1, "integration": 3, "reader": 4, "limited": 5}
_ACTIVE_USERS = 4
_YEARS = 3

# (first name, last name, user name, active); only the first four own records of a fresh org.
_STAFF = (
    ("Ada", "Admin", "admin", True),
    ("Sam", "Sales", "sales", True),
    ("Mara", "Marketing", "marketing", True),
    ("Ivo", "Integration", "integration", True),
    ("Lena", "Left", "left", False),
    ("Otto", "Offboarded", "offboarded", False),
    ("Rita", "Reader", "reader", True),
    ("Lars", "Limited", "limited", True),
)

_FIRST = (
    "Aisha", "Andrés", "Anna", "Ben", "Björn", "Carla", "Chen", "Chloë", "Daniel", "Elif", "Emma", "Farid", "Fiona",
    "George", "Grace", "Hana", "Hugo", "Ines", "Ivan", "James", "Jana", "Jonas", "Julia", "Kenji", "Lars", "Laura",
    "Li", "Lucía", "Marek", "Maria", "Mehmet", "Mia", "Nadia", "Noah", "Olga", "Oscar", "Paul", "Priya", "René",
    "Rosa", "Ruth", "Sofia", "Søren", "Tariq", "Theo", "Uma", "Viktor", "Wanda", "Yuki", "Zoë",
)  # fmt: skip
_LAST = (
    "Adams", "Almeida", "Baker", "Berg", "Bianchi", "Brown", "Castro", "Cohen", "Costa", "D'Angelo", "Dubois", "Evans",
    "Fischer", "García", "Green", "Hansen", "Hughes", "Ito", "Ivanova", "Jansen", "Jones", "Kaya", "Khan", "Kim",
    "Kowalski", "Larsen", "Lee", "Lopez", "Martin", "Meyer", "Moreau", "Müller", "Nguyen", "Novák", "O'Brien", "Okafor",
    "Patel", "Peña", "Popescu", "Rossi", "Sato", "Schmidt", "Silva", "Smith", "Svensson", "Tanaka", "Taylor", "Wang",
    "Weiß", "Young",
)  # fmt: skip
_COMPANY = (
    "Alpine", "Amber", "Atlas", "Aurora", "Beacon", "Blue Harbor", "Bright", "Cedar", "Cobalt", "Copper", "Crescent",
    "Delta", "Eagle", "Ember", "Falcon", "Forest", "Granite", "Harvest", "Helix", "Horizon", "Iron", "Juniper",
    "Lakeside", "Liberty", "Lunar", "Maple", "Meridian", "Northern", "Oak", "Orchid", "Pacific", "Pioneer", "Prairie",
    "Quartz", "Redwood", "River", "Sierra", "Silver", "Solar", "Summit", "Terra", "Union", "Valley", "Vertex", "Willow",
)  # fmt: skip
_TRADE = (
    "Foods", "Logistics", "Energy", "Systems", "Textiles", "Partners", "Bank", "Pharma", "Robotics", "Media", "Travel",
    "Insurance", "Optics", "Steel", "Software", "Clinics", "Furniture", "Paper", "Water", "Shipping",
)  # fmt: skip
_PLACES = (
    ("Boston", "MA", "02108", "USA"), ("Newark", "NJ", "07102", "USA"), ("San Francisco", "CA", "94105", "USA"),
    ("New York", "NY", "10013", "USA"), ("Chicago", "IL", "60606", "USA"), ("Austin", "TX", "78701", "USA"),
    ("Toronto", "ON", "M5H 2N2", "Canada"), ("London", None, "EC2A 4NE", "United Kingdom"),
    ("München", "BY", "80331", "Germany"), ("Leipzig", "SN", "04109", "Germany"), ("Paris", None, "75002", "France"),
    ("Kraków", None, "30-001", "Poland"), ("Madrid", None, "28004", "Spain"), ("Osaka", None, "530-0001", "Japan"),
    ("São Paulo", "SP", "01310-100", "Brazil"), ("Sydney", "NSW", "2000", "Australia"),
)  # fmt: skip
_STREETS = ("Market Street", "Station Road", "Hill Lane", "Park Avenue", "River Walk", "Mill Street", "Queen Street")
_TITLES = ("Buyer", "CEO", "CFO", "Engineer", "Head of IT", "Office Manager", "Sales Director", "VP Operations", None)
_DEPARTMENTS = ("Finance", "IT", "Operations", "Purchasing", "Sales", None)
_LANGUAGES = ("English", "English; German", "French", "Spanish", "Japanese", None, None)


def organization(now: datetime) -> Record:
    return {
        "Id": ORGANIZATION_ID,
        "Name": "Practice Org",
        "OrganizationType": "Developer Edition",
        "InstanceName": "PRAC1",
        "IsSandbox": 1,
        "Country": "US",
        "DefaultLocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "TimeZoneSidKey": "GMT",
        **stamps(now - timedelta(days=365 * _YEARS)),
    }


def users(now: datetime) -> list[Record]:
    """Eight users: the first an administrator, two inactive, one who may only read, one from whom much is hidden."""
    return [
        {
            "Id": new_id("005", number),
            "Username": f"{name}@practice.example",
            "FirstName": first,
            "LastName": last,
            "CompanyName": "Practice Org",
            "Email": f"{name}@practice.example",
            "Alias": name[:8],
            "IsActive": int(is_active),
            "ProfileId": new_id("00e", PROFILE_NUMBERS.get(name, STANDARD_USER)),
            "UserType": "Standard",
            "TimeZoneSidKey": "America/New_York" if name == "limited" else "GMT",
            "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "EmailEncodingKey": "UTF-8",
            **stamps(now - timedelta(days=365 * _YEARS)),
        }
        for number, (first, last, name, is_active) in enumerate(_STAFF, start=1)
    ]


def accounts_of(count: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    """Companies; every seventh is a subsidiary of an earlier one."""
    for number in range(1, count + 1):
        name = f"{chance.choice(_COMPANY)} {chance.choice(_TRADE)}"
        yield {
            "Id": new_id("001", number),
            "Name": name if number % 9 else f"{name} & Sons",
            "Type": chance.choice(("Prospect", "Customer - Direct", "Customer - Channel", None)),
            "ParentId": new_id("001", chance.randrange(1, number)) if number % 7 == 0 else None,
            **_address("Billing", chance),
            "Phone": phone(chance),
            "Website": f"https://{_domain(name)}" if number % 5 else None,
            "Industry": chance.choice(INDUSTRIES) if number % 10 else None,
            "AnnualRevenue": chance.randrange(1, 5000) * 100_000 if number % 4 else None,
            "NumberOfEmployees": chance.randrange(3, 20_000) if number % 6 else None,
            "Rating": chance.choice((*RATINGS, None)),
            "Description": f"{name}: met at a trade show.\nAsked for a call back." if number % 5 == 1 else None,
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def contacts_of(count: int, accounts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    """People, most of them at one of the accounts numbered 1 to `accounts`."""
    employers = [new_id("001", number) for number in range(1, accounts + 1)]
    for number in range(1, count + 1):
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        yield {
            "Id": new_id("003", number),
            "AccountId": chance.choice(employers) if employers and number % 25 else None,
            "FirstName": first if number % 50 else None,
            "LastName": last,
            "Email": f"{mailbox(first)}.{mailbox(last)}{number}@mail.example" if number % 10 else None,
            "Phone": phone(chance) if number % 3 else None,
            "Title": chance.choice(_TITLES),
            "Department": chance.choice(_DEPARTMENTS),
            **_address("Mailing", chance),
            "LeadSource": chance.choice(LEAD_SOURCES) if number % 2 else None,
            "Birthdate": f"{chance.randrange(1950, 2004)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            if number % 4 == 0
            else None,
            "HasOptedOutOfEmail": int(number % 20 == 0),
            "Level__c": LEVELS[number % 3] if number % 5 else None,
            "Languages__c": chance.choice(_LANGUAGES),
            "Interests__c": ";".join(INTERESTS[number % 3 : number % 3 + 1 + number % 2]) if number % 6 else None,
            "Legacy_Id__c": f"P-{number:07}",
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def leads_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, LEADS + 1):
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        yield {
            "Id": new_id("00Q", number),
            "FirstName": first,
            "LastName": last,
            "Company": f"{chance.choice(_COMPANY)} {chance.choice(_TRADE)}",
            "Email": f"{mailbox(first)}.{mailbox(last)}@leads.example",
            "Phone": phone(chance),
            "Status": STATUSES[number % 2],
            "LeadSource": chance.choice(LEAD_SOURCES),
            "Rating": chance.choice(RATINGS),
            "Industry": chance.choice(INDUSTRIES),
            "Legacy_Id__c": f"L-{number:07}",
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def opportunities_of(accounts: int, chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, OPPORTUNITIES + 1):
        stage = STAGES[number % len(STAGES)]
        close = now.date() + timedelta(days=chance.randrange(-200, 200))
        yield {
            "Id": new_id("006", number),
            "AccountId": new_id("001", chance.randrange(1, accounts + 1)) if accounts else None,
            "Name": f"{chance.choice(_TRADE)} {number * 100} units",
            "StageName": stage.name,
            "Amount": chance.randrange(10, 9000) * 100,
            "Probability": stage.probability,
            "CloseDate": close.isoformat(),
            "Type": chance.choice(("Existing Business", "New Business", None)),
            "NextStep": None if stage.is_closed else "Send the proposal",
            "LeadSource": chance.choice(LEAD_SOURCES),
            "OwnerId": owner(chance),
            **stamps(moment(chance, now)),
        }


def stamps(moment: datetime) -> Record:
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "IsDeleted": 0,
        "CreatedDate": stamp,
        "CreatedById": ADMINISTRATOR_ID,
        "LastModifiedDate": stamp,
        "LastModifiedById": ADMINISTRATOR_ID,
        "SystemModstamp": stamp,
    }


def moment(chance: random.Random, now: datetime) -> datetime:
    """Some time in the last years, but never today: what a test has just written stays apart from what was there."""
    return now - timedelta(days=2, seconds=chance.randrange(_YEARS * 365 * 86_400))


def owner(chance: random.Random) -> str:
    return _OWNERS[chance.randrange(_ACTIVE_USERS)]


_OWNERS = tuple(new_id("005", number) for number in range(1, _ACTIVE_USERS + 1))


def _address(prefix: str, chance: random.Random) -> Record:
    city, state, postal_code, country = chance.choice(_PLACES)
    return {
        f"{prefix}Street": f"{chance.randrange(1, 400)} {chance.choice(_STREETS)}",
        f"{prefix}City": city,
        f"{prefix}State": state,
        f"{prefix}PostalCode": postal_code,
        f"{prefix}Country": country,
    }


def phone(chance: random.Random) -> str:
    return f"+1 555 0{chance.randrange(100, 200)}-{chance.randrange(1000, 10_000)}"


def _domain(company: str) -> str:
    return f"www.{company.replace(' ', '').lower()}.example"


def mailbox(name: str) -> str:
    return "".join(char for char in name.lower() if "a" <= char <= "z")
