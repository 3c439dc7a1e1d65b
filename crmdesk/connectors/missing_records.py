"""Why records that somebody named are not among those that a query gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

from crmdesk.connectors.token import CancelToken


class WhyMissing(StrEnum):
    """Why a record that somebody named cannot be had."""

    NOT_FOUND = "NOT_FOUND"
    DELETED = "DELETED"
    NO_ACCESS = "NO_ACCESS"
    SEVERAL_FOUND = "SEVERAL_FOUND"


@runtime_checkable
class TellsWhyMissing(Protocol):
    """A session whose CRM tells deleted and hidden records from ones that never were."""

    def why_missing(self, name: str, key: str, values: Sequence[str], token: CancelToken) -> Mapping[str, WhyMissing]:
        """Why records of object `name` are missing, by their values of field `key`; `values` are at most one list."""
        ...
