"""What can be done how in Salesforce, and why not otherwise."""

from __future__ import annotations

from crmdesk.connectors.contract import Capabilities
from crmdesk.connectors.salesforce.bulk_csv import CLEAR
from crmdesk.connectors.salesforce.sign_in.methods import METHODS
from crmdesk.connectors.salesforce.users import AUDIT_FIELDS, USERS
from crmdesk.model.job import Action, Engine
from crmdesk.model.matrix import Bar
from crmdesk.model.reject import Check
from crmdesk.model.write_options import WriteOption

_BOTH = (Engine.REST, Engine.BULK)

_BARS = (
    # Bulk API 2.0 guide: a job takes neither header, runs its batches side by side and saves what it can.
    Bar(Engine.BULK, WriteOption.ALLOW_DUPLICATES, "Bulk knows no way to save in spite of a duplicate rule."),
    Bar(Engine.BULK, WriteOption.ASSIGNMENT_RULE, "Bulk does not follow the header that chooses an assignment rule."),
    Bar(Engine.BULK, WriteOption.ALL_OR_NONE, "Bulk saves every row that it can: all or none goes by calls only."),
    Bar(Engine.BULK, WriteOption.SERIAL, "Bulk works on its batches side by side, never one after the other."),
    Bar(Engine.BULK, WriteOption.ROWS_PER_CALL, "Bulk cuts its jobs into batches by itself."),
    # SOAP API guide, undelete(): a header for all or none exists, which is not sent; the others mean nothing to it.
    Bar(Engine.SOAP, WriteOption.ALL_OR_NONE, "An undelete brings back what it can, never all or none."),
    Bar(Engine.SOAP, WriteOption.ALLOW_DUPLICATES, "No duplicate rule looks at what comes back from the recycle bin."),
    Bar(Engine.SOAP, WriteOption.ASSIGNMENT_RULE, "No assignment rule looks at what comes back from the recycle bin."),
    *(
        Bar(engine, WriteOption.SKIP_CUSTOM_LOGIC, "No request passes by the triggers and flows of a Salesforce org.")
        for engine in (*_BOTH, Engine.SOAP)
    ),
    Bar(Engine.REST, WriteOption.HARD_DELETE, "Only Bulk can delete past the recycle bin.", frozenset({Action.DELETE})),
)

CAPABILITIES = Capabilities(
    engines={
        **dict.fromkeys((Action.INSERT, Action.UPDATE, Action.UPSERT, Action.DELETE), _BOTH),
        Action.UNDELETE: (Engine.SOAP,),  # SOAP API guide, undelete(): neither REST nor Bulk has it
    },
    bars=_BARS,
    audit=("SystemModstamp", "LastModifiedBy.Username"),
    auth_methods=METHODS,
    checks={
        Check.KEY_EMPTY: "MISSING_ARGUMENT",
        Check.KEY_TWICE: "DUPLICATE_VALUE",
        Check.KEY_SEVERAL: "DUPLICATE_EXTERNAL_ID",
        Check.KEY_UNKNOWN: "INVALID_CROSS_REFERENCE_KEY",  # what an update of an unknown id is refused with
        Check.REQUIRED_EMPTY: "REQUIRED_FIELD_MISSING",
        Check.TOO_LONG: "STRING_TOO_LONG",
        Check.OUT_OF_RANGE: "NUMBER_OUTSIDE_VALID_RANGE",
        Check.NOT_IN_LIST: "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        Check.NOT_AN_EMAIL: "INVALID_EMAIL_ADDRESS",
        Check.NOT_AN_ID: "MALFORMED_ID",
    },
    users=USERS,
    audit_fields=AUDIT_FIELDS,
    clear_word=CLEAR,
    index_fields=("LastModifiedDate", "SystemModstamp"),
)
