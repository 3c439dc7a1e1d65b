"""When a run that writes wants more than a yes."""

from __future__ import annotations

from crmdesk.model.account import Environment
from crmdesk.model.job import Action, Job

LARGE_WRITE = 1000
"""A write to a production account above this many rows wants the number of rows typed; any delete there does."""


def action_of(job: Job) -> Action:
    """What a job that writes asks of the CRM for each row."""
    return job.export.action if job.export is not None else Action.INSERT


def wants_number(environment: Environment, action: Action, rows: int) -> bool:
    """Whether the number of rows must be typed before they are sent."""
    return environment is Environment.PRODUCTION and (action is Action.DELETE or rows > LARGE_WRITE)
