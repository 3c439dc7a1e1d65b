"""A job with where it came from: a file, or a run of the history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from crmdesk.engine.job.file import parse_job, read_job
from crmdesk.errors import UserError
from crmdesk.model.job import Job, SavedJob
from crmdesk.model.run import RunStart


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job with the text it was read from and the folder its relative paths start at.

    `pasted` are ids or keys, as somebody typed them, that take the place of the job's population. `file` is the name of
    its file in that folder, "" for a saved job. `texts` are what variables of the job hold this time, which `job` has
    already and `text` has not.
    """

    job: Job
    text: str
    folder: Path
    pasted: str = ""
    file: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> dict[str, object]:
        """Where it came from, as a run keeps it among its settings."""
        return {"folder": str(self.folder), "job_file": self.file, "texts": dict(self.texts)}


def from_file(path: Path) -> LoadedJob:
    """The job in a file; raises UserError and PlanError."""
    job, text = read_job(path)
    place = path.resolve()
    return LoadedJob(job, text, place.parent, file=place.name)


def from_saved(saved: SavedJob) -> LoadedJob:
    """A saved job; raises PlanError when it was saved by a version that knew other words."""
    folder = Path(saved.folder)
    return LoadedJob(parse_job(saved.text, folder), saved.text, folder)


def job_of(start: RunStart) -> LoadedJob:
    """The job of a run as it was then, for the account it ran on."""
    settings = json.loads(start.settings)
    folder = Path(settings.get("folder", "."))
    job = replace(parse_job(start.job_text, folder), account=start.account)
    loaded = LoadedJob(job, start.job_text, folder, file=settings.get("job_file", ""))
    return with_texts(loaded, settings.get("texts", {}))


def with_texts(loaded: LoadedJob, texts: Mapping[str, str]) -> LoadedJob:
    """The job with other texts in its variables, this time only; raises UserError for a variable it does not have."""
    job = loaded.job
    strangers = [name for name in texts if name not in job.variables]
    if strangers:
        there = ", ".join(job.variables)
        raise UserError(
            f"“{job.name}” has no variable “{strangers[0]}”.",
            hint=f"It has {there}." if there else "Give it one under [variables].",
            place="variables",
        )
    return replace(loaded, job=replace(job, variables={**job.variables, **texts}), texts=dict(texts))


def file_of(start: RunStart) -> Path | None:
    """The file that the job of a run was read from; None for a saved job, and where nobody knows."""
    settings = json.loads(start.settings)
    file = settings.get("job_file", "")
    return Path(settings["folder"]) / file if file else None
