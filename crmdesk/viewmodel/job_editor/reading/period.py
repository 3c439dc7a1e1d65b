"""Which deletions a job reads that lists what was deleted in the CRM."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.model.job import Operation
from crmdesk.model.period import PeriodMode, PeriodOptions
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.local_end import absolute


class JobPeriod:
    """The period of the draft; every intent is one step to undo, typing on in one field too."""

    def __init__(self, draft: EditedJob) -> None:
        self._draft = draft

    @property
    def applies(self) -> bool:
        return self._draft.job.operation is Operation.IMPORT_DELETED

    @property
    def options(self) -> PeriodOptions:
        """The period as it is."""
        return self._draft.job.period or PeriodOptions()

    def set_mode(self, mode: PeriodMode) -> None:
        """Name the period, let it move on from run to run, or compare all keys; what the others said goes."""
        self._put(PeriodOptions(mode))

    def set_start(self, text: str) -> None:
        self._put(replace(self.options, start=text.strip()), "start")

    def set_end(self, text: str) -> None:
        self._put(replace(self.options, end=text.strip()), "end")

    def set_option(self, name: str) -> None:
        """The name of the option that holds the date; "" for the usual one."""
        self._put(replace(self.options, option=name.strip() or PeriodOptions().option))

    def set_lag(self, seconds: int | None) -> None:
        """How long before the CRM's clock the period ends; None for what the account says."""
        self._put(replace(self.options, lag_seconds=seconds))

    def set_path(self, path: str) -> None:
        """The file with the ids that are compared."""
        self._put(replace(self.options, path=absolute(path)))

    def set_column(self, name: str) -> None:
        """The column with these ids."""
        self._put(replace(self.options, column=name.strip()))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing that the CRM must be asked with."""
        return is_whole(self.options)

    def _put(self, period: PeriodOptions, strand: object = None) -> None:
        self._draft.change(replace(self._draft.job, period=period), strand and ("period", strand))


def is_whole(period: PeriodOptions) -> bool:
    """Whether the period says all that its mode needs."""
    match period.mode:
        case PeriodMode.BETWEEN:
            return bool(period.start and period.end)
        case PeriodMode.AUTOMATIC:
            return True
        case PeriodMode.COMPARE:
            return bool(period.path and period.column)
