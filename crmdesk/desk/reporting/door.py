"""Reporting: the statement of a run, checked on wish, and the report as one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.ends.tables import text_frames, write_csv
from crmdesk.desk.jobs.loaded import job_of
from crmdesk.desk.reporting.checks import Check, check_or_why
from crmdesk.desk.reporting.html import Facts, report_html
from crmdesk.desk.reporting.statement import Statement, statement_of
from crmdesk.desk.reporting.troubles import day_counts, troubles
from crmdesk.errors import FileFormatError, RemoteError, UserError, unwritable
from crmdesk.model.trouble import DayCount, Trouble, Wanted
from crmdesk.store import Store
from crmdesk.store.clock import now
from crmdesk.store.decisions import whoever
from crmdesk.tabular.files.private import open_private, written_beside


class Reporting:
    """Reports of a profile's runs. Every method raises StoreError, and UserError for a run that does not exist."""

    def __init__(self, accounts: Accounts, store: Store) -> None:
        self._accounts = accounts
        self._store = store

    def statement(self, run: str) -> Statement:
        """Counts from stored outcomes, and what became of the rejects since."""
        return statement_of(self._store, run)

    def check(self, run: str) -> tuple[Sequence[Check], str]:
        """Samples of what the run wrote, looked up in the CRM; or none, and why it could not be asked."""
        start = self._store.runs.get(run).start
        if start.operation.is_reading:
            return (), "A run that reads from the CRM has written nothing there."
        try:
            with self._accounts.open(start.account) as opened:
                return check_or_why(self._store, run, opened)
        except (RemoteError, UserError) as error:
            return (), f"The CRM could not be asked: {error.message}"

    def write_html(self, run: str, place: Path, *, is_checked: bool) -> Statement:
        """Write the report to one HTML file that only its owner can read; raises FileFormatError."""
        statement = self.statement(run)
        start = statement.record.start
        loaded = job_of(start)
        checks, why = self.check(run) if is_checked else ((), "Nobody asked for it.")
        size, digest = _file_of(Path(start.source))
        facts = Facts(
            account=self._label(start.account),
            who=whoever(),
            job=loaded.job,
            job_text=loaded.text,
            source=f"rejects of run {start.retry_of}" if start.retry_of else start.source,
            size="" if start.retry_of else size,
            sha256="" if start.retry_of else digest,
            checks=checks,
            unchecked=why,
            written=f"{now()} by {whoever()}",
        )
        _write(place, report_html(statement, facts))
        return statement

    def troubles(self, wanted: Wanted) -> Iterator[Trouble]:
        """Rejected records and failed runs, oldest run first; raises UserError for an account that does not exist."""
        return troubles(self._store, self._named(wanted))

    def day_counts(self, wanted: Wanted) -> list[DayCount]:
        """Rejects by day, job and symbol."""
        return day_counts(self._store, self._named(wanted))

    @staticmethod
    def write_table(
        place: Path, rows: Iterable[Mapping[str, str]], header: tuple[str, ...], *, is_disarmed: bool
    ) -> int:
        """Write rows with the columns `header` to a CSV file; gives their number. Raises FileFormatError."""
        return write_csv(place, text_frames(rows, header, is_disarmed=is_disarmed), header)

    def _named(self, wanted: Wanted) -> Wanted:
        """With the internal name of the account in the place of its label."""
        return replace(wanted, account=self._accounts.get(wanted.account).name) if wanted.account else wanted

    def _label(self, account: str) -> str:
        with suppress(UserError):  # an account that was removed since is named as the run named it
            return self._accounts.get(account).label
        return account


def _file_of(path: Path) -> tuple[str, str]:
    """Size and SHA-256 of the source as it is now; both empty where it is no file any more."""
    try:
        with path.open("rb") as file:
            return f"{path.stat().st_size:,} bytes", hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "", ""


def _write(place: Path, text: str) -> None:
    try:
        with written_beside(place) as part, open_private(part, "wb") as file:
            file.write(text.encode())
    except OSError as error:
        raise FileFormatError(unwritable(place, error), hint="Choose another place.") from error
