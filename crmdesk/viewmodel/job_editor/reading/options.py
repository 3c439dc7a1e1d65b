"""How a job reads: by which interface, which fields follow the object, which rows are doubles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crmdesk.model.job import Engine
from crmdesk.model.read_options import Duplicates, Keep, ReadOptions, SchemaRule, WhenNew
from crmdesk.model.schema import Field, FieldType
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.part_draft import by_label
from crmdesk.viewmodel.job_editor.surroundings import Surroundings

_DATES = (FieldType.DATE, FieldType.DATETIME)


class JobReading:
    """The reading options of the draft; every intent is one step to undo."""

    def __init__(self, draft: EditedJob, around: Surroundings) -> None:
        self._draft = draft
        self._around = around

    @property
    def engine(self) -> Engine:
        """By which interface the rows are read."""
        return self._draft.job.engine

    @property
    def options(self) -> ReadOptions:
        return self._draft.job.reading

    @property
    def follows_all(self) -> bool:
        """Whether all readable fields are read, beside those that have a line."""
        return self.options.all_except is not None

    @property
    def dates(self) -> tuple[Field, ...]:
        """The fields by which one row is more recent than another."""
        return by_label([each for each in self._fields() if each.type in _DATES])

    def set_engine(self, engine: Engine) -> None:
        self._draft.change(replace(self._draft.job, engine=engine))

    def follow_all(self, *, is_on: bool) -> None:
        """Read every readable field, those too that are added to the object one day; or those that have a line."""
        new = WhenNew.ADD if is_on else WhenNew.LEAVE
        rule = replace(self.options.schema, new=new)
        self._put(replace(self.options, all_except=() if is_on else None, schema=rule))

    def set_except(self, names: Sequence[str]) -> None:
        """The fields that are not read although all others are."""
        self._put(replace(self.options, all_except=_listed(names)))

    def set_rule(self, rule: SchemaRule) -> None:
        """What a run does when fields have come, changed or gone."""
        self._put(replace(self.options, schema=rule))

    def set_duplicates(self, names: Sequence[str]) -> None:
        """The fields in which doubles agree; none for every row as it is."""
        key = _listed(names)
        found = self.options.duplicates or Duplicates(key)
        self._put(replace(self.options, duplicates=replace(found, key=key) if key else None))

    def set_keep(self, keep: Keep, by: str = "") -> None:
        """Which of the doubles stays; `by` is the date of the most recent one."""
        found = self.options.duplicates
        if found is not None:
            date = (by or found.by or self._usual_date()) if keep is Keep.MOST_RECENT else ""
            self._put(replace(self.options, duplicates=replace(found, keep=keep, by=date)))

    def _usual_date(self) -> str:
        names = [each.name for each in self._fields() if each.type in _DATES]
        return "LastModifiedDate" if "LastModifiedDate" in names else next(iter(names), "")

    def _fields(self) -> tuple[Field, ...]:
        return self._around.remote.fields if self._around.remote is not None else ()

    def _put(self, options: ReadOptions) -> None:
        self._draft.change(replace(self._draft.job, reading=options))


def _listed(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
