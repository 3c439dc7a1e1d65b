"""One row that did not make it, and the checks of our own that can refuse a row before it is sent."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a row was refused: before sending, or by the CRM."""

    CONVERT = "convert"
    WRITE = "write"


class RejectState(StrEnum):
    """What became of a reject."""

    OPEN = "open"
    IN_RETRY = "in retry"
    RESOLVED = "resolved"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"


class Check(StrEnum):
    """Our own checks. A connector names each by its CRM's own code where one exists."""

    KEY_EMPTY = "KEY_EMPTY"
    KEY_TWICE = "KEY_TWICE"
    KEY_CASE = "KEY_CASE"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    KEY_SEVERAL = "KEY_SEVERAL"
    REQUIRED_EMPTY = "REQUIRED_EMPTY"
    TOO_LONG = "TOO_LONG"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_IN_LIST = "NOT_IN_LIST"
    NOT_AN_EMAIL = "NOT_AN_EMAIL"
    NOT_AN_ID = "NOT_AN_ID"
    CONVERSION_ERROR = "CONVERSION_ERROR"
    FORMULA_ERROR = "FORMULA_ERROR"
    PARENT_NOT_FOUND = "PARENT_NOT_FOUND"
    PARENT_SEVERAL = "PARENT_SEVERAL"
    PARENT_TWICE = "PARENT_TWICE"
    OWNER_UNKNOWN = "OWNER_UNKNOWN"
    OWNER_INACTIVE = "OWNER_INACTIVE"
    RECORD_TYPE_UNKNOWN = "RECORD_TYPE_UNKNOWN"
    RECORD_TYPE_NOT_ALLOWED = "RECORD_TYPE_NOT_ALLOWED"
    CELL_ERROR = "CELL_ERROR"
    ROW_RAGGED = "ROW_RAGGED"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with a row: field (may be empty), code, message."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reject:
    """A refused row. `values` are the original ones by source header, `sent` what left for the CRM, if anything did.

    `also` holds further problems of the same row. `id` is unique in a profile and never looks like a number or a date
    to a spreadsheet. `retried_by` is the run that took the row up again. `reason` is why somebody, `decided_by`, set it
    aside or lets it wait; `waits` tells that it waits for its parent, `has_parent` that this one has come since.
    `converted` is what the row became, as far as it could be converted; `at` when it was refused (ISO 8601 in UTC), or
    empty. `rejected_again` is the reject of the newest run that has rejected the same again, or empty.
    """

    id: str
    run: str
    row: int
    line: int
    stage: Stage
    field: str
    code: str
    message: str
    values: Mapping[str, str]
    state: RejectState = RejectState.OPEN
    also: tuple[RowProblem, ...] = ()
    sent: Mapping[str, str | None] = dataclasses.field(default_factory=dict)
    attempt: int = 1
    retry_of: str = ""
    retried_by: str = ""
    reason: str = ""
    decided_by: str = ""
    waits: bool = False
    has_parent: bool = False
    converted: Mapping[str, str | None] = dataclasses.field(default_factory=dict)
    at: str = ""
    rejected_again: str = ""

    @property
    def cause(self) -> str:
        """Rejects of one cause have the same code, field and message once what differs from row to row is out."""
        return cause_of(self.code, self.field, self.message)


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many rejects of a run share a cause; `message` is the message of one of them."""

    cause: str
    code: str
    field: str
    message: str
    rows: int


_LIST = re.compile(r"…(?:, …)+")  # how many values a message lists varies too
_VARYING = re.compile(r"\"[^\"]*\"|\b(?=\w*\d)\w{15}(?:\w{3})?\b|\d+(?:[.,]\d+)*")


def cause_of(code: str, field_name: str, message: str) -> str:
    """Code, field and message with quoted values, ids and numbers, and lists of such, replaced by `…`."""
    plain = re.sub(r"\s+", " ", _VARYING.sub("…", message)).strip()
    plain = _LIST.sub("…", plain)
    return f"{code} · {field_name} · {plain}" if field_name else f"{code} · {plain}"


def reject_id(run: str, row: int) -> str:
    """The id of the reject of `row` in `run`."""
    return f"R{run}-{row}"
