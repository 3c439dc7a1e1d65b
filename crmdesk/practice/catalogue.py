"""What a fresh practice org sells, at which prices, and the files that it keeps."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime

from crmdesk.practice.ids import new_id
from crmdesk.practice.people import OPPORTUNITIES, Record, moment, owner, stamps

_PRODUCTS = (
    ("Field laptop", "HW-100", "Hardware", 1490.0),
    ("Docking station", "HW-200", "Hardware", 189.5),
    ("Route planner", "SW-100", "Software", 49.0),
    ("Route planner, offline", "SW-101", "Software", 59.0),
    ("Installation", "SV-100", "Services", 320.0),
    ("Training day", "SV-200", "Services", 950.0),
)
STANDARD_BOOK = new_id("01s", 1)
PARTNER_BOOK = new_id("01s", 2)
_PARTNER_PRICE = 0.8
_LINES = 10
_WELCOME = b"Welcome to the practice org. Nothing here is real, and everything may be tried.\n"


def products_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    for number, (name, code, family, _) in enumerate(_PRODUCTS, start=1):
        yield {
            "Id": new_id("01t", number),
            "Name": name,
            "ProductCode": code,
            "Family": family,
            "IsActive": 1,
            "Sku__c": f"{code}-{number:03}",
            **stamps(moment(chance, now)),
        }


def price_books_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    for record_id, name, is_standard in ((STANDARD_BOOK, "Standard Price Book", 1), (PARTNER_BOOK, "Partners", 0)):
        yield {
            "Id": record_id,
            "Name": name,
            "IsActive": 1,
            "IsStandard": is_standard,
            **stamps(moment(chance, now)),
        }


def entries_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    """Every product in both books; the last is switched off for partners."""
    for number in range(1, 2 * len(_PRODUCTS) + 1):
        book, product = divmod(number - 1, len(_PRODUCTS))
        yield {
            "Id": new_id("01u", number),
            "Pricebook2Id": (STANDARD_BOOK, PARTNER_BOOK)[book],
            "Product2Id": new_id("01t", product + 1),
            "UnitPrice": _PRODUCTS[product][3] * (_PARTNER_PRICE if book else 1),
            "IsActive": int(number < 2 * len(_PRODUCTS)),
            **stamps(moment(chance, now)),
        }


def lines_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    for number in range(1, _LINES + 1):
        product = chance.randrange(len(_PRODUCTS))
        yield {
            "Id": new_id("00k", number),
            "OpportunityId": new_id("006", chance.randrange(1, OPPORTUNITIES + 1)),
            "PricebookEntryId": new_id("01u", product + 1),
            "Quantity": chance.randrange(1, 30),
            "UnitPrice": _PRODUCTS[product][3],
            "Discount": chance.choice((None, 10)),
            **stamps(moment(chance, now)),
        }


def documents_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    yield {
        "Id": new_id("069", 1),
        "Title": "Welcome",
        "LatestPublishedVersionId": new_id("068", 1),
        "FileType": "TEXT",
        "FileExtension": "txt",
        "ContentSize": len(_WELCOME),
        "OwnerId": owner(chance),
        **stamps(moment(chance, now)),
    }


def versions_of(chance: random.Random, now: datetime) -> Iterator[Record]:
    yield {
        "Id": new_id("068", 1),
        "ContentDocumentId": new_id("069", 1),
        "IsLatest": 1,
        "VersionNumber": "1",
        "Title": "Welcome",
        "PathOnClient": "welcome.txt",
        "FileType": "TEXT",
        "FileExtension": "txt",
        "ContentSize": len(_WELCOME),
        "Checksum": hashlib.md5(_WELCOME, usedforsecurity=False).hexdigest(),
        "ContentLocation": "S",
        "OwnerId": owner(chance),
        "VersionData": _WELCOME,
        **stamps(moment(chance, now)),
    }
