"""The local end of a job that writes what an earlier run wrote, or could not."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.model.local import Mode
from crmdesk.model.read_options import Take


@dataclass(frozen=True, slots=True)
class LocalRun:
    """The results of the run of that number, or its rejects, as rows.

    `decimal`, `date_format` and `time_zone` tell how their texts are to be understood; see LocalFile.
    """

    run: str
    take: Take = Take.OUTPUT
    decimal: str = "."
    date_format: str = ""
    time_zone: str = ""
    mode: Mode = Mode.REPLACE

    @property
    def path(self) -> str:
        """What the rows are, as people name them: “results of run 7”."""
        return f"{'rejects' if self.take is Take.REJECTS else 'results'} of run {self.run}"
