"""Runs put into a profile as a run of that size would have left them: what takes an hour to run is drawn at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from crmdesk.engine.run_notes import note
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.job import Action, Operation
from crmdesk.model.reject import Stage
from crmdesk.model.run import Phase, Progress, RunOutcome, RunStart, Tally
from crmdesk.store import Store
from crmdesk.store.codes import SendState
from crmdesk.store.recollection import Recollection
from crmdesk.tabular.outcome import REJECT_SCHEMA

CAUSES = {
    ("INACTIVE_OWNER_OR_USER", "OwnerId", "operation performed with inactive user [p.berg]"): 318,
    ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Segment__c", "bad value for restricted picklist field: ENT"): 141,
    ("PARENT_NOT_FOUND", "AccountId", "No Account has the Legacy_Id__c “A-1009”."): 96,
    ("DUPLICATES_DETECTED", "", "Use one of these records?"): 58,
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "", "Date needed for customers of the year"): 51,
    ("STRING_TOO_LONG", "Title", "Title: data value too large: Senior Vice President (max length=128)"): 41,
    ("FIELD_INTEGRITY_EXCEPTION", "MailingState", "There's a problem with this state: Oxon"): 33,
    ("UNABLE_TO_LOCK_ROW", "", "unable to obtain exclusive access to this record"): 27,
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Level__c", "Key accounts want a level"): 23,
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "", "ContactTrigger: execution of BeforeInsert"): 12,
}
_WRITING = """
version = 1
name = "{name}"
account = "{account}"
object = "Contact"
operation = "export"
mapping = [{{ remote = "Legacy_Id__c", local = "KEY" }}, {{ remote = "LastName", local = "NAME" }}]
[local]
path = "{path}"
[export]
action = "upsert"
key = "Legacy_Id__c"
"""
_READING = """
version = 1
name = "{name}"
account = "{account}"
object = "Account"
operation = "import"
mapping = [{{ remote = "Name", local = "name" }}]
[local]
path = "{path}"
"""


@dataclass(slots=True)
class KeptRuns:
    """A profile with two accounts: `acme`, a production org of Salesforce, and the practice org."""

    home: Path
    store: Store
    _stack: ExitStack

    def add(
        self,
        outcome: RunOutcome,
        tally: Tally,
        *,
        job: str = "contacts from the old CRM",
        action: Action | None = Action.UPSERT,
        account: str = "acme",
        ended: str = "2026-03-07T15:03:12.000Z",
        error: str = "",
        on_the_way: int = 0,
        progress: Progress | None = None,
        causes: Mapping[tuple[str, str, str], int] | None = None,
        notices: tuple[str, ...] = (),
        retry_of: str = "",
        undo_of: str = "",
        is_prepared: bool = True,
        before: tuple[str, ...] = (),
    ) -> str:
        """A run that stands like that; gives its number. One that is running is executed by this very process."""
        path = "/home/ann/migration/legacy contacts.csv" if action else "/home/ann/exports/accounts.csv"
        text = (_WRITING if action else _READING).format(name=job, account=account, path=path)
        operation = {None: Operation.IMPORT, Action.DELETE: Operation.DELETE}.get(action, Operation.EXPORT)
        what = "Contact" if action else "Account"
        settings = json.dumps({"folder": "/", **({"undo_of": undo_of} if undo_of else {})})
        start = RunStart(job, text, account, "00D", operation, action, what, path, "", settings, retry_of)
        run = self.store.runs.create(start)
        ledger = self.store.runs.ledger(run)
        for notice in notices:
            ledger.notice(notice)
        if causes:
            ledger.add_rejects(Stage.WRITE, _rejects(causes))
        if is_prepared and action:
            ledger.end_prepare("bulk")
        if before:
            note(ledger.folder, before=before, records=tally.updated, until="2026-03-07T15:03:00Z")
        if outcome is RunOutcome.RUNNING:
            self._stack.enter_context(self.store.runs.claim(run))
        if progress is not None:
            ledger.progress(progress)
        self._write(run, outcome, tally, ended, error, on_the_way)
        return run

    def _write(self, run: str, outcome: RunOutcome, tally: Tally, ended: str, error: str, on_the_way: int) -> None:
        is_open = outcome in (RunOutcome.RUNNING, RunOutcome.INTERRUPTED)
        with self.store._database.transaction() as connection:
            connection.execute("DELETE FROM row_count WHERE run = ?", (run,))
            connection.executemany(
                "INSERT INTO row_count VALUES (?, ?, ?)", [(run, name, rows) for name, rows in tally.as_dict().items()]
            )
            connection.execute(
                "INSERT INTO landed (run, length, rows, written) VALUES (?, 0, ?, ?)", (run, tally.read, tally.created)
            )
            connection.execute(
                "UPDATE run SET started = ?, ended = ?, outcome = ?, error = ?, api_calls = ? WHERE id = ?",
                (
                    _ago(27) if outcome is RunOutcome.RUNNING else "2026-03-07T14:22:05.000Z",
                    "" if is_open else ended,
                    None if is_open else outcome.value,
                    error,
                    0 if is_open else 300,
                    run,
                ),
            )
            if on_the_way or tally.arrived:
                connection.execute(
                    "INSERT INTO send (run, state, rows, row_count, file, offset, length, sha256)"
                    " VALUES (?, ?, x'', ?, '', 0, 0, '')",
                    (run, SendState.OPEN, on_the_way),
                )


@contextmanager
def kept_runs(home: Path) -> Iterator[KeptRuns]:
    """The profile in `home`; runs that are running do so as long as the block lasts."""
    with ExitStack() as stack:
        store = Store.open(home, keychains=())
        stack.callback(store.close)
        store.accounts.add(Account("acme", "Acme AB", "salesforce", "https://acme.my.salesforce.com", "token"))
        memory = Recollection(store._database)
        memory.keep_identity("acme", _identity("m.admin@acme.example", "Acme AB", Environment.PRODUCTION, 73_944))
        memory.keep_identity("practice_org", _identity("ann@practice.example", "Practice", Environment.PRACTICE, None))
        yield KeptRuns(home, store, stack)


def moving(kept: KeptRuns) -> str:
    """412,300 contacts on their way into production."""
    tally = Tally(412_300, created=183_732, updated=16_174, unchanged=1_484, rejected=711, pending=210_199)
    progress = Progress(Phase.SENDING, 199_988, 410_187, tally, 266, 73_944)
    signed = ("Signed in again: the session had ended.", "The CRM gave up on a job and its rows are sent once more.")
    return kept.add(
        RunOutcome.RUNNING,
        tally,
        on_the_way=100_012,
        progress=progress,
        causes=some_causes(318, 141, 96, 58, 51, 41, 6),
        notices=signed,
    )


def some_causes(*rows: int) -> dict[tuple[str, str, str], int]:
    """The first causes with as many rows as are named."""
    return dict(zip(CAUSES, rows, strict=False))


def ended(kept: KeptRuns) -> str:
    """The same at its end, with 800 rejects."""
    tally = Tally(412_300, created=380_114, updated=29_902, unchanged=1_484, rejected=800)
    return kept.add(
        RunOutcome.REJECTS,
        tally,
        causes=CAUSES,
        notices=("Empty cells leave what is in the CRM.",),
        before=("Segment__c", "OwnerId", "Title"),
    )


def _ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def _identity(user: str, organization: str, environment: Environment, calls_left: int | None) -> Identity:
    return Identity(user, organization, "00D000000000001", environment, "2026-03-07T14:22:00Z", calls_left, 100_000)


def _rejects(causes: Mapping[tuple[str, str, str], int]) -> pl.DataFrame:
    rows, row = [], 0
    for (code, field, message), count in causes.items():
        for _ in range(count):
            row += 1
            values = json.dumps({"KEY": f"{row:06}", "NAME": f"Name {row}"})
            rows.append((row, row + 1, field, code, message, "[]", values, "{}"))
    return pl.DataFrame(rows, schema=REJECT_SCHEMA, orient="row")
