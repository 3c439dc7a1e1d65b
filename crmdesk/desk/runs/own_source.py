"""The file that a run was made of is not written over by what is told of the run."""

from __future__ import annotations

from pathlib import Path

from crmdesk.errors import UserError
from crmdesk.model.run import RunRecord


def refuse_own_source(record: RunRecord, place: Path) -> None:
    """Raise UserError when `place` is the file whose rows the run took."""
    try:
        is_source = place.samefile(record.start.source)
    except (OSError, ValueError):  # a table, an account or a run; or nothing is there
        return
    if is_source:
        raise UserError(
            f"{place} is the file that run {record.run} has its rows from: they would be lost.",
            hint="Give another name.",
        )
