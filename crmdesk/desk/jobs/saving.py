"""Jobs made by eye, saved as the same text that people write by hand."""

from __future__ import annotations

import os
from pathlib import Path

from crmdesk.engine.job.file import parse_job
from crmdesk.engine.job.text import job_text
from crmdesk.errors import UserError, unwritable
from crmdesk.model.job import Job, SavedJob
from crmdesk.store.light import LightStore
from crmdesk.tabular.files.private import open_private, written_beside


def save_job(store: LightStore, job: Job, replaces: str) -> SavedJob:
    """Keep a job under its name, in place of the one called `replaces`, whose folder it keeps.

    Raises UserError when a third job has that name, and PlanError for what could not be read back.
    """
    before = store.jobs.find(replaces) if replaces else None
    if job.name != replaces and store.jobs.find(job.name) is not None:
        raise UserError(f"There is a saved job “{job.name}” already.", hint="Give this one another name.", place="name")
    folder = Path(before.folder) if before is not None else Path(job.local.path).parent
    text = _readable(job, folder)
    store.jobs.save(job.name, text, job.operation, job.account, job.object, str(folder))
    if before is not None and replaces != job.name:
        store.jobs.remove(replaces)
    return store.jobs.get(job.name)


def write_job_file(job: Job, path: Path) -> None:
    """Write a job to a file, over what was there; a local file below its folder is named relative to it."""
    text = _readable(job, path.resolve().parent)
    try:
        with written_beside(path) as part, open_private(part, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UserError(unwritable(path, error), hint="Choose another place.") from error


def _readable(job: Job, folder: Path) -> str:
    text = job_text(job, folder)
    parse_job(text, folder)
    return text
