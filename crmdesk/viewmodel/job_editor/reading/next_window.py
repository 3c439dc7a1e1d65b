"""What the next run of a draft would read, by the option as it stands; and that option set by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from crmdesk.desk.window.answers import NextWindow
from crmdesk.errors import CrmDeskError, UserError
from crmdesk.model.account_settings import RULES
from crmdesk.model.index import DEFAULT_LAG_SECONDS
from crmdesk.model.job import Job, LocalFile
from crmdesk.model.period import PeriodMode
from crmdesk.model.schema import RemoteObject
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.probes import any_line
from crmdesk.viewmodel.job_editor.reading.moments import lag_words, said_here, typed_option


class JobWindow:
    """The window of the draft as of the last look; `changed` is called when another is known."""

    def __init__(self, app: AppModel, changed: Callable[[], None]) -> None:
        self._app = app
        self._changed = changed
        self._asked = ""
        self.found: NextWindow | None = None

    def forget(self) -> None:
        """Ask anew the next time."""
        self._asked, self.found = "", None

    async def learn(self, job: Job, remote: RemoteObject | None) -> None:
        """Ask for the window of a job that has a moving one; what cannot be asked is told among its problems."""
        text = self._text(job, remote)
        if text == self._asked:
            return
        self._asked, self.found = text, None
        if text:
            try:
                self.found = await self._app.engine.window(text, self._app.history.home)
            except CrmDeskError:  # the check of the job finds it too, and says where it belongs
                self.found = None
        self._changed()

    def _text(self, job: Job, remote: RemoteObject | None) -> str:
        is_moving = job.index is not None or (job.period is not None and job.period.mode is PeriodMode.AUTOMATIC)
        if not (is_moving and job.account and job.object and job.name):
            return ""
        filled = tuple(line for line in job.mapping if line.remote)
        local = job.local if job.local.path else LocalFile("rows.csv")
        return self._app.history.job_text(replace(job, mapping=filled or any_line(remote), local=local))

    def sentence(self, job: Job, zone: tzinfo | None = None) -> str:
        """Which records the next run reads, with the clock of `zone` (None: the computer's); "" while nobody knows."""
        window = self.found.window if self.found is not None else None
        if window is None or self.found is None:
            return ""
        if self.found.is_stuck:
            return f"It was read up to {said_here(window.start, zone)}." if window.start is not None else ""
        if window.is_tracked:
            return _tracked_sentence(window.start, zone)
        until = lag_words(self._lag(job))
        what = "deletions" if job.period is not None else "changes"
        if window.start is None and job.period is None:
            return f"The next run reads everything, {until}; after that only {what}."
        start = f"from {said_here(window.start, zone)} " if window.start is not None else ""
        return f"The next run reads {what} {start}{until}."

    @property
    def can_track(self) -> bool:
        """Whether the CRM is known to keep track of changes itself."""
        return self.found is not None and self.found.tracks_changes

    @property
    def is_tracked(self) -> bool:
        """Whether the next run goes by the CRM's own track of changes."""
        return self.found is not None and self.found.window is not None and self.found.window.is_tracked

    @property
    def brings_a_part(self) -> bool:
        """Whether the next run reads what the CRM says has changed: how much that is nobody knows before."""
        return self.is_tracked and bool(self.value)

    @property
    def notices(self) -> tuple[str, ...]:
        """What else is to be said of the window: that the filter has changed since, for instance."""
        return self.found.notices[1:] if self.found is not None and self.found.window is not None else ()

    @property
    def since(self) -> str:
        """The date that the next run begins at, in words; empty while nobody knows."""
        window = self.found.window if self.found is not None else None
        if window is None:
            return ""
        return said_here(window.start) if window.start is not None else "the beginning"

    @property
    def value(self) -> str:
        """The option as it stands, to be typed over."""
        window = self.found.window if self.found is not None else None
        return window.before if window is not None else ""

    def set_back(self, text: str) -> None:
        """Set the option by hand, to a time in UTC or to nothing; raises UserError for what is no time.

        It is kept at once, in the history of the option: it is no part of the job.
        """
        window = self.found.window if self.found is not None else None
        if window is None:
            raise UserError("It is not known yet which option holds the date.", hint="Wait until the account answers.")
        self._app.history.set_option(window.option, typed_option(text))
        self.forget()
        self._changed()

    def _lag(self, job: Job) -> timedelta:
        named = job.index.lag_seconds if job.index is not None else job.period.lag_seconds if job.period else None
        if named is None:
            settings = self._app.history.account(job.account).settings
            named = 0 if settings.get(RULES) == "campaign" else DEFAULT_LAG_SECONDS
        return timedelta(seconds=named)


def _tracked_sentence(start: datetime | None, zone: tzinfo | None) -> str:
    """What a run reads that goes by the CRM's own track of changes."""
    if start is None:
        return "The next run reads everything; after that only what the CRM itself says has changed."
    return f"The next run reads what the CRM itself says has changed since {said_here(start, zone)}."
