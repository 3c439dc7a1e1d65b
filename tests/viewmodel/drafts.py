"""Drafts to work on without a window, an engine or a profile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crmdesk.engine.job.file import parse_job
from crmdesk.engine.job.text import job_text
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.mapping import Column, FieldMap
from crmdesk.viewmodel.job_editor.draft import empty_job
from crmdesk.viewmodel.job_editor.edited_job import EditedJob


def draft_of(operation: Operation = Operation.IMPORT, **parts: object) -> EditedJob:
    """A draft of that operation, with an account, an object, a file and a line, and `parts` of a job."""
    whole = {
        "name": "contacts",
        "account": "practice_org",
        "object": "Contact",
        "local": LocalFile("/data/contacts.csv"),
        "mapping": (FieldMap("Email", Column("Email")),),
    }
    job = replace(empty_job(operation), **(whole | parts))  # type: ignore[arg-type]
    return EditedJob(job, lambda each: each.name, lambda _: None)


def as_kept(job: Job) -> Job:
    """The job as its file gives it back."""
    return parse_job(job_text(job), Path("/"))
