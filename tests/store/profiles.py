"""Runs and frames as the tests of the store need them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import polars as pl

from crmdesk.connectors.contract import Body, Prepared
from crmdesk.model.job import Action, Operation
from crmdesk.model.run import RunStart
from crmdesk.store import Store
from crmdesk.store.ledger import RunLedger
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.outcome import OUTCOME_SCHEMA, REJECT_SCHEMA

NO_REJECTS = pl.DataFrame(schema=REJECT_SCHEMA)
NO_OUTCOMES = pl.DataFrame(schema=OUTCOME_SCHEMA)


def start(*, job: str = "contacts", retry_of: str = "", operation: Operation = Operation.EXPORT) -> RunStart:
    return RunStart(
        job=job,
        job_text="version = 1",
        account="practice_org",
        organization_id="00D000000000001",
        operation=operation,
        action=None if operation is Operation.IMPORT else Action.INSERT,
        object="Contact",
        source="/data/contacts.csv",
        fingerprint="f",
        retry_of=retry_of,
    )


def new_run(store: Store, *, job: str = "contacts", retry_of: str = "") -> tuple[str, RunLedger]:
    run = store.runs.create(start(job=job, retry_of=retry_of))
    return run, store.runs.ledger(run)


def new_import(store: Store) -> tuple[str, RunLedger]:
    run = store.runs.create(start(operation=Operation.IMPORT))
    return run, store.runs.ledger(run)


def prepared(ledger: RunLedger, rows: Sequence[int]) -> Prepared:
    """A send of these rows, whose body is appended to the run's file."""
    path = ledger.folder / "bodies"
    body = ",".join(map(str, rows)).encode()
    with path.open("ab") as file:
        offset = file.tell()
        file.write(body)
    return Prepared(
        pl.Series(ROW, rows, dtype=pl.Int64), Body(path, offset, len(body), hashlib.sha256(body).hexdigest())
    )


def settled(rows: Iterable[int], outcome: str = "created") -> pl.DataFrame:
    """Outcomes of these rows, each with an id of its own."""
    return pl.DataFrame([(row, outcome, f"003{row:015}") for row in rows], schema=OUTCOME_SCHEMA, orient="row")


def rejects(rows: Iterable[int], *, code: str = "INVALID_EMAIL", field: str = "Email") -> pl.DataFrame:
    """Rejects of these rows, whose messages differ in what they quote."""
    return pl.DataFrame(
        [
            (row, row + 1, field, code, f'"a{row}@" is no address (row {row})', "[]", f'{{"Mail":"a{row}@"}}', "{}")
            for row in rows
        ],
        schema=REJECT_SCHEMA,
        orient="row",
    )


def send_all(ledger: RunLedger, *, reject: Iterable[int] = ()) -> None:
    """Begin and settle all that is unsent: rows of `reject` are rejected by the CRM, the others created."""
    refused = set(reject)
    for payload in ledger.unsent():
        ledger.intend(payload.send, "2026-11-21T10:00:00Z")
        rows = payload.rows.to_list()
        ledger.settle(
            payload.send,
            settled(row for row in rows if row not in refused),
            rejects((row for row in rows if row in refused), code="DUPLICATE_VALUE", field=""),
            [],
        )
