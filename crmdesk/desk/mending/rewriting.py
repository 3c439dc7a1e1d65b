"""A job made into another one: for the rejects that a retry sends in another way, or from now on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.jobs.loaded import LoadedJob, from_file, from_saved
from crmdesk.desk.jobs.saving import write_job_file
from crmdesk.engine.job.text import job_text
from crmdesk.errors import UserError
from crmdesk.model.job import Job
from crmdesk.model.schema import RemoteObject
from crmdesk.store import Store

Change = Callable[[Job, RemoteObject], Job]
"""What makes another job of one, for its object as the CRM describes it."""


def rewritten(loaded: LoadedJob, job: Job) -> LoadedJob:
    """The job as if it had been loaded like the other one."""
    return replace(loaded, job=job, text=job_text(job, loaded.folder))


def rule_kept(store: Store, name: str, file: Path | None, change: Callable[[Job], Job]) -> str:
    """Change the job in a file, or the saved job of that name, from now on; gives where it stands. Raises UserError."""
    if file is not None:
        write_job_file(change(from_file(file).job), file)
        where = str(file)
    else:
        saved = store.jobs.find(name)
        if saved is None:
            raise UserError(
                f"The job “{name}” is not saved, so nothing can be written into it.",
                hint="Name its file: --job FILE.",
            )
        loaded = from_saved(saved)
        job = change(loaded.job)
        store.jobs.save(name, job_text(job, loaded.folder), job.operation, job.account, job.object, saved.folder)
        where = f"the saved job “{name}”"
    store.decisions.add(f"A rule for rejects was written into {where}.")
    return where
