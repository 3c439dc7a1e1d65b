"""Rejects in a profile as a run would have left them, without the run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from crmdesk.model.job import Action, Operation
from crmdesk.model.reject import Stage
from crmdesk.model.run import RunOutcome, RunStart
from crmdesk.store import Store
from crmdesk.tabular.outcome import REJECT_SCHEMA
from tests.cli.jobs import contacts_job


def stored(home: Path, job: Path, rejects: Sequence[tuple[int, str, str, str, Mapping[str, str]]]) -> str:
    """A run with these rejects (row, field, code, message, values), as an engine would have left it."""
    store = Store.open(home)
    try:
        start = RunStart(
            job=job.stem,
            job_text=job.read_text(encoding="utf-8"),
            account="practice_org",
            organization_id="00D000000000001",
            operation=Operation.EXPORT,
            action=Action.UPSERT,
            object="Contact",
            source="/data/contacts.csv",
            fingerprint="f",
        )
        run = store.runs.create(start)
        ledger = store.runs.ledger(run)
        ledger.begin_prepare()
        lines = [
            (row, row + 1, field, code, message, "[]", json.dumps(values), "{}")
            for row, field, code, message, values in rejects
        ]
        ledger.add_rejects(Stage.CONVERT, pl.DataFrame(lines, schema=REJECT_SCHEMA, orient="row"))
        ledger.end_prepare("rest")
        ledger.finish(RunOutcome.REJECTS, 0, "")
        return run
    finally:
        store.close()


def bad_mails(home: Path, folder: Path, mails: Sequence[str], name: str = "contacts") -> str:
    """A run whose rejects have these addresses, rows and keys counting from 1."""
    rejects = [
        (row, "Email", "NOT_AN_EMAIL", f'"{mail}" is not an e-mail address.', contact)
        for row, mail in enumerate(mails, 1)
        for contact in [{"Key": f"B{row}", "Name": f"Name {row}", "Email": mail}]
    ]
    return stored(home, contacts_job(folder, name=name), rejects)
