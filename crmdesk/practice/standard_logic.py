"""What Salesforce itself does when records of certain standard objects are saved, beyond their fields."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from crmdesk.practice import files, refusals
from crmdesk.practice.checks import Value
from crmdesk.practice.drafts import Draft, alive
from crmdesk.practice.files import Filing
from crmdesk.practice.ids import new_id
from crmdesk.practice.lookup import rows_by_id
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.save_options import SaveOptions

_OWNERS = {"Web": new_id("005", 2), "Email": new_id("005", 3)}
"""Whom the assignment rules choose, by the Origin of a case or the LeadSource of a lead."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When, by whom, and with which wishes the records are saved."""

    rules: ObjectRules
    options: SaveOptions
    filing: Filing


Logic = Callable[[sqlite3.Connection, list[Draft], Moment], None]


def apply_logic(connection: sqlite3.Connection, drafts: list[Draft], moment: Moment) -> None:
    """Complete or refuse the drafts; new ones have their ids already, and nothing refuses them after this."""
    logic = _LOGIC.get(moment.rules.object.name)
    if logic is not None:
        logic(connection, alive(drafts), moment)


def _new(drafts: list[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.is_new]


def _one(connection: sqlite3.Connection, sql: str, *parameters: Value) -> tuple[Value, ...] | None:
    found: tuple[Value, ...] | None = connection.execute(sql, parameters).fetchone()
    return found


def _case_or_lead(connection: sqlite3.Connection, drafts: list[Draft], moment: Moment) -> None:
    """Owners by assignment rule, where one is active or named (REST guide, Assignment Rule Header)."""
    what, asked = moment.rules.object.name, moment.options.assignment
    if not asked or not _new(drafts):
        return
    condition, value = ("Active = 1", what) if asked is True else ("substr(Id, 1, 15) = ?", str(asked)[:15])
    sql = f"SELECT 1 FROM AssignmentRule WHERE SobjectType = '{what}' AND {condition}"
    if _one(connection, sql, *([] if asked is True else [value])) is None:
        return
    source = "Origin" if what == "Case" else "LeadSource"
    for draft in _new(drafts):
        owner = _OWNERS.get(str(draft.values.get(source)))
        if owner is not None:
            draft.values["OwnerId"] = owner


def _campaign_member(connection: sqlite3.Connection, drafts: list[Draft], _: Moment) -> None:
    """Either a lead or a contact, and each but once."""
    taken: set[tuple[Value, Value]] = set()
    for draft in _new(drafts):
        campaign, lead, contact = (draft.values.get(name) for name in ("CampaignId", "LeadId", "ContactId"))
        person, column = (lead, "LeadId") if lead else (contact, "ContactId")
        sql = f"SELECT Id FROM CampaignMember WHERE IsDeleted = 0 AND CampaignId = ? AND {column} = ?"
        if person is None:
            draft.refuse(refusals.NO_MEMBER("LeadId", "ContactId"))
        elif lead and contact:
            draft.refuse(refusals.TWO_MEMBERS("LeadId", "ContactId"))
        elif (campaign, person) in taken or _one(connection, sql, campaign, person):
            draft.refuse(refusals.MEMBER_ALREADY())
        taken.add((campaign, person))


def _pricebook_entry(connection: sqlite3.Connection, drafts: list[Draft], _: Moment) -> None:
    """One price a product and book, and none in another book before the standard price."""
    has_price = "SELECT 1 FROM PricebookEntry WHERE IsDeleted = 0 AND Product2Id = ? AND Pricebook2Id = ?"
    standard = _one(connection, "SELECT Id FROM Pricebook2 WHERE IsStandard = 1 AND IsDeleted = 0")
    taken: set[tuple[Value, Value]] = set()
    for draft in _new(drafts):
        product, book = draft.values.get("Product2Id"), draft.values.get("Pricebook2Id")
        if (product, book) in taken or _one(connection, has_price, product, book):
            draft.refuse(refusals.PRICE_ALREADY("Pricebook2Id", "Product2Id"))
        elif (
            standard
            and book != standard[0]
            and not ((product, standard[0]) in taken or _one(connection, has_price, product, standard[0]))
        ):
            draft.refuse(refusals.NO_STANDARD_PRICE("Pricebook2Id"))
        else:
            taken.add((product, book))


def _line_item(connection: sqlite3.Connection, drafts: list[Draft], _: Moment) -> None:
    """An active entry of the opportunity's price book; the first line decides which book that is."""
    for draft in _new(drafts):
        entry = _one(
            connection,
            "SELECT Pricebook2Id, IsActive FROM PricebookEntry WHERE Id = ?",
            draft.values["PricebookEntryId"],
        )
        sale = _one(connection, "SELECT Pricebook2Id FROM Opportunity WHERE Id = ?", draft.values["OpportunityId"])
        book = sale[0] if sale else None
        if entry is None or not entry[1]:
            draft.refuse(refusals.ENTRY_INACTIVE("PricebookEntryId"))
        elif book is not None and book != entry[0]:
            draft.refuse(refusals.ENTRY_OF_OTHER_BOOK("PricebookEntryId"))
        else:
            connection.execute(
                "UPDATE Opportunity SET Pricebook2Id = ?, HasOpportunityLineItem = 1 WHERE Id = ?",
                (entry[0], draft.values["OpportunityId"]),
            )


def _event(connection: sqlite3.Connection, drafts: list[Draft], moment: Moment) -> None:
    names = ("StartDateTime", "EndDateTime")
    changing = [str(draft.record_id) for draft in drafts if not draft.is_new]
    before = rows_by_id(connection, moment.rules.whole, names, changing) if changing else {}
    for draft in drafts:
        known = before.get(str(draft.record_id), (None, None, None))[1:]
        start, end = (draft.values.get(name, value) for name, value in zip(names, known, strict=True))
        if start is not None and end is not None and str(end) < str(start):
            draft.refuse(refusals.NEGATIVE_EVENT("EndDateTime"))


def _content_version(connection: sqlite3.Connection, drafts: list[Draft], moment: Moment) -> None:
    for draft in _new(drafts):
        files.file_version(connection, draft, moment.filing)


_LOGIC: dict[str, Logic] = {
    "Case": _case_or_lead,
    "Lead": _case_or_lead,
    "CampaignMember": _campaign_member,
    "PricebookEntry": _pricebook_entry,
    "OpportunityLineItem": _line_item,
    "Event": _event,
    "ContentVersion": _content_version,
}
