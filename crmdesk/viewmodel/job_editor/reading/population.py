"""Only these records: a list of ids or keys takes the place of the filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from crmdesk.desk.jobs.pasted_ids import ID_COLUMN, keep_ids
from crmdesk.model.local import LocalTable
from crmdesk.model.read_options import Population, Take
from crmdesk.model.schema import Field
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.local_end import local_of
from crmdesk.viewmodel.job_editor.part_draft import by_label
from crmdesk.viewmodel.job_editor.surroundings import Surroundings


class Names(StrEnum):
    """Where the names of the records stand."""

    FILE = "file"
    TABLE = "table"
    RUN = "run"

    @property
    def words(self) -> str:
        """What it is called on a button."""
        return {Names.FILE: "A file", Names.TABLE: "A table", Names.RUN: "An earlier run"}[self]


class JobPopulation:
    """The population of the draft; every intent is one step to undo."""

    def __init__(self, app: AppModel, draft: EditedJob, around: Surroundings) -> None:
        self._app = app
        self._draft = draft
        self._around = around

    @property
    def found(self) -> Population | None:
        """The population; None where a filter chooses."""
        return self._draft.job.reading.population

    @property
    def names(self) -> Names:
        """Where the names stand."""
        found = self.found
        if found is not None and found.run:
            return Names.RUN
        return Names.TABLE if found is not None and found.table is not None else Names.FILE

    @property
    def keys(self) -> tuple[Field, ...]:
        """The fields that can name a record."""
        remote = self._around.remote
        fields = remote.fields if remote is not None else ()
        return by_label([each for each in fields if each.is_key or each.is_unique])

    @property
    def runs(self) -> tuple[tuple[str, str], ...]:
        """The runs whose rows can be taken, newest first: number, and what it was."""
        found = [each for each in self._app.history.runs()[:200] if each.start.account == self._account()]
        return tuple((each.run, f"Run {each.run} · {each.start.job} · {each.start.object}") for each in found)

    def switch(self, *, is_on: bool) -> None:
        """Read these records, or those that a filter lets through; filter, order and index go with the first."""
        job = self._draft.job
        if is_on:
            job = replace(job, filter=None, order_by=(), index=None)
        found = Population(ID_COLUMN) if is_on else None
        self._draft.change(replace(job, reading=replace(job.reading, population=found)))

    def set_names(self, names: Names) -> None:
        """Take the names from elsewhere."""
        if self.found is None or names is self.names:
            return
        plain = replace(self.found, path="", table=None, run="", take=Take.OUTPUT)
        match names:
            case Names.FILE:
                self._put(plain)
            case Names.TABLE:
                self._put(replace(plain, table=LocalTable("", self._draft.job.object.lower())))
            case Names.RUN:
                first = next(iter(self.runs), ("", ""))[0]
                self._put(replace(plain, run=first, column="_id") if first else plain)

    def set_path(self, text: str) -> None:
        """The file with the names, or the database with their table."""
        local = local_of(text, self._draft.job)
        if self.found is not None:
            table = local if isinstance(local, LocalTable) else None
            path = "" if table is not None else local.path
            self._put(replace(self.found, path=path, table=table, run="", take=Take.OUTPUT))

    def set_run(self, run: str) -> None:
        """The earlier run."""
        if self.found is not None:
            self._put(replace(self.found, run=run))

    def set_take(self, take: Take) -> None:
        """Its results, or its rejects."""
        if self.found is not None:
            self._put(replace(self.found, take=take))

    def set_column(self, name: str) -> None:
        """The column with the names."""
        if self.found is not None:
            self._put(replace(self.found, column=name.strip() or ID_COLUMN))

    def set_key(self, name: str) -> None:
        """The field that the names are of; "" for the record id."""
        if self.found is not None:
            self._put(replace(self.found, key=name))

    def set_carry(self, names: Sequence[str]) -> None:
        """Columns that travel with the rows."""
        if self.found is not None:
            kept = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
            self._put(replace(self.found, carry=kept))

    def paste(self, text: str) -> int:
        """Take the ids or keys of a text, kept in a file of the profile; how many there are. Raises UserError."""
        path, count = keep_ids(self._app.history.home, text)
        found = self.found or Population(ID_COLUMN)
        job = replace(self._draft.job, filter=None, order_by=(), index=None)
        pasted = Population(ID_COLUMN, found.key, (), str(path))
        self._draft.change(replace(job, reading=replace(job.reading, population=pasted)))
        return count

    def _account(self) -> str:
        named = self._draft.job.account
        accounts = self._app.history.accounts()
        return next((each.name for each in accounts if named in (each.name, each.label)), named)

    def _put(self, population: Population) -> None:
        job = self._draft.job
        self._draft.change(replace(job, reading=replace(job.reading, population=population)))
