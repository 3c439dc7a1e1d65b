"""Rarer refusals of Salesforce, as data. Source of codes and messages: SOAP API guide, StatusCode."""

from __future__ import annotations

from crmdesk.model.error_book.card import Card, Remedy

MORE_SALESFORCE_CARDS = (
    Card(
        "salesforce-unknown-field",
        {"INVALID_FIELD": "no such column"},
        "The CRM does not know a field",
        "The field is gone, or hidden from you.",
        "Look at the mapping of the job.",
    ),
    Card(
        "salesforce-own-parent",
        {"CIRCULAR_DEPENDENCY": ""},
        "Would be its own parent: {field}",
        "A record cannot stand above itself.",
        "Correct the parent, or leave it empty.",
        (Remedy.TWO_PASSES, Remedy.SET_VALUE),
        title_without_field="Would be its own parent",
    ),
    Card(
        "salesforce-owner-reads",
        {"TRANSFER_REQUIRES_READ": ""},
        "The new owner may not see this kind of record",
        "An owner must at least be able to read it.",
        "Choose another owner, or ask for the right.",
        (Remedy.REPLACE_OWNERS, Remedy.ASK_FOR_IT),
    ),
    Card(
        "salesforce-converted",
        {"CANNOT_UPDATE_CONVERTED_LEAD": ""},
        "This lead was converted",
        "A converted lead cannot be changed.",
        "Set the row aside, or update the contact it became.",
    ),
    Card(
        "salesforce-held-back",
        {"ALL_OR_NONE_OPERATION_ROLLED_BACK": "", "PROCESSING_HALTED": ""},
        "Held back by another row",
        "Nothing is wrong with this row: it was undone because another one of the same call was refused.",
        "Send it again.",
        (Remedy.FIND_CULPRIT,),
    ),
    Card(
        "salesforce-standard-price",
        {"STANDARD_PRICE_NOT_DEFINED": ""},
        "No standard price yet",
        "A price of another book needs the standard price first.",
        "Bring the standard price book to the CRM first, then send these rows again.",
        (Remedy.WAIT_FOR_PARENT,),
    ),
    Card(
        "salesforce-limit",
        {"LIMIT_EXCEEDED": ""},
        "Too many for one record",
        "The CRM allows only so many of these for one record.",
        "Set the row aside.",
    ),
    Card(
        "salesforce-fixed-parent",
        {"BAD_CUSTOM_ENTITY_PARENT_DOMAIN": ""},
        "The parent of this record cannot be changed",
        "It is fixed when the record is created.",
        "Take the field out of the mapping.",
        (Remedy.SET_VALUE,),
    ),
    Card(
        "salesforce-undelete",
        {"UNDELETE_FAILED": ""},
        "Cannot be brought back",
        "The record is not in the recycle bin: it was never deleted, or is gone for good.",
        "Look whether it is in the CRM. If not, create it anew from what was stored before it was deleted.",
    ),
    Card(
        "salesforce-storage",
        {"STORAGE_LIMIT_EXCEEDED": ""},
        "The org's data storage is full",
        "Nothing more fits until space is made.",
        "Make space in the CRM, then send these rows again.",
        (Remedy.ASK_FOR_IT,),
    ),
    Card(
        "salesforce-accident",
        {"UNKNOWN_EXCEPTION": ""},
        "The CRM had an accident",
        "It says no more than stands below; its support can look the number up.",
        "Send the row again.",
        (Remedy.GENTLE_LANE,),
    ),
)
