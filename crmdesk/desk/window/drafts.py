"""The job that is being edited and not saved: kept as it grows, so that no death of the window takes it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from crmdesk.engine.job.file import parse_draft
from crmdesk.engine.job.text import job_text
from crmdesk.model.job import Job
from crmdesk.store.light import LightStore

_NAME = "job-draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """A job that is not saved as it is. `of` is the saved job that it changes, or empty; `is_named` by a person."""

    job: Job
    of: str
    is_named: bool


def keep_draft(store: LightStore, draft: Draft | None) -> None:
    """Keep the one draft of the profile; None forgets it. Raises UserError for a text that is no Unicode."""
    text = "" if draft is None else msgspec.json.encode((draft.of, draft.is_named, job_text(draft.job))).decode()
    if text != (store.recollection.setting(_NAME) or ""):
        store.recollection.keep_setting(_NAME, text)


def kept_draft(store: LightStore) -> Draft | None:
    """The draft that was kept, None when there is none."""
    text = store.recollection.setting(_NAME)
    if not text:
        return None
    of, is_named, toml = msgspec.json.decode(text, type=tuple[str, bool, str])
    return Draft(parse_draft(toml), of, is_named)
