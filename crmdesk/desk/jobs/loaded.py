"""A job with where it came from: a file, or a run of the history."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from crmdesk.engine.job.file import parse_job, read_job
from crmdesk.model.job import Job, SavedJob
from crmdesk.model.run import RunStart


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job with the text it was read from and the folder its relative paths start at.

    `pasted` are ids or keys, as somebody typed them, that take the place of the job's population.
    """

    job: Job
    text: str
    folder: Path
    pasted: str = ""


def from_file(path: Path) -> LoadedJob:
    """The job in a file; raises UserError and PlanError."""
    job, text = read_job(path)
    return LoadedJob(job, text, path.resolve().parent)


def from_saved(saved: SavedJob) -> LoadedJob:
    """A saved job; raises PlanError when it was saved by a version that knew other words."""
    folder = Path(saved.folder)
    return LoadedJob(parse_job(saved.text, folder), saved.text, folder)


def job_of(start: RunStart) -> LoadedJob:
    """The job of a run as it was then, for the account it ran on."""
    folder = Path(json.loads(start.settings).get("folder", "."))
    job = replace(parse_job(start.job_text, folder), account=start.account)
    return LoadedJob(job, start.job_text, folder)
