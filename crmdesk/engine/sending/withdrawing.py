"""Withdrawing what is left of a list: rows that will not be sent by this run become rejects, to be sent by another."""

from __future__ import annotations

import polars as pl

from crmdesk.engine.ledger import Ledger
from crmdesk.engine.preparing.rejects import reject_frame
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW

NOT_SENT = "NOT_SENT"
"""The code of a reject: the run was ended before the turn of the row came."""

_WHY = "The run was ended before it sent this row."


def withdraw(ledger: Ledger) -> int:
    """Make rejects of all rows that were never sent; returns how many. May be called again after a kill."""
    copy, rows = SourceCopy(ledger.folder, list(ledger.source_blocks())), 0
    for send in ledger.unsent():
        lines = [(row, "", NOT_SENT, _WHY) for row in send.rows.sort()]
        problems = pl.DataFrame(lines, schema=PROBLEM_SCHEMA, orient="row")
        ledger.withdraw(send.send, reject_frame(problems, copy.rows(problems[ROW])))
        rows += len(lines)
    return rows
