"""Refusals as our checks, Salesforce and Dynamics say them: the card each belongs to, its code, field and message.

Those of Salesforce are quoted from answers that clients have published or that the practice org gives; those of
Dynamics from the documentation of the Dataverse Web API.
"""

from __future__ import annotations

RECORDED: tuple[tuple[str, str, str, str], ...] = (
    ("own-key-empty", "KEY_EMPTY", "Key__c", "The key Key__c is empty, so nothing tells which record is meant."),
    ("own-key-empty", "MISSING_ARGUMENT", "Key__c", "The key Key__c is empty, so nothing tells which record is meant."),
    ("own-key-empty", "MISSING_ARGUMENT", "", "Id not specified in an update call"),
    ("own-key-empty", "MISSING_ARGUMENT", "Key__c", "Key__c not specified"),
    ("own-key-twice", "KEY_TWICE", "code", "The same code stands in other rows of the source: 3, 7."),
    ("own-key-case", "KEY_CASE", "Key__c", "ABC-1 and abc-1 differ only in upper and lower case."),
    ("own-key-several", "KEY_SEVERAL", "code", 'Several records of account have code = "17".'),
    ("own-key-unknown", "KEY_UNKNOWN", "code", 'No account has code = "17".'),
    ("own-key-unknown", "INVALID_CROSS_REFERENCE_KEY", "Key__c", 'No Contact has Key__c = "17".'),
    ("own-required-empty", "REQUIRED_EMPTY", "name", "name is empty, and the CRM needs it."),
    ("own-too-long", "TOO_LONG", "name", "name has 200 characters, and 80 fit."),
    ("own-out-of-range", "OUT_OF_RANGE", "amount", "1e99 does not fit in amount."),
    ("own-not-in-list", "NOT_IN_LIST", "kind", '"x" is not in the list of kind.'),
    ("own-not-an-email", "NOT_AN_EMAIL", "mail", '"x" is not an e-mail address.'),
    ("own-not-an-id", "NOT_AN_ID", "parent", '"x" is not an id.'),
    ("own-conversion-error", "CONVERSION_ERROR", "born", '"31/31/2020" cannot be read as a date.'),
    ("own-formula-error", "FORMULA_ERROR", "total", "The formula of total failed: division by zero, at 7."),
    ("own-parent-not-found", "PARENT_NOT_FOUND", "AccountId", 'No Account has Oracle_Id__c = "A-7".'),
    ("own-parent-several", "PARENT_SEVERAL", "AccountId", 'Several records of Account have Name = "Acme".'),
    (
        "own-parent-twice",
        "PARENT_TWICE",
        "parentcustomerid_contact",
        "parentcustomerid_account and parentcustomerid_contact name a record each, and only one of them can be kept.",
    ),
    (
        "own-parent-rejected",
        "PARENT_NOT_FOUND",
        "AccountId",
        'No Account has Key__c = "A1". Its Account was rejected (run 3, row 12).',
    ),
    ("own-parent-rejected", "PARENT_REJECTED", "AccountId", "Its Account was rejected (row 12)."),
    ("own-parent-rejected", "PARENT_WAITING", "AccountId", "Waits for its Account (row 12)."),
    ("own-owner-inactive", "OWNER_INACTIVE", "OwnerId", "p.berg@acme.example is switched off."),
    ("own-owner-unknown", "OWNER_UNKNOWN", "OwnerId", 'No user has Email = "x@acme.example".'),
    ("own-record-type-unknown", "RECORD_TYPE_UNKNOWN", "RecordTypeId", 'No record type of Case is called "Bug".'),
    (
        "own-record-type-not-allowed",
        "RECORD_TYPE_NOT_ALLOWED",
        "RecordTypeId",
        'You may not use the record type "Bug" of Case.',
    ),
    ("own-cell-error", "CELL_ERROR", "Amount", "The cell Sheet1!D17 holds the error #N/A."),
    ("own-row-ragged", "ROW_RAGGED", "", "The row has 9 cells, the header 8."),
    ("own-guarded", "GUARDED", "", "Held back by a guard: max_created."),
    ("own-changed-since", "CHANGED_SINCE", "", "The record is not there any more."),
    ("own-not-sent", "NOT_SENT", "", "The run was ended before it sent this row."),
    ("own-not-kept", "NOT_KEPT", "", "What this record held before is not known."),
    ("own-no-answer", "NO_ANSWER", "", "The service broke off each time."),
    ("salesforce-1", "REQUIRED_FIELD_MISSING", "LastName", "Required fields are missing: [LastName]"),
    ("salesforce-2", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Seats__c", "An enterprise plan has at least 10 seats."),
    (
        "salesforce-3",
        "INVALID_FIELD",
        "AccountId",
        "Foreign key external ID: 42 not found for field Oracle_Id__c in entity Account",
    ),
    (
        "salesforce-4",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Level__c",
        "Level: bad value for restricted picklist field: Foo",
    ),
    (
        "salesforce-5",
        "DUPLICATE_VALUE",
        "Oracle_Id__c",
        "duplicate value found: Oracle_Id__c duplicates value on record with id: 0017x00000ZZZZZ",
    ),
    ("salesforce-6", "DUPLICATE_VALUE", "", "Duplicate external id specified: A1"),
    ("salesforce-6", "DUPLICATE_VALUE", "", "Duplicate id in list: 0017x00000ZZZZZAAA"),
    ("salesforce-6", "DUPLICATE_VALUE", "Key__c", "The same Key__c stands in other rows of the source: 3, 7."),
    ("salesforce-7", "DUPLICATES_DETECTED", "", "Use one of these records?"),
    (
        "salesforce-8",
        "UNABLE_TO_LOCK_ROW",
        "",
        "unable to obtain exclusive access to this record or 1 records: 0017x00000ZZZZZ",
    ),
    (
        "salesforce-8",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "",
        (
            "ContactTrigger: execution of AfterUpdate\n\ncaused by: System.DmlException: Update failed. First "
            "exception on row 0; first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record: []"
            "\n\nTrigger.ContactTrigger: line 12, column 1"
        ),
    ),
    (
        "salesforce-9",
        "INACTIVE_OWNER_OR_USER",
        "OwnerId",
        "operation performed with inactive user [0057x00000ZZZZZ] as owner of contact",
    ),
    ("salesforce-10", "INVALID_CROSS_REFERENCE_KEY", "AccountId", "invalid cross reference id"),
    (
        "salesforce-11",
        "INVALID_CROSS_REFERENCE_KEY",
        "RecordTypeId",
        "Record Type ID: this ID value isn't valid for the user: 0127x000000ZZZZ",
    ),
    (
        "salesforce-12",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "Account__c",
        "insufficient access rights on cross-reference id: 0017x00000ZZZZZ",
    ),
    ("salesforce-13", "INSUFFICIENT_ACCESS_OR_READONLY", "", "insufficient access rights on object id"),
    ("salesforce-14", "STRING_TOO_LONG", "LastName", "Last Name: data value too large: xxxxx (max length=80)"),
    ("salesforce-15", "INVALID_TYPE_ON_FIELD_IN_RECORD", "Birthdate", "Birthdate: value not of required type: 31/01"),
    (
        "salesforce-15",
        "JSON_PARSER_ERROR",
        "",
        (
            "Cannot deserialize instance of date from VALUE_STRING value 31/01/2026 or request may be missing a "
            "required field at [line:1, column:9]"
        ),
    ),
    (
        "salesforce-16",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Amount",
        "Amount: value outside of valid range on numeric field: 1000000000000",
    ),
    ("salesforce-17", "INVALID_EMAIL_ADDRESS", "Email", "Email: invalid email address: foo"),
    ("salesforce-18", "MALFORMED_ID", "AccountId", "Account ID: id value of incorrect type: 0057x00000ZZZZZAAA"),
    ("salesforce-18", "FIELD_INTEGRITY_EXCEPTION", "WhatId", "Related To: id value of incorrect type: 0057x00000ZZZZZ"),
    (
        "salesforce-19",
        "FIELD_INTEGRITY_EXCEPTION",
        "MailingState",
        "There's a problem with this state, even though it may appear correct. Please select a state from the list.",
    ),
    (
        "salesforce-19",
        "FIELD_INTEGRITY_EXCEPTION",
        "BillingState",
        "The existing country doesn't have an available state.",
    ),
    (
        "salesforce-20",
        "FIELD_INTEGRITY_EXCEPTION",
        "PricebookEntryId",
        "field integrity exception: PricebookEntryId (pricebook entry is inactive)",
    ),
    (
        "salesforce-21",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "Region__c",
        "Value does not exist or does not match filter criteria.",
    ),
    (
        "salesforce-22",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "",
        (
            "ContactTrigger: execution of BeforeInsert\n\ncaused by: System.NullPointerException: Attempt to "
            "de-reference a null object\n\nTrigger.ContactTrigger: line 12, column 1"
        ),
    ),
    (
        "salesforce-23",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "",
        "ContactTrigger: System.LimitException: Too many SOQL queries: 101",
    ),
    (
        "salesforce-23",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "",
        "ContactTrigger: execution of AfterInsert\n\ncaused by: Apex CPU time limit exceeded",
    ),
    (
        "salesforce-24",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "",
        (
            "We can't save this record because the “Contact Checks” process failed. Give your Salesforce admin these "
            "details."
        ),
    ),
    (
        "salesforce-26",
        "DUPLICATE_EXTERNAL_ID",
        "",
        "More than one record found for external id field: [0067x00000ZZZZZ, 0067x00000ZZZZY]",
    ),
    ("salesforce-27", "ENTITY_IS_DELETED", "", "entity is deleted"),
    ("salesforce-28", "ENTITY_IS_LOCKED", "", "entity is locked for editing"),
    (
        "salesforce-29",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "CreatedDate",
        (
            "Unable to create/update fields: CreatedDate. Please check the security settings of this field and verify "
            "that it is read/write for your profile or permission set."
        ),
    ),
    (
        "salesforce-30",
        "DELETE_FAILED",
        "",
        (
            "Your attempt to delete Acme could not be completed because it is associated with the following "
            "opportunities.: Acme - 1,200 Widgets"
        ),
    ),
    ("salesforce-unknown-field", "INVALID_FIELD", "", "No such column 'Foo__c' on sobject of type Account"),
    ("salesforce-own-parent", "CIRCULAR_DEPENDENCY", "ParentId", "attempt to violate hierarchy constraints"),
    (
        "salesforce-owner-reads",
        "TRANSFER_REQUIRES_READ",
        "OwnerId",
        "The new owner must have read permission on the Lead object.",
    ),
    ("salesforce-converted", "CANNOT_UPDATE_CONVERTED_LEAD", "", "cannot reference converted lead"),
    (
        "salesforce-held-back",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
    ),
    (
        "salesforce-standard-price",
        "STANDARD_PRICE_NOT_DEFINED",
        "",
        "Before creating a custom price, create a standard price.",
    ),
    ("salesforce-limit", "LIMIT_EXCEEDED", "", "You cannot have more than 20 of these"),
    ("salesforce-fixed-parent", "BAD_CUSTOM_ENTITY_PARENT_DOMAIN", "Account__c", "cannot be reparented"),
    ("salesforce-undelete", "UNDELETE_FAILED", "", "Entity is not in the recycle bin"),
    ("salesforce-storage", "STORAGE_LIMIT_EXCEEDED", "", "storage limit exceeded"),
    ("salesforce-accident", "UNKNOWN_EXCEPTION", "", "An unexpected error occurred. ErrorId: 1234567890-12345 (1)"),
    (
        "dynamics-1",
        "0x8004431a",
        "",
        (
            "A validation error occurred. The value 7 of 'industrycode' on record of type 'account' is outside the "
            "valid range. Accepted Values: 1,2,3"
        ),
    ),
    ("dynamics-1", "0x8004431a", "industrycode", '"Nope" is not in the list of industrycode.'),
    ("dynamics-1", "0x8004431a", "statuscode", '"Active" is not a choice of statuscode when statecode is "Inactive".'),
    ("dynamics-2", "0x80040217", "accountnumber", 'No account has accountnumber = "A-1".'),
    ("dynamics-2", "0x80040217", "accountid", "No record has this id."),
    ("dynamics-4", "0x80044331", "name", '"A very long name…" is too long: it has 161 characters, name takes 160.'),
    ("dynamics-5", "0x8004432f", "revenue", "revenue takes numbers from 0 up to 100."),
    ("dynamics-2", "0x80040217", "", "account With Id = 7a4814f9-b0b8-ea11-a812-000d3a122b89 Does Not Exist"),
    ("dynamics-2", "0x80060891", "", "A record with the specified key values does not exist in account entity"),
    ("dynamics-3", "0x80060892", "", "Entity Key code violated. A record with the same value for Code already exists."),
    (
        "dynamics-3",
        "0x80060892",
        "",
        (
            "A record that has the attribute values Account Number already exists. The entity key Account Number Key"
            " requires that this set of attributes contains unique values. Select unique values and try again."
        ),
    ),
    ("dynamics-3", "0x80060892", "", "A record with matching key values already exists."),
    ("dynamics-3", "0x80040237", "", "A record with matching key values already exists."),
    ("dynamics-3", "0x80040237", "", "Cannot insert duplicate key."),
    (
        "dynamics-4",
        "0x80044331",
        "",
        (
            "A validation error occurred. The length of the 'subject' attribute of the 'task' entity exceeded the "
            "maximum allowed length of '200'."
        ),
    ),
    ("dynamics-5", "0x8004432f", "", "A validation error occurred. The value of 'n' on record is outside the range."),
    (
        "dynamics-5",
        "0x80044330",
        "",
        (
            "A validation error occurred for new_shipment.new_amount. The value 26036836560 of type"
            " Microsoft.Xrm.Sdk.Money is outside the valid range(0 to 1000000000)."
        ),
    ),
    (
        "dynamics-6",
        "0x80040225",
        "",
        (
            "The specified user(Id = 4294cbf9-7534-e311-8b6d-6c3be5a8f660) is disabled. Consider enabling this user."
            " Additional Details: User"
        ),
    ),
    ("dynamics-6", "0x8004d24b", "", "The user is not enabled or has no license."),
    (
        "dynamics-7",
        "0x80048306",
        "",
        (
            "SecLib::AccessCheckEx failed. Returned hr = -2147187962, ObjectID: 7f27247a-dda1-e411-80d9-fc15b4285da4,"
            " OwnerId: 4294cbf9-7534-e311-8b6d-6c3be5a8f660,  OwnerIdType: 8 and CallingUser:"
            " 4294cbf9-7534-e311-8b6d-6c3be5a8f660. ObjectTypeCode: 1, AccessRights: WriteAccess"
        ),
    ),
    (
        "dynamics-9",
        "0x80048408",
        "",
        "State code is invalid or state code is valid but status code is invalid for a specified state code.",
    ),
    ("dynamics-9", "0x80048408", "", "858010001 is not a valid status code for state code new_TaskState.Inactive"),
    ("dynamics-6", "0x80040225", "", "The specified user is either disabled or is not a member of any business unit."),
    (
        "dynamics-7",
        "0x80040220",
        "",
        "SecLib::AccessCheckEx failed. Principal user is missing prvCreateAccount privilege",
    ),
    ("dynamics-8", "0x80040265", "", "A customer number must not begin with 0."),
    ("dynamics-9", "0x80048408", "", "2 is not a valid status code for state code AccountState.Active"),
    (
        "dynamics-10",
        "0x80040333",
        "",
        "A record was not created or updated because a duplicate of the current record exists",
    ),
    ("dynamics-schema", "0x80048d19", "", "Error identified in Payload provided by the user for Entity 'accounts'"),
    ("dynamics-restricted", "0x80040227", "", "The object you tried to delete is associated with another object"),
    ("dynamics-changed", "0x80060882", "", "The version of the existing record doesn't match the RowVersion provided."),
    ("dynamics-accident", "0x80040216", "", "An unexpected error occurred."),
)
