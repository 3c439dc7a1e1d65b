"""The shapes of frames that say what became of rows."""

from __future__ import annotations

import polars as pl

from crmdesk.tabular.batch import LINE, ROW

OUTCOME_SCHEMA: dict[str, pl.DataType] = {ROW: pl.Int64(), "outcome": pl.String(), "id": pl.String()}
"""One line a settled row; `outcome` is a RowOutcome, `id` the remote id where known."""

REJECT_SCHEMA: dict[str, pl.DataType] = {
    ROW: pl.Int64(),
    LINE: pl.Int64(),
    "field": pl.String(),
    "code": pl.String(),
    "message": pl.String(),
    "also": pl.String(),
    "values": pl.String(),
    "sent": pl.String(),
}
"""One line a rejected row.

`also` is a JSON list of [field, code, message]; `values` and `sent` (what the values became) are JSON objects of text.
"""
