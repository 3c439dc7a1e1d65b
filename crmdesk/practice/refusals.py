"""Every refusal of the practice org in one table: code, HTTP status, text, and how far each is known to be true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How we know that Salesforce answers so."""

    DOCUMENTED = "documented"  # an official page or an official client says it
    OBSERVED = "observed"  # quoted from a recorded answer of a real org
    BELIEVED = "believed"  # nobody could check; the code is likely right, the text close


class Refused(Exception):
    """A request, or one record of it, is not accepted.

    status is the HTTP status when the refusal answers a whole request; fields are API names. duplicate_result tells
    which records are like this one.
    """

    def __init__(self, code: str, message: str, fields: tuple[str, ...] = (), status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields
        self.status = status
        self.duplicate_result: dict[str, object] | None = None

    def as_request_error(self) -> dict[str, object]:
        """One item of the array that answers a refused request (REST guide, status codes and error responses)."""
        error: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields:
            error["fields"] = list(self.fields)
        return error | self._details()

    def as_record_error(self) -> dict[str, object]:
        """One item of `errors` in the result of one record (REST guide, sObject collections)."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)} | self._details()

    def _details(self) -> dict[str, object]:
        return {} if self.duplicate_result is None else {"duplicateResult": self.duplicate_result}

    def as_bulk_error(self) -> str:
        """`sf__Error` of a Bulk result: code, message and fields, closed by two hyphens."""
        return f"{self.code}:{self.message}:{''.join(f'{name} ' for name in self.fields)}--"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the table; calling it with the places of its text makes the exception."""

    code: str
    text: str
    standing: Standing
    status: int = 400

    def __call__(self, *fields: str, **places: object) -> Refused:
        return Refused(self.code, self.text.format(**places), fields, self.status)


_D = Standing.DOCUMENTED
_O = Standing.OBSERVED
_B = Standing.BELIEVED

# Requests.
INVALID_SESSION = Refusal("INVALID_SESSION_ID", "Session expired or invalid", _D, 401)
NOT_FOUND = Refusal("NOT_FOUND", "The requested resource does not exist", _O, 404)
NO_EXTERNAL_ID = Refusal(
    "NOT_FOUND", "Provided external ID field does not exist or is not accessible: {field}", _O, 404
)
METHOD_NOT_ALLOWED = Refusal("METHOD_NOT_ALLOWED", "HTTP Method '{method}' not allowed. Allowed are {allowed}", _O, 405)
UNSUPPORTED_MEDIA = Refusal("UNSUPPORTED_MEDIA_TYPE", "Content type {kind} not supported", _B, 415)
RETIRED_VERSION = Refusal(
    "UNSUPPORTED_API_VERSION", "The requested API version {version} is retired and no longer served", _D, 410
)
QUOTA = Refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", _O, 403)
UNAVAILABLE = Refusal("SERVER_UNAVAILABLE", "The server is busy; try again later", _B, 503)
UNKNOWN = Refusal("UNKNOWN_EXCEPTION", "An unexpected error occurred. ErrorId: {error_id}", _B, 500)
BAD_JSON = Refusal("JSON_PARSER_ERROR", "{why} at [line:1, column:{column}]", _O)
BAD_JSON_VALUE = Refusal(
    "JSON_PARSER_ERROR",
    "Cannot deserialize instance of {type} from {token} value {value} or request may be missing a required field"
    " at [line:1, column:1]",
    _O,
)
NO_ATTRIBUTES_TYPE = Refusal("INVALID_TYPE", "The sObject type of a record must be given in attributes.type", _B)
UNSUPPORTED_TYPE = Refusal("INVALID_TYPE", "sObject type '{name}' is not supported.", _O)
BAD_PARAMETER = Refusal("INVALID_QUERY_PARAMETER", "The value of {name} is not valid: {value}", _B)
MISSING_PARAMETER = Refusal("MISSING_ARGUMENT", "The required parameter {name} is missing", _B)
TOO_MANY_RECORDS = Refusal(
    "EXCEEDED_MAX_SIZE_REQUEST", "The sObject collection has {count} records; at most {limit} are allowed", _B
)
TOO_MANY_SUBREQUESTS = Refusal("INVALID_INPUT", "A request may hold at most {limit} subrequests", _B)
NO_REFERENCE = Refusal("PROCESSING_HALTED", "{why}", _D)
HALTED = Refusal(
    "PROCESSING_HALTED",
    "The transaction was rolled back since another operation in the same transaction failed.",
    _D,
)
BATCH_HALTED = Refusal("BATCH_PROCESSING_HALTED", "Batch processing halted per request", _D, 412)
TREE_TOO_DEEP = Refusal("INVALID_INPUT", "A tree of records has at most {limit} levels", _B)
BAD_REFERENCE = Refusal("INVALID_INPUT", "Include one unique referenceId for each record: {reference}", _B)
TOO_MANY_CHUNKS = Refusal(
    "INVALID_OPERATION", "The call mixes objects in {count} runs of records; at most {limit} are allowed", _B
)
CHANGED_SINCE = Refusal("PRECONDITION_FAILED", "The record was changed since the given time", _B, 412)
TOO_BIG = Refusal("REQUEST_ENTITY_TOO_LARGE", "The request body is larger than {limit} bytes", _B, 413)
WRONG_HOST = Refusal("INVALID_HOST", "This org answers to loopback host names only", _B, 403)

# Queries.
NO_QUERY = Refusal("MALFORMED_QUERY", "A query string has to be specified", _O)
NO_AGGREGATE_PAGES = Refusal("EXCEEDED_ID_LIMIT", "Aggregate query does not support queryMore(), use LIMIT", _O)
ONE_ROW_FOR_METADATA = Refusal(
    "MALFORMED_QUERY",
    "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one"
    " row for retrieval. Result size: {count}",
    _O,
)
BAD_LOCATOR = Refusal("INVALID_QUERY_LOCATOR", "invalid query locator", _O)
BAD_PERIOD = Refusal("INVALID_REPLICATION_DATE", "{why}", _D)
TOO_MANY_IDS = Refusal("EXCEEDED_ID_LIMIT", "More than {limit} ids; ask for a shorter period", _D)

# Records.
REQUIRED = Refusal("REQUIRED_FIELD_MISSING", "Required fields are missing: [{names}]", _O)
UNKNOWN_FIELD = Refusal("INVALID_FIELD", "No such column '{field}' on sobject of type {object}", _O)
READ_ONLY_FIELD = Refusal(
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "Unable to create/update fields: {names}. Please check the security settings of this field and verify that it"
    " is read/write for your profile or permission set.",
    _O,
)
ID_ON_INSERT = Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", _O)
ID_IN_BODY = Refusal("INVALID_FIELD", "The Id field should not be specified in the sobject data.", _O)
KEY_IN_BODY = Refusal("INVALID_FIELD", "The {field} field should not be specified in the sobject data.", _O)
NO_ID = Refusal("MISSING_ARGUMENT", "Id not specified in an update call", _O)
EMPTY_KEY = Refusal("MISSING_ARGUMENT", "{field} not specified", _O)
TOO_LONG = Refusal("STRING_TOO_LONG", "{label}: data value too large: {value} (max length={limit})", _O)
NOT_IN_LIST = Refusal(
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "{label}: bad value for restricted picklist field: {value}", _O
)
DUPLICATE_VALUE = Refusal(
    "DUPLICATE_VALUE", "duplicate value found: {field} duplicates value on record with id: {id15}", _O
)
DUPLICATE_KEY_IN_CALL = Refusal("DUPLICATE_VALUE", "Duplicate external id specified: {value}", _O)
DUPLICATE_ID_IN_CALL = Refusal("DUPLICATE_VALUE", "Duplicate id in list: {record_id}", _B)
SEVERAL_FOR_KEY = Refusal("DUPLICATE_EXTERNAL_ID", "More than one record found for external id field: [{ids}]", _O)
BAD_EMAIL = Refusal("INVALID_EMAIL_ADDRESS", "{label}: invalid email address: {value}", _O)
BAD_NUMBER = Refusal(
    "NUMBER_OUTSIDE_VALID_RANGE", "{label}: value outside of valid range on numeric field: {value}", _O
)
WRONG_TYPE = Refusal("INVALID_TYPE_ON_FIELD_IN_RECORD", "{label}: value not of required type: {value}", _O)
BAD_CHARACTER = Refusal("FIELD_INTEGRITY_EXCEPTION", "{label}: the value contains an illegal character", _B)
MALFORMED_ID = Refusal("MALFORMED_ID", "{label}: id value of incorrect type: {value}", _O)
WRONG_KIND_OF_ID = Refusal("FIELD_INTEGRITY_EXCEPTION", "{label}: id value of incorrect type: {value}", _O)
NOT_AN_ID = Refusal("MALFORMED_ID", "malformed id {value}", _O)
NO_SUCH_RECORD = Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", _O, 404)
NO_SUCH_PARENT = Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", _O)
DELETED = Refusal("ENTITY_IS_DELETED", "entity is deleted", _O, 404)
NOT_DELETED = Refusal("UNDELETE_FAILED", "Entity is not in the recycle bin", _B)
NO_SUCH_FOREIGN_KEY = Refusal(
    "INVALID_FIELD", "Foreign key external ID: {value} not found for field {field} in entity {object}", _O
)
INACTIVE_OWNER = Refusal(
    "INACTIVE_OWNER_OR_USER", "operation performed with inactive user [{user}] as owner of {object}", _O
)
OWN_PARENT = Refusal("CIRCULAR_DEPENDENCY", "attempt to violate hierarchy constraints", _B)
BAD_RECORD_TYPE = Refusal(
    "INVALID_CROSS_REFERENCE_KEY", "Record Type ID: this ID value isn't valid for the user: {record_id}", _O
)
RULE = Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", "{message}", _D)
FILTER = Refusal("FIELD_FILTER_VALIDATION_EXCEPTION", "{message}", _O)
DUPLICATES = Refusal("DUPLICATES_DETECTED", "{message}", _D)
RECORD_LOCKED = Refusal("ENTITY_IS_LOCKED", "entity is locked for editing", _O)
NO_ACCESS = Refusal("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", _O)
NO_ACCESS_TO_PARENT = Refusal(
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id: {id15}", _O
)
OWNER_CANNOT_READ = Refusal(
    "TRANSFER_REQUIRES_READ", "The new owner must have read permission on the {object} object.", _B
)
NO_MEMBER = Refusal("REQUIRED_FIELD_MISSING", "Required fields are missing: [LeadId, ContactId]", _B)
TWO_MEMBERS = Refusal("FIELD_INTEGRITY_EXCEPTION", "Specify either LeadId or ContactId, not both", _B)
MEMBER_ALREADY = Refusal("DUPLICATE_VALUE", "Already a campaign member.", _O)
NO_STANDARD_PRICE = Refusal(
    "STANDARD_PRICE_NOT_DEFINED", "Before creating a custom price, create a standard price.", _O
)
PRICE_ALREADY = Refusal("DUPLICATE_VALUE", "This price definition already exists in this price book", _O)
ENTRY_INACTIVE = Refusal(
    "FIELD_INTEGRITY_EXCEPTION",
    "field integrity exception: PricebookEntryId (pricebook entry is inactive)",
    _O,
)
ENTRY_OF_OTHER_BOOK = Refusal(
    "FIELD_INTEGRITY_EXCEPTION",
    "field integrity exception: PricebookEntryId (pricebook entry is in a different pricebook than the one assigned"
    " to the opportunity)",
    _O,
)
NEGATIVE_EVENT = Refusal("FIELD_INTEGRITY_EXCEPTION", "Event duration can't be negative.", _B)
TIMED_OUT = Refusal("QUERY_TIMEOUT", "Your query request was running for too long.", _O)
LOCKED = Refusal("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: {record_id}", _O)
TRIGGER_LIMIT = Refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "{trigger}: System.LimitException: {reason}", _O)
TRIGGER_FAILED = Refusal(
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "{trigger}: execution of {event}\n\ncaused by: {cause}\n\nTrigger.{trigger}: line 12, column 1",
    _O,
)
FLOW_FAILED = Refusal(
    "CANNOT_EXECUTE_FLOW_TRIGGER",
    "We can't save this record because the “{flow}” process failed. Give your Salesforce admin these details. This"
    " error occurred when the flow tried to look up records: the flow needs a value that is empty. You can look up"
    " ExceptionCode values in the SOAP API Developer Guide. Error ID: 1234567890-12345 (123456789)",
    _B,
)
DELETE_FAILED = Refusal(
    "DELETE_FAILED",
    "Your attempt to delete {name} could not be completed because it is associated with the following"
    " {children}.: {names}",
    _O,
)
ROLLED_BACK = Refusal(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
    _D,
)
CANNOT_CREATE = Refusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: {label}", _B)
CANNOT_UPDATE = Refusal("INSUFFICIENT_ACCESS_OR_READONLY", "entity type cannot be updated: {label}", _B)
CANNOT_DELETE = Refusal("INSUFFICIENT_ACCESS_OR_READONLY", "entity type cannot be deleted: {label}", _B)

# Bulk jobs.
NO_BULK_ENTITY = Refusal("INVALIDENTITY", "Entity '{name}' is not supported by the Bulk API.", _O)
INVALID_JOB = Refusal("INVALIDJOB", "{why}", _B)
NO_BULK_KEY = Refusal(
    "INVALIDJOB",
    "InvalidJob : Field name provided, {field} does not match an External ID, Salesforce Id, or indexed field for"
    " {object}",
    _O,
)
INVALID_OPERATION = Refusal("INVALIDOPERATION", "{why}", _B)
NO_HARD_DELETE = Refusal("FEATURENOTENABLED", "hardDelete is not enabled for your user", _D)
JOB_STATE = Refusal("INVALIDJOBSTATE", "{why}", _B)
ALREADY_COMPLETE = Refusal("INVALIDJOBSTATE", "Aborting already Completed Job not allowed", _O)
API_ERROR = Refusal("API_ERROR", "{why}", _O)
OTHER_VERSION = Refusal(
    "INVALIDJOB", "The job was created with API version {created}; it cannot be read with {asked}", _D, 409
)
