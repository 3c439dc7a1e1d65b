"""The values of a source that go into lists: how often each occurs, what becomes of it, what the list lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from crmdesk.desk.window.answers import ListedValues
from crmdesk.model.job import Job
from crmdesk.model.list_value import ListValue, request_for
from crmdesk.model.mapping import FieldMap
from crmdesk.model.schema import FieldType
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.probes import checked_job
from crmdesk.viewmodel.job_editor.surroundings import Surroundings


class ValueState(StrEnum):
    """Whether the list takes a value: as it stands, as what it is replaced by, or not."""

    KNOWN = "same text"
    REPLACED = "replaced"
    NEAREST = "nearest, take?"
    MISSING = "not in the list"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value of the source; `rows` is None where nobody has counted, `nearest` a choice that may be taken."""

    value: str
    becomes: str
    rows: int | None
    state: ValueState
    nearest: str = ""


class JobValues:
    """What was found by reading the whole source; it belongs to the origins of the lines, and to the file."""

    def __init__(self, app: AppModel, draft: EditedJob, around: Surroundings, changed: Callable[[], None]) -> None:
        self._app = app
        self._draft = draft
        self._around = around
        self._changed = changed
        self._of: Job | None = None
        self._found: ListedValues | None = None
        self.is_looking = False

    async def look(self) -> None:
        """Read the whole source and count its values, as they are before any replacement; raises CrmDeskError."""
        plain = _plain(self._draft.job)
        self.is_looking = True
        self._changed()
        try:
            text = self._app.history.job_text(checked_job(plain))
            self.take(await self._app.engine.values(text, self._app.history.home), plain)
        finally:
            self.is_looking = False
            self._changed()

    def take(self, found: ListedValues, of: Job | None = None) -> None:
        """Keep what was found, of the draft as it is, or as it was when it was asked for."""
        self._found, self._of = found, of or _plain(self._draft.job)

    @property
    def found(self) -> ListedValues | None:
        """What was found for the draft as its lines are now; None while nobody has looked."""
        return self._found if self._of is not None and self._of == _plain(self._draft.job) else None

    def has_list(self, number: int) -> bool:
        """Whether the line goes into a list that takes only its own values."""
        remote = self._around.remote
        field = remote.field(self._draft.job.mapping[number].remote) if remote is not None else None
        return field is not None and field.is_restricted and field.type is FieldType.PICKLIST

    def rows(self, number: int) -> tuple[ValueRow, ...]:
        """The values of the line: those its list lacks, the others of the source, those that only the map names.

        Of each kind the most frequent comes first.
        """
        line = self._draft.job.mapping[number]
        found = sorted(self._listed(line), key=lambda each: each.is_known)
        named = {each.value for each in found}
        others = [(value, text) for value, text in line.values.items() if value not in named]
        return (
            *(_row(each, line) for each in found),
            *(ValueRow(value, text, None, ValueState.TYPED) for value, text in others),
        )

    def nearest(self, number: int) -> dict[str, str]:
        """The replacements of the line, and the nearest choice for each value that has none and is not in the list."""
        line = self._draft.job.mapping[number]
        taken = {row.value: row.nearest for row in self.rows(number) if row.state is ValueState.NEAREST}
        return {**line.values, **taken}

    def request(self, number: int) -> str:
        """A request to the org's admin for the values of the line that its list lacks; empty when there are none."""
        found = self.found
        if found is None:
            return ""
        line = self._draft.job.mapping[number]
        missing = [each for each in self._listed(line) if each.value not in line.values]
        return request_for(missing, found.object_label, found.organization)

    def _listed(self, line: FieldMap) -> tuple[ListValue, ...]:
        name = line.remote.casefold()
        return tuple(each for each in (self.found.values if self.found else ()) if each.field.casefold() == name)


def _row(each: ListValue, line: FieldMap) -> ValueRow:
    if each.value in line.values:
        return ValueRow(each.value, line.values[each.value], each.rows, ValueState.REPLACED)
    if each.is_known:
        return ValueRow(each.value, each.value, each.rows, ValueState.KNOWN)
    state = ValueState.NEAREST if each.nearest else ValueState.MISSING
    return ValueRow(each.value, "", each.rows, state, each.nearest)


def _plain(job: Job) -> Job:
    """What decides which values there are: the source, and where each field comes from."""
    lines = tuple(FieldMap(line.remote, line.origin) for line in job.mapping if line.remote)
    return replace(job, name="", mapping=lines)
