"""One record on its way into the org: what its sender wants, and what became of it so far."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from crmdesk.practice.checks import Value
from crmdesk.practice.refusals import Refused
from crmdesk.practice.rules import Link
from crmdesk.practice.schema import PracticeObject


class Action(StrEnum):
    """What is done with a record; the values are those of Bulk API 2.0's `operation`."""

    INSERT = "insert"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"
    HARD_DELETE = "hardDelete"


class Draft(msgspec.Struct):
    """values: by API name, checked, None to clear. record_id: as sent, later the record that is meant.

    key: the checked value of the upsert's key field. links: lookups still to be found by a key of the parent.
    """

    values: dict[str, Value] = {}
    record_id: str | None = None
    key: Value = None
    links: list[tuple[Link, Value]] = []
    is_new: bool = False
    refusal: Refused | None = None

    def refuse(self, refusal: Refused) -> None:
        self.refusal = refusal


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What became of one record. `record_id` is None for a record that was not made."""

    record_id: str | None
    is_created: bool
    refusal: Refused | None = None


RowHazard = Callable[[PracticeObject, Action, list[Draft]], None]
"""Asked before the drafts of one call are written; refuses those that something outside the org's rules stops."""


def alive(drafts: list[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.refusal is None]
