"""What a corrected file would change, by the very rules of `crmdesk retry --from`, before anything is taken in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crmdesk.desk.answers import CorrectedFile
from crmdesk.engine.retry import read_corrections
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import Reject, RejectState
from crmdesk.tabular.files.csv import open_csv


def corrected_file(rejects: Iterable[Reject], file: Path) -> CorrectedFile:
    """The corrections in `file` of those of `rejects` that are open; raises FileFormatError."""
    waiting = {reject.id: reject for reject in rejects if reject.state is RejectState.OPEN}
    found = read_corrections(open_csv(LocalFile(str(file))), list(waiting.values()), file.name)
    changed: dict[int, dict[str, str]] = {}
    for name, values in found.values.items():
        reject = waiting[name]
        others = {column: value for column, value in values.items() if value != (reject.values.get(column) or "")}
        if others:
            changed[reject.row] = others
    return CorrectedFile(changed, len(found.values) - len(changed), len(found.strangers))
