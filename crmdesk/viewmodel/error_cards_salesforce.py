"""What the refusals of Salesforce mean, as data. Source of codes and messages: SOAP API guide, StatusCode."""

from __future__ import annotations

from crmdesk.viewmodel.error_cards import Card

_LOCKED = (
    "The record was in use",
    "Others, or rows with the same parent, were being saved at the same moment.",
    "Nothing is wrong with the row: send it again.",
)
_TOO_MUCH = (
    "Too much at once for the automation of your org",
    "Code of your org ran into a limit because many rows arrived together.",
    "Send fewer rows a call: the job has a setting for it.",
)
_FIELD_PARENT = (
    "Points to a record that is not there: {field}",
    "The record was deleted, belongs to another org, or you cannot see it.",
    "Was the id taken from another org? Then find the record by a key instead. Else correct it, or leave it empty.",
)

SALESFORCE_CARDS = (
    Card(
        "REQUIRED_FIELD_MISSING",
        "{field} is empty",
        "The CRM does not save this record without it.",
        "Give a value.",
        title_without_field="A required value is empty",
    ),
    Card(
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "{message}",
        "A rule of your org stopped the record. The words above were written by your admin.",
        "Correct the row as the rule says; if the rule is wrong for old rows, ask for it to be switched off meanwhile.",
    ),
    Card(
        "INVALID_FIELD",
        "Parent not found: {field}",
        "The parent was not found by its key.",
        "When the parent is not in the CRM yet, bring it there and send these rows again as they are; else correct "
        "the key.",
        sign="foreign key external id",
        title_without_field="Parent not found",
    ),
    Card(
        "INVALID_FIELD",
        "The CRM does not know a field",
        "The field is gone, or hidden from you.",
        "Look at the mapping of the job.",
        sign="no such column",
    ),
    Card(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Not in the list: {field}",
        "The list is closed, or the value is not switched on for this record's type.",
        "Choose what it should become, or ask for the value to be added, also for the record type.",
        title_without_field="Not in the list",
    ),
    Card(
        "DUPLICATE_VALUE",
        "The same key in several rows: {field}",
        "The CRM would take these rows for one record.",
        "Keep one of them and set the others aside, or give each its own key.",
        sign="duplicate external id specified|duplicate id in list|stands in other rows of the source",
        title_without_field="The same key in several rows",
    ),
    Card(
        "DUPLICATE_VALUE",
        "Taken by another record: {field}",
        "The field is unique, and another record has this value.",
        "Usually the record is in the CRM already: update it, or correct the value.",
        sign="duplicates value on record",
        title_without_field="A unique value is taken by another record",
    ),
    Card(
        "DUPLICATES_DETECTED",
        "Looks like a record you already have",
        "A duplicate rule of your org found similar records.",
        "Compare them; then update the old one, or set this row aside.",
    ),
    Card("UNABLE_TO_LOCK_ROW", *_LOCKED),
    Card(
        "INACTIVE_OWNER_OR_USER",
        "Owner is inactive",
        "The record would belong to a user who is switched off; the CRM does not save that.",
        "Choose who gets it.",
    ),
    Card(
        "INVALID_CROSS_REFERENCE_KEY",
        "You may not use this record type",
        "The record type is not assigned to your profile.",
        "Choose another one, or ask for it to be assigned.",
        sign="record type id",
    ),
    Card(
        "INVALID_CROSS_REFERENCE_KEY",
        "No record has this key: {field}",
        "There is nothing to change: the record is not in the CRM, or you cannot see it.",
        "Correct the key, or create the record first.",
        sign="^no .* has ",
        title_without_field="No record has this key",
    ),
    Card("INVALID_CROSS_REFERENCE_KEY", *_FIELD_PARENT, title_without_field="Points to a record that is not there"),
    Card(
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "You may not link to this record: {field}",
        "You cannot see or edit the record it points to, or lack a right on its object.",
        "Ask for access to that record, or let somebody who has it run the job.",
        title_without_field="You may not link to this record",
    ),
    *(
        Card(code, "You may not change this record", "You lack the right to edit it.", "Ask for it, or for a transfer.")
        for code in ("INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS")
    ),
    Card(
        "STRING_TOO_LONG",
        "Text too long: {field}",
        "The value has more characters than fit in the field.",
        "Shorten it; the rest can go to another field.",
        title_without_field="Text too long",
    ),
    *(
        Card(
            code,
            "Cannot be read: {field}",
            "The value is not what the field takes: a date, a number, yes or no.",
            "Correct it, or tell in the job how it is written.",
            sign=sign,
            title_without_field="A value cannot be read",
        )
        for code, sign in (("INVALID_TYPE_ON_FIELD_IN_RECORD", ""), ("JSON_PARSER_ERROR", "cannot deserialize"))
    ),
    Card(
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Does not fit: {field}",
        "The field takes fewer digits or decimals, or another span.",
        "Correct the value, or round it.",
        title_without_field="A value does not fit",
    ),
    Card(
        "INVALID_EMAIL_ADDRESS",
        "Not an e-mail address: {field}",
        "The field takes one e-mail address.",
        "Correct it, keep the first of several, or leave it empty.",
        title_without_field="Not an e-mail address",
    ),
    *(
        Card(
            code,
            "Not the id of such a record: {field}",
            "The value is no id, or the id of another kind of record.",
            "Correct it. When it is so in every row, another column may be meant.",
            sign=sign,
            title_without_field="Not the id of such a record",
        )
        for code, sign in (("MALFORMED_ID", ""), ("FIELD_INTEGRITY_EXCEPTION", "id value of incorrect type"))
    ),
    Card(
        "FIELD_INTEGRITY_EXCEPTION",
        "State not of the country: {field}",
        "Your org keeps states and countries as lists; most countries have no states unless somebody added them.",
        "Choose a listed state, leave it empty, or ask for it to be added.",
        sign="problem with this (state|country)|available state",
        title_without_field="State not of the country",
    ),
    Card(
        "FIELD_INTEGRITY_EXCEPTION",
        "Price, book and currency do not fit together",
        "The entry, its price book and the currency must belong together and be active.",
        "Follow the words of the CRM.",
        sign="pricebook",
    ),
    Card(
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "May not be chosen: {field}",
        "The field takes only records that pass a filter set by your admin.",
        "Choose one that passes, or ask for the filter to be relaxed meanwhile.",
        title_without_field="A record that may not be chosen",
    ),
    # An error inside an error: the innermost is the one to be mended.
    *(
        Card(code, *words, sign=sign)
        for code in ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER", "APEX_ERROR")
        for words, sign in (
            (_LOCKED, "unable_to_lock_row"),
            (_TOO_MUCH, "too many (soql|dml|query)|cpu time limit|limitexception"),
        )
    ),
    *(
        Card(
            code,
            "Code of your org stopped the record",
            "It may not be this row alone: all rows of a call can fail for one of them.",
            "Give the words of the CRM to whoever keeps the code; send the rows one by one to find the culprit.",
            sign=sign,
        )
        for code, sign in (("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "caused by"), ("APEX_ERROR", ""))
    ),
    Card(
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "A flow of your org stopped the record",
        "Often a value that the flow needs is empty.",
        "Give the words of the CRM to whoever keeps the flow.",
    ),
    Card(
        "MISSING_ARGUMENT",
        "The key is empty: {field}",
        "Without it nothing tells which record is meant.",
        "Fill it in.",
        sign="not specified|is empty",
        title_without_field="The key is empty",
    ),
    Card(
        "DUPLICATE_EXTERNAL_ID",
        "Several records have this key: {field}",
        "The CRM does not know which one to update; nothing was changed.",
        "Clean up the doubles in the CRM, or use a key that only one record has.",
        title_without_field="Several records have this key",
    ),
    *(
        Card(
            code,
            "The record is gone",
            "It was deleted, or was never in this org.",
            "Bring it back from the recycle bin, create it anew, or set the row aside.",
            sign=sign,
        )
        for code, sign in (("ENTITY_IS_DELETED", ""), ("NOT_FOUND", ""))
    ),
    Card(
        "ENTITY_IS_LOCKED",
        "The record is locked by an approval",
        "It cannot be changed until the approval is done.",
        "Wait, ask the approver, or have it unlocked; then send the row again.",
    ),
    Card(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "You may not write: {field}",
        "The field is read-only, calculated, or hidden from you.",
        "Take it out of the mapping, or ask for the right to edit it.",
        title_without_field="You may not write a field",
    ),
    *(
        Card(
            code,
            "Cannot be deleted: others hang on it",
            "Other records need this one.",
            "Delete or move these first.",
        )
        for code in ("DELETE_FAILED", "DEPENDENCY_EXISTS")
    ),
    Card(
        "CIRCULAR_DEPENDENCY",
        "Would be its own parent: {field}",
        "A record cannot stand above itself.",
        "Correct the parent, or leave it empty.",
        title_without_field="Would be its own parent",
    ),
    Card(
        "TRANSFER_REQUIRES_READ",
        "The new owner may not see this kind of record",
        "An owner must at least be able to read it.",
        "Choose another owner, or ask for the right.",
    ),
    Card(
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "This lead was converted",
        "A converted lead cannot be changed.",
        "Set the row aside, or update the contact it became.",
    ),
    *(
        Card(
            code,
            "Held back by another row",
            "Nothing is wrong with this row: it was undone because another one of the same call was refused.",
            "Send it again.",
        )
        for code in ("ALL_OR_NONE_OPERATION_ROLLED_BACK", "PROCESSING_HALTED")
    ),
    Card(
        "STANDARD_PRICE_NOT_DEFINED",
        "No standard price yet",
        "A price of another book needs the standard price first.",
        "Bring the standard price book to the CRM first, then send these rows again.",
    ),
    Card(
        "LIMIT_EXCEEDED",
        "Too many for one record",
        "The CRM allows only so many of these for one record.",
        "Set the row aside.",
    ),
    Card(
        "BAD_CUSTOM_ENTITY_PARENT_DOMAIN",
        "The parent of this record cannot be changed",
        "It is fixed when the record is created.",
        "Take the field out of the mapping.",
    ),
    Card(
        "STORAGE_LIMIT_EXCEEDED",
        "The org's data storage is full",
        "Nothing more fits until space is made.",
        "Make space in the CRM, then send these rows again.",
    ),
    Card(
        "UNKNOWN_EXCEPTION",
        "The CRM had an accident",
        "It says no more than stands below; its support can look the number up.",
        "Send the row again.",
    ),
)
