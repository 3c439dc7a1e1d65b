"""What can be kept of a run for others: results, report, before-values, the job as it was; and a look into the CRM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk.model.figures import counted, number
from crmdesk.model.run import RunRecord
from crmdesk.viewmodel.commands import carried_out

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that was looked up in the CRM, in a sentence; `details` names a few rows that are not as they were."""

    text: str
    is_right: bool
    details: tuple[str, ...] = ()


class Papers:
    """The files of one run. `doing` says what is being made, `notice` what was, `saved` is where that is.

    `checks` is what a look into the CRM found; None before anybody looked.
    """

    def __init__(self, app: AppModel, run: str, changed: Callable[[], None]) -> None:
        self._app = app
        self._run = run
        self._changed = changed
        self.doing = ""
        self.notice = ""
        self.saved: Path | None = None
        self.checks: tuple[CheckLine, ...] | None = None

    @property
    def retries(self) -> int:
        """How many runs have taken up rejected rows of this one."""
        return len(self._app.history.retries_of(self._run))

    async def save_results(self, file: Path, *, with_retries: bool = False) -> int:
        """Write every row with its outcome to a CSV file; gives the number of rows. Raises FileFormatError.

        `with_retries` tells of rejected rows what became of them in the runs that took them up.
        """
        how = ["--with-retries"] if with_retries else []
        rows = int((await self._made("Saving the results…", "results", self._run, "--csv", str(file), *how))["rows"])
        self._tell(f"{counted(rows, 'row')} saved to {file.name}.", file)
        return rows

    async def save_report(self, file: Path, *, is_checked: bool) -> None:
        """Write the report, one HTML file; with `is_checked` samples are looked up in the CRM first."""
        check = ["--check"] if is_checked else []
        await self._made("Writing the report…", "report", self._run, "--html", str(file), *check)
        self._tell(f"The report is in {file.name}.", file)

    async def save_before(self, file: Path) -> int:
        """Write what the CRM held before the run to a CSV file; gives the number of records."""
        rows = int((await self._made("Saving the values before…", "before", self._run, "--csv", str(file)))["rows"])
        self._tell(f"The values of {counted(rows, 'record')} before the run are in {file.name}.", file)
        return rows

    def save_job(self, file: Path) -> None:
        """Write the job as it was when the run began to a job file; raises UserError."""
        self._app.history.write_job_file(self._app.history.job_of(self._run), file)
        self._tell(f"The job as it was is in {file.name}.", file)

    async def check(self) -> None:
        """Look up samples of what the run wrote in the CRM."""
        found = await self._made("Looking into the CRM…", "statement", self._run, "--check")
        self.checks = tuple(_line(each) for each in found["checks"])
        if found["unchecked"]:
            self.checks = (CheckLine(found["unchecked"], is_right=False),)
        self._changed()

    def why_no_check(self, record: RunRecord) -> str:
        """Why there is nothing to look up, or an empty text."""
        tally = record.tally
        if record.start.operation.is_reading:
            return "A run that reads has written nothing to the CRM."
        return "" if tally.created + tally.updated + tally.deleted else "This run has changed nothing in the CRM."

    async def _made(self, doing: str, *arguments: str) -> dict[str, Any]:
        self.doing, self.notice, self.saved = doing, "", None
        self._changed()
        try:
            return await carried_out(self._app, arguments)
        finally:
            self.doing = ""
            self._changed()

    def _tell(self, notice: str, file: Path) -> None:
        self.notice, self.saved = notice, file
        self._changed()


def _line(found: dict[str, Any]) -> CheckLine:
    looked = "" if found["rows"] == found["of"] else f" ({number(found['rows'])} of {number(found['of'])} looked up)"
    text = f"{number(found['right'])} of {number(found['rows'])} {found['name']}{looked}."
    return CheckLine(text, found["right"] == found["rows"], tuple(found["details"]))
