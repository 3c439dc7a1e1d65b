"""What a new environment holds: its people, its currency, and believable accounts and contacts."""

from __future__ import annotations

import random
import uuid

from crmdesk.practice.dataverse.store import Row, Store, seeded

_SPACE = uuid.UUID("3b8a7a3c-6a1d-4d0e-9d1a-7a2f2b1c0d5e")
_NAMES = (
    "Alder",
    "Birch",
    "Cedar",
    "Elm",
    "Fir",
    "Hazel",
    "Juniper",
    "Larch",
    "Maple",
    "Oak",
    "Pine",
    "Rowan",
    "Willow",
)
_KINDS = ("Works", "Trading", "Foods", "Energy", "Logistics", "Paper", "Media", "Tools", "Optics", "Textiles")
_FIRST = ("Anna", "Björn", "Chiara", "David", "Elif", "Fatima", "Georg", "Hanna", "Jørgen", "Li", "María", "Olga")
_LAST = ("Andersson", "Bauer", "Costa", "Dubois", "Eriksen", "García", "Hansen", "Kaya", "Lopez", "Müller", "Öz")


def id_of(name: str) -> str:
    """The id of something that has the same id in every environment of the same seed."""
    return str(uuid.uuid5(_SPACE, name))


def seed(store: Store, *, accounts: int, contacts: int, number: int) -> None:
    """Fill a store that is empty; one that is not stays as it is."""
    if store.fact("organization"):
        return
    store.fact("organization", str(uuid.uuid4()))
    store.fact("business_unit", str(uuid.uuid4()))
    chance = random.Random(number)
    made = store.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    users = [
        _user("admin", "Practice Admin", made),
        _user("erik", "Erik Svensson", made),
        _user("left", "Lena Left", made),
    ]
    users[2]["isdisabled"] = True
    daemon = _user("daemon", "# Practice integration", made) | {"applicationid": id_of("application")}
    currency = {"transactioncurrencyid": id_of("currency"), "currencyname": "Euro", "isocurrencycode": "EUR"}
    organization = {
        "organizationid": store.fact("organization"),
        "name": "practice",
        "expirechangetrackingindays": 30,
        "isauditenabled": True,
        "languagecode": 1033,
    }
    seeded(
        store,
        {
            "systemuser": [*users, daemon],
            "team": [{"teamid": id_of("team"), "name": "Sales north"}],
            "transactioncurrency": [currency],
            "organization": [organization],
            "account": [_account(each, chance, made) for each in range(1, accounts + 1)],
            "contact": [_contact(each, accounts, chance, made) for each in range(1, contacts + 1)],
        },
    )


def _user(name: str, full_name: str, made: str) -> Row:
    return {
        "systemuserid": id_of(f"user {name}"),
        "fullname": full_name,
        "domainname": f"{name}@practice.example",
        "internalemailaddress": f"{name}@practice.example",
        "isdisabled": False,
        "createdon": made,
        "modifiedon": made,
    }


def _own(id_name: str, id_: str, made: str) -> Row:
    admin = ["systemuser", id_of("user admin")]
    return {
        id_name: id_,
        "statecode": 0,
        "statuscode": 1,
        "ownerid": admin,
        "createdon": made,
        "createdby": admin,
        "modifiedon": made,
        "modifiedby": admin,
    }


def _account(number: int, chance: random.Random, made: str) -> Row:
    return _own("accountid", id_of(f"account {number}"), made) | {
        "name": f"{chance.choice(_NAMES)} {chance.choice(_KINDS)} {number}",
        "accountnumber": f"ACC-{number:06}",
        "numberofemployees": chance.randrange(1, 20_000),
        "revenue": chance.randrange(10_000, 90_000_000),
        "industrycode": chance.choice((1, 6, 7, None)),
        "creditonhold": chance.random() < 0.1,  # noqa: PLR2004 - one in ten
        "transactioncurrencyid": ["transactioncurrency", id_of("currency")],
    }


def _contact(number: int, accounts: int, chance: random.Random, made: str) -> Row:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    employer = ["account", id_of(f"account {chance.randrange(1, accounts + 1)}")] if accounts else None
    return _own("contactid", id_of(f"contact {number}"), made) | {
        "firstname": first,
        "lastname": last,
        "fullname": f"{first} {last}",
        "emailaddress1": f"contact{number}@practice.example",
        "new_externalid": f"C-{number:06}",
        "parentcustomerid": employer,
        "donotemail": chance.random() < 0.2,  # noqa: PLR2004 - one in five
    }
