"""What Salesforce says of single records, as frames of RECEIPT_SCHEMA."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from crmdesk.connectors.contract import RECEIPT_SCHEMA, Payload, Receipt, Settled
from crmdesk.connectors.salesforce.errors import STORAGE_FULL, Refusal, storage_full
from crmdesk.errors import QuotaError
from crmdesk.model.job import Action

Line = tuple[int, str, str | None, str | None, str | None, str | None]
"""ROW, outcome, id, field, code, message."""


def receipt(payload: Payload, lines: Sequence[Line], failure: str = "") -> Receipt:
    """A receipt from its lines."""
    return Receipt(payload.send, pl.DataFrame(lines, schema=RECEIPT_SCHEMA, orient="row"), failure)


def of_one_kind(payload: Payload, outcome: Settled, failure: str = "") -> Receipt:
    """A receipt that says the same of every row."""
    return receipt(payload, [(row, outcome, None, None, None, None) for row in payload.rows], failure)


def crowded(payload: Payload, refusal: Refusal) -> Receipt:
    """A receipt for a call that was refused over any one of its rows."""
    said = (None, None, refusal.code or str(refusal.status), refusal.message)
    return receipt(payload, [(row, Settled.CROWDED, *said) for row in payload.rows])


def ended_by(receipt: Receipt) -> QuotaError | None:
    """The error that ends the sending when some rows were refused because the org is full, None when none was."""
    full = receipt.rows.filter(pl.col("code") == STORAGE_FULL)
    return storage_full(full["message"][0] or "") if not full.is_empty() else None


def written(action: Action, *, is_created: bool) -> Settled:
    """What became of a record that was accepted; `is_created` counts for an upsert."""
    match action:
        case Action.INSERT:
            return Settled.CREATED
        case Action.UPDATE:
            return Settled.UPDATED
        case Action.DELETE:
            return Settled.DELETED
        case Action.UNDELETE:
            return Settled.UPDATED
        case Action.UPSERT:
            return Settled.CREATED if is_created else Settled.UPDATED


def rejected(row: int, errors: Iterable[dict[str, object]]) -> Line:
    """A line for a refused record: the first error's code and fields, all messages."""
    found = list(errors)
    first = found[0] if found else {}
    fields = first.get("fields")
    names = ", ".join(str(name) for name in fields) if isinstance(fields, list) else ""
    messages = "; ".join(str(error.get("message", "")) for error in found)
    code = str(first.get("statusCode") or "UNKNOWN_EXCEPTION")
    return row, refused_as(code, messages), None, names or None, code, messages


_BUSY = "UNABLE_TO_LOCK_ROW"
ACCIDENT = "UNKNOWN_EXCEPTION"
"""SOAP API guide, StatusCode: Salesforce failed over the record; what it says is a number for its support."""

_CROWDED = frozenset(
    {"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER", "REQUEST_RUNNING_TOO_LONG"}
)
"""SOAP API guide, StatusCode: a trigger or a flow that breaks off, or takes too long, fails all rows of its call."""


def refused_as(code: str, message: str) -> Settled:
    """What kind of refusal a code and its message are; a lock that a trigger met is wrapped in the trigger's code."""
    if code == STORAGE_FULL:
        return Settled.UNSENT
    if code in (_BUSY, ACCIDENT) or (code in _CROWDED and _BUSY in message):
        return Settled.BUSY
    return Settled.CROWDED if code in _CROWDED else Settled.REJECTED


def bulk_error(text: str) -> tuple[str | None, str, str]:
    """Field, code and message of an `sf__Error`: `CODE:message:fields --`. The message may hold colons of its own."""
    code, _, rest = text.partition(":")
    message, _, names = rest.rpartition(":")
    if not rest.rstrip().endswith("--") or not message:
        return None, code, rest or text
    field = names.rstrip().removesuffix("--").strip().replace(" ", ", ")
    return field or None, code, message
