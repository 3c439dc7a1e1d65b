"""Calls over which Salesforce itself breaks off again and again: it may be one of their rows that it stumbles over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from crmdesk.connectors.contract import OpenSend, Payload, Receipt, SendId, Settled
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.receipts import ACCIDENT
from crmdesk.tabular.batch import ROW

_ITS_OWN = 500
"""What a gateway between us and Salesforce answers are other numbers."""


@dataclass(slots=True)
class Accidents:
    """The accidents of one sink. A call is sent whole once more before one of its rows is suspected."""

    over: dict[SendId, str] = field(default_factory=dict)
    """When Salesforce itself said of a send, in its own words, that it broke off: then it is done with it."""
    _said: dict[int, str] = field(default_factory=dict)
    _met: set[int] = field(default_factory=set)

    def met(self, payload: Payload, refusal: Refusal, at: str) -> None:
        """The call of a payload was answered so at that time by Salesforce's clock. From any thread."""
        if refusal.status == _ITS_OWN:
            self._said[payload.send] = refusal.message or f"Salesforce broke off while it was writing ({_ITS_OWN})."
        if refusal.status == _ITS_OWN and refusal.code:
            self.over[payload.send] = at

    def judged(self, receipt: Receipt, lost: Sequence[OpenSend], *, is_working: bool) -> Receipt:
        """The receipt of a send among `lost`: rows proven not applied are CROWDED, where fewer of them may get through.

        `is_working`: whether other calls got through meanwhile; else it is the org that is at fault, unless there was
        no other call.
        """
        message = self._said.pop(receipt.send, "")
        if not message:
            return receipt
        rows = set(receipt.rows[ROW])
        is_again = rows <= self._met
        self._met |= rows
        if not is_again or not (is_working or len(lost) == 1):
            return receipt
        is_unsent = pl.col("outcome") == Settled.UNSENT.value
        told = {"outcome": Settled.CROWDED.value, "code": ACCIDENT, "message": message}
        return replace(
            receipt,
            rows=receipt.rows.with_columns(
                pl.when(is_unsent).then(pl.lit(text)).otherwise(pl.col(name)).alias(name) for name, text in told.items()
            ),
        )
