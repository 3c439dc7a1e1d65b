"""Preparing row by row in plain Python: what the fast way must equal, cell by cell."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = "Europe/Kyiv"
REQUIRED = "Legacy_Id__c"
LISTS = {
    "Segment__c": ("Enterprise", "Mid-market", "Small", "Public"),
    "Country__c": ("Sweden", "Ukraine", "Poland", "Germany", "France"),
}
FIELDS = {
    "Key": REQUIRED,
    "First": "FirstName",
    "Last": "LastName",
    "Email": "Email",
    "Parent": "Parent__c",
    "Segment": "Segment__c",
    "Country": "Country__c",
    "Amount": "Amount__c",
    "Employees": "Employees__c",
    "Active": "Active__c",
    "Birth": "Birthdate",
    "Seen": "Seen__c",
    "Met": "Met__c",
    "Street": "Street__c",
    "Notes": "Notes__c",
}
_LENGTHS = {"Legacy_Id__c": 40, "FirstName": 40, "LastName": 80, "Street__c": 255, "Notes__c": 1000}
_TRUTHS = dict.fromkeys(("true", "1", "yes", "y", "t"), "true") | dict.fromkeys(("false", "0", "no", "n", "f"), "false")
_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


class Bad(Exception):
    """A cell that cannot be sent, with the CRM's code."""


def _text(name: str) -> Callable[[str], str]:
    length = _LENGTHS[name]

    def check(text: str) -> str:
        if len(text.strip()) > length:
            raise Bad("STRING_TOO_LONG")
        return text

    return check


def _email(text: str) -> str:
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", text.strip()):
        raise Bad("INVALID_EMAIL_ADDRESS")
    return text.strip()


def _record_id(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]{18}", text):
        raise Bad("MALFORMED_ID")
    for part in range(3):
        bits = sum(1 << place for place, sign in enumerate(text[part * 5 : part * 5 + 5]) if sign.isupper())
        if text[15 + part] != _CHECKS[bits]:
            raise Bad("MALFORMED_ID")
    return text


def _choice(name: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in LISTS[name]:
            raise Bad("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
        return text

    return check


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Bad("CONVERSION_ERROR") from None
    shown = format(number, "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return shown if number else "0"


def _truth(text: str) -> str:
    if text.lower() not in _TRUTHS:
        raise Bad("CONVERSION_ERROR")
    return _TRUTHS[text.lower()]


@lru_cache(maxsize=100_000)
def _date(text: str) -> str:
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise Bad("CONVERSION_ERROR")


def _moment(zone: ZoneInfo) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Bad("CONVERSION_ERROR") from None
        if moment.tzinfo is None:
            meant = moment.replace(tzinfo=zone)
            if meant.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
                raise Bad("CONVERSION_ERROR")  # the clocks were put forward over it
            moment = meant
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"

    return read


_RULES: dict[str, Callable[[str], str]] = {
    **{name: _text(name) for name in _LENGTHS},
    **{name: _choice(name) for name in LISTS},
    "Email": _email,
    "Parent__c": _record_id,
    "Amount__c": _number,
    "Employees__c": _number,
    "Active__c": _truth,
    "Birthdate": _date,
    "Seen__c": _moment(ZoneInfo(ZONE)),
    "Met__c": _moment(ZoneInfo(ZONE)),
}


def prepare_plainly(source: Path, folder: Path) -> tuple[list[list[str]], dict[int, tuple[str, str]]]:
    """The rows that would be sent, and for the others the first code and field; rows count from 1.

    It writes into `folder` what the fast way writes: the copy of the source, the body of what is sent and its hash, and
    of each rejected row what it was, what of it could be converted, and all that is wrong.
    """
    shutil.copyfile(source, folder / "copy.csv")
    with source.open(encoding="utf-8", newline="") as file:
        keys = Counter(row["Key"].strip().lower() for row in csv.DictReader(file))
    good: list[list[str]] = []
    rejected: dict[int, tuple[str, str]] = {}
    with (
        source.open(encoding="utf-8", newline="") as file,
        (folder / "body.csv").open("w", encoding="utf-8", newline="") as body,
        (folder / "rejects.jsonl").open("w", encoding="utf-8") as rejects,
    ):
        writer = csv.DictWriter(body, list(FIELDS.values()), lineterminator="\n")
        for number, row in enumerate(csv.DictReader(file), 1):
            converted, problems = _converted(row, keys)
            if problems:
                rejected[number] = problems[0]
                told = {"row": number, "problems": problems, "values": row, "sent": converted}
                rejects.write(json.dumps(told, ensure_ascii=False) + "\n")
            else:
                writer.writerow(converted)
                good.append(list(converted.values()))
    with (folder / "body.csv").open("rb") as sent:
        hashlib.file_digest(sent, "sha256")
    return good, rejected


def _converted(row: dict[str, str], keys: Counter[str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The cells that can be sent, and the code and field of each that cannot."""
    converted: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    if row["Key"].strip() and keys[row["Key"].strip().lower()] > 1:
        problems.append(("DUPLICATE_VALUE", REQUIRED))
    for column, name in FIELDS.items():
        text = row[column]
        if text.strip():
            try:
                converted[name] = _RULES[name](text)
            except Bad as bad:
                problems.append((bad.args[0], name))
        elif name == REQUIRED:
            problems.append(("MISSING_ARGUMENT", name))
        else:
            converted[name] = ""
    return converted, problems
