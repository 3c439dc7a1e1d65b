"""Calls over which Salesforce itself breaks off again and again: it may be one of their rows that it stumbles over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from crmdesk.connectors.contract import OpenSend, Payload, Receipt, Settled
from crmdesk.connectors.salesforce.receipts import ACCIDENT
from crmdesk.errors import LostAnswer
from crmdesk.tabular.batch import ROW

_ITS_OWN = "500"
"""What a gateway between us and Salesforce answers are other numbers."""


@dataclass(slots=True)
class Accidents:
    """The accidents of one sink. A call is sent whole once more before one of its rows is suspected."""

    _said: dict[int, str] = field(default_factory=dict)
    _met: set[int] = field(default_factory=set)

    def met(self, payload: Payload, error: LostAnswer) -> None:
        """The call of a payload was answered by an error of this kind. From any thread."""
        if error.code == _ITS_OWN:
            self._said[payload.send] = error.message

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
