"""What is seen of one run, while it moves and afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

from crmdesk.model.figures import counted
from crmdesk.model.job import Direction, LocalFile, Speed
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.figures import clock, duration, instant, taken, when
from crmdesk.viewmodel.runs.going_on import GoingOn, ending, going_on, starting_again
from crmdesk.viewmodel.runs.looked import RunLooked
from crmdesk.viewmodel.runs.settings import SettingLine, settings_of
from crmdesk.viewmodel.runs.statement import Statement, statement_of
from crmdesk.viewmodel.runs.steps import Step, rows_answered, steps_of
from crmdesk.viewmodel.runs.taking_back import TakingBack, changed_records, taken_back, taking_back, told_of
from crmdesk.viewmodel.runs.words import footer, headline, no_rejects, place_name
from crmdesk.viewmodel.sentences import (
    Tone,
    both_ends,
    direction_of,
    finish_line,
    run_tone,
    run_word,
    why_of,
    written_how,
)
from crmdesk.viewmodel.window_words import for_the_window


class RunSeen(RunLooked):
    """The run in words, counts and lines."""

    @property
    def headline(self) -> str:
        """What the run does and how far it is, or how it ended, in a sentence."""
        if self.is_stopping:
            return "Stopping… What is known is being recorded."
        if not self.is_running:
            return finish_line(self.record, self.on_the_way, can_go_on=self.going_on is not None)
        answered, to_send = rows_answered(self.record)
        return headline(self.record, self.place, to_send, answered, self.remaining)

    @property
    def why_it_waits(self) -> tuple[str, str]:
        """When the CRM took nothing more of a run, and why and until when; "" twice for any other."""
        if self.record.outcome is not RunOutcome.PAUSED or not self.record.error:
            return "", ""
        at = when(instant(self.record.ended), datetime.now(UTC))
        return f"The CRM took nothing more, {at}. The run waits for you.", why_of(self.record)

    @property
    def tone(self) -> Tone:
        """How its sentence should look."""
        return Tone.QUIET if self.is_all_taken_back else run_tone(self.record)

    @property
    def state(self) -> str:
        """How it stands, in a word or two."""
        if not self.is_running and self.statement.trouble:
            return "Does not add up"
        if self.is_all_taken_back:
            return "Taken back"
        return "Stopping…" if self.is_stopping else run_word(self.record.outcome)

    @property
    def place(self) -> str:
        """The account, in a sentence."""
        return place_name(self.account, self.identity, self.record.start.account)

    @property
    def ends(self) -> tuple[str, str]:
        """Where data comes from and where it goes."""
        start = self.record.start
        label = self.account.label if self.account is not None else start.account
        return both_ends(start.operation, start.source, label, start.object)

    @property
    def direction(self) -> Direction:
        """Its tag."""
        return direction_of(self.record.start.operation)

    @property
    def how(self) -> str:
        """“Upsert by Legacy_Id__c”."""
        return (
            f"Takes run {self.record.start.undo_of} back" if self.record.start.undo_of else written_how(self.job.export)
        )

    @property
    def statement(self) -> Statement:
        return statement_of(self.record, self.on_the_way)

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_of(self.record, self.on_the_way)

    @property
    def rate(self) -> str:
        """“166 rows/s”."""
        return self._momentum.rate

    @property
    def remaining(self) -> str:
        """“about 21 min”, or an empty text while nobody can know."""
        return self._momentum.remaining(self.record.progress.total) if self.record.progress is not None else ""

    @property
    def times(self) -> str:
        """“today 14:22 – 15:03”, “started today 14:22”."""
        begun = when(instant(self.record.started), datetime.now(UTC))
        return f"{begun} – {clock(instant(self.record.ended))}" if self.record.ended else f"started {begun}"

    @property
    def took(self) -> str:
        """How long it worked, for how long it stood still, and with how many calls; empty when nobody knows."""
        record = self.record
        if not record.ended and not self.is_running:
            return ""
        time = taken(record.started, record.ended, datetime.now(UTC), record.paused)
        pause = f" + {duration(record.paused)} pause" if record.paused >= 1 else ""
        return f"{time}{pause} · {counted(self.calls, 'call')}"

    @property
    def calls(self) -> int:
        """Requests to the CRM by this run."""
        progress = self.record.progress
        return self.record.api_calls + (progress.api_calls if progress is not None else 0)

    @property
    def calls_left(self) -> int | None:
        """What the CRM last said; None where it does not say."""
        progress = self.record.progress
        if progress is not None and progress.calls_left is not None:
            return progress.calls_left
        return self.identity.calls_left if self.identity is not None else None

    @property
    def going_on(self) -> GoingOn | None:
        """How it can be resumed, if it can; one that was started again from zero, or taken back, cannot."""
        return (
            None
            if self.restarts or taken_back(self.undos)
            else going_on(self.record, self.on_the_way, self.job, self.account, self.identity, self._taken)
        )

    @property
    def starting_again(self) -> GoingOn | None:
        """How it can be started again from zero, if it can."""
        if self.restarts:
            return None
        return starting_again(self.record, self.on_the_way, self.job, self.account, self.identity)

    @property
    def wants_sign_in(self) -> bool:
        """Whether it ended because its account was not let in; of the failure only the words are kept."""
        return self.account is not None and not self.is_running and "Sign in again" in self.record.error

    @property
    def ending(self) -> str:
        """What ending it for good would do, in a sentence; "" where it cannot be ended so."""
        return "" if self.restarts or taken_back(self.undos) else ending(self.record, self.on_the_way, self.account)

    @property
    def footer(self) -> tuple[str, str]:
        """Two short lines about what the buttons do."""
        by = self.undos[-1].run if taken_back(self.undos) else ""
        return footer(self.record, self.going_on, is_stopping=self.is_stopping, taken_back_by=by)

    @property
    def open_rejects(self) -> int:
        return sum(line.rows for line in self.causes)

    @property
    def no_rejects(self) -> str:
        """What is said where there is no cause to show."""
        return no_rejects(self.record)

    @property
    def notices(self) -> tuple[str, ...]:
        """What it had to say, oldest first."""
        return tuple(map(for_the_window, self.record.notices))

    @property
    def file_title(self) -> str:
        """What its source or its target is to it."""
        start = self.record.start
        if start.undo_of:
            return "What it takes back"
        what = "file" if self.has_file else "table"
        return f"The {what} it {'wrote' if start.operation.is_reading else 'read'}"

    @property
    def has_file(self) -> bool:
        """Whether its local end is a file, whose folder can be opened."""
        return isinstance(self.job.local, LocalFile) and not self.record.start.undo_of

    @property
    def settings(self) -> tuple[SettingLine, ...]:
        """What it ran with, and what it had to say."""
        history = self.app.history
        window, pace, began = history.window_of(self.run), history.pace(self.run), history.beginning_of(self.run)
        return settings_of(self.record, self.job, window, self.before, pace, began)

    @property
    def speed(self) -> Speed | None:
        """How fast its rows that were not sent yet go; None for a run that reads."""
        if self.job.export is None:
            return None
        asked = self.app.history.pace(self.run)
        speed = asked.speed if asked is not None else self.job.export.speed or Speed.FAST
        return Speed.NORMAL if speed is Speed.FAST and not self.has_jobs else speed

    @property
    def has_jobs(self) -> bool:
        """Whether its rows may go as whole jobs, as far as that is known: fast is nothing else."""
        if self.kind is None or self.job.export is None:
            return True
        return len(self.kind.matrix.engines.get(self.job.export.action, ())) > 1

    @property
    def taking_back(self) -> TakingBack | None:
        """How it can be taken back; None where there is nothing to take back."""
        names, kept = self.before
        written = {line.remote.casefold() for line in self.job.mapping}
        fields = tuple(name for name in names if name.casefold() in written)  # the record id is kept beside them
        return taking_back(self.record, (fields, kept), self.account, self.on_the_way, self.undos)

    @property
    def is_all_taken_back(self) -> bool:
        """Whether all that it did was taken back."""
        return 0 < changed_records(self.record) <= taken_back(self.undos)

    @property
    def since(self) -> tuple[str, ...]:
        """What became since of what it wrote and of its rejects, a line each."""
        return (*told_of(self.record, self.undos, datetime.now(UTC)), *self.rejects_since)

    @property
    def has_results(self) -> bool:
        """Whether there is a results file to be saved: every row with its outcome."""
        return not self.record.start.operation.is_reading and self.record.is_prepared and not self.is_running
