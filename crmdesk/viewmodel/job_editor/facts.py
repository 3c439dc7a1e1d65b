"""The parts of the job editor, and what they know together of the draft."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from crmdesk.desk.window.answers import JobProblem
from crmdesk.model.job import Direction, Job, Operation
from crmdesk.model.mapping import Lookup, Owner, RecordType
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.job_editor.draft import empty_job
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.ends import JobEnds
from crmdesk.viewmodel.job_editor.keeping import JobKeeping, usual_account
from crmdesk.viewmodel.job_editor.line_choices import OriginKind, preset_for
from crmdesk.viewmodel.job_editor.lines_shown import LinesContext, mapping_lines
from crmdesk.viewmodel.job_editor.mapping import JobMapping
from crmdesk.viewmodel.job_editor.mapping_lines import Findings, MappingLine
from crmdesk.viewmodel.job_editor.problem_lines import ProblemContext, ProblemLine, problem_lines
from crmdesk.viewmodel.job_editor.reading.backfill import JobBackfill
from crmdesk.viewmodel.job_editor.reading.changes import JobChanges
from crmdesk.viewmodel.job_editor.reading.next_window import JobWindow
from crmdesk.viewmodel.job_editor.reading.options import JobReading
from crmdesk.viewmodel.job_editor.reading.pasted_query import PastedQuery
from crmdesk.viewmodel.job_editor.reading.period import JobPeriod
from crmdesk.viewmodel.job_editor.reading.population import JobPopulation
from crmdesk.viewmodel.job_editor.reading.schema_news import JobSchemaNews
from crmdesk.viewmodel.job_editor.reading.target import JobTarget
from crmdesk.viewmodel.job_editor.rehearsal import Rehearsal, RehearsalResult
from crmdesk.viewmodel.job_editor.rows import JobRows
from crmdesk.viewmodel.job_editor.saved_form import SavedForm
from crmdesk.viewmodel.job_editor.selection import JobSelection
from crmdesk.viewmodel.job_editor.surroundings import COUNTED, Surroundings
from crmdesk.viewmodel.job_editor.words import footer, lacking, proposed_name, run_text
from crmdesk.viewmodel.job_editor.writing.assignment import AssignmentRules
from crmdesk.viewmodel.job_editor.writing.options import JobOptions
from crmdesk.viewmodel.job_editor.writing.source import JobSource
from crmdesk.viewmodel.job_editor.writing.values import JobValues
from crmdesk.viewmodel.job_editor.writing.variables import JobVariables
from crmdesk.viewmodel.job_editor.writing.what_changes import WhatChanges


class JobFacts(ViewModel, ABC):
    """What a page shows of a draft. What was learnt about another state of it is dropped, or marked as not of this."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self.app = app
        start = empty_job(Operation.EXPORT, usual_account(app))
        form = SavedForm(app.history, start)
        self.around = Surroundings(app, self.changed)
        self.draft = EditedJob(start, lambda job: proposed_name(job, self.around.remote, form.taken()), self._moved)
        self.keeping = JobKeeping(app, self.draft, form, self.changed)
        self.ends = JobEnds(app, self.draft, self.around, self._rewind)
        self.mapping = JobMapping(lambda: self.job, self.around, self.change)
        self.rows = JobRows(app, self.around, self.changed)
        self.selection = JobSelection(self.change)
        self.changes = JobChanges(self.draft, self.around)
        self.period = JobPeriod(self.draft)
        self.window = JobWindow(app, self.changed)
        self.backfill = JobBackfill(self.draft, self.window)
        self.target = JobTarget(app, self.draft)
        self.values = JobValues(app, self.draft, self.around, self.changed)
        self.options = JobOptions(self.draft, self.around)
        self.assignment = AssignmentRules(app, self.draft, self.options, self.changed)
        self.variables = JobVariables(self.draft)
        self.reading = JobReading(self.draft, self.around)
        self.population = JobPopulation(app, self.draft, self.around)
        self.news = JobSchemaNews(app, self.changed)
        self.query = PastedQuery(app, self.draft)
        self.rehearsal = Rehearsal(app.children, app.vault, self.changed)
        self.source = JobSource(app, self.draft, lambda: self.mapping.left_behind, self.changed)
        self.what_changes = WhatChanges(lambda: self.job, lambda: self.rehearsed)
        self.functions: tuple[str, ...] = ()
        self.doing = ""

    @abstractmethod
    def _moved(self, seconds: float) -> None:
        """The draft is another: look at it after `seconds`."""

    # --- the draft ---

    @property
    def job(self) -> Job:
        return self.draft.job

    @property
    def is_reading(self) -> bool:
        """Whether rows go from the CRM into the file."""
        return self.job.direction is Direction.READS

    def change(self, job: Job, strand: object = None) -> None:
        """Make `job` the draft. Changes in a row of one `strand` are undone in one step."""
        self.draft.change(job, strand)

    def _rewind(self) -> None:
        self.rows.row = 1

    @property
    def subject(self) -> str:
        """The job and what is done with it, for somebody who does not see it."""
        doing = "Rehearsing" if self.rehearsal.is_running else self.doing.removesuffix("…") or "Editing"
        return f"{doing} the job “{self.job.name}”, {self.job.operation.value} {self.job.object}".strip(" ,")

    # --- what is known ---

    @property
    def findings(self) -> Findings:
        """Problems and rows; issues over all rows once the very draft was rehearsed."""
        found = self.rows.findings
        return found if self.rehearsed is None else replace(found, issues=self.rehearsed.issues())

    @property
    def rehearsed(self) -> RehearsalResult | None:
        """The result of the rehearsal of the very draft, with the texts that were asked for last."""
        return self.rehearsal.of(self.job, self.variables.asked)

    @property
    def problems(self) -> tuple[JobProblem, ...]:
        """What keeps the job from running, each with its place."""
        errors = self.around.errors
        ends = tuple(each for place, each in errors.items() if place != COUNTED)
        found = tuple(each for each in self.rows.findings.problems if not _is_said(each, ends))
        rows = (errors[COUNTED],) if COUNTED in errors and not _is_said(errors[COUNTED], found) else ()
        return (*ends, *self.selection.problems, *found, *rows)

    def trouble(self, place: str) -> str:
        """What is wrong at `place` of the job ("account", "local.path", …), in a sentence; empty when nothing is."""
        found = next((each for each in self.problems if each.place == place), None)
        return f"{found.message} {found.hint}".strip() if found is not None else ""

    @property
    def lines(self) -> tuple[MappingLine, ...]:
        """The mapping with the values of the row under the stepper."""
        findings = self.findings
        sample = findings.row(self.rows.row)
        return mapping_lines(
            LinesContext(self.job, self.around.remote, findings, sample, self.rows.raw(), self.around.label_of)
        )

    @property
    def problem_lines(self) -> tuple[ProblemLine, ...]:
        """The problems as the drawer lists them."""
        found = tuple(self.source.notices.splitlines())
        context = ProblemContext(self.job, self.around.remote, self.around.look, found)
        return problem_lines(context, self.problems, self.findings, self.rehearsed)

    def choices_of(self, number: int) -> tuple[str, ...]:
        """The values that the field of a line takes, where the CRM takes no other."""
        remote = self.around.remote
        field = remote.field(self.job.mapping[number].remote) if remote is not None else None
        return field.values if field is not None and field.is_restricted and not self.is_reading else ()

    def preset_of(self, number: int) -> OriginKind | None:
        """The ready-made search for the field of a line, where there is one."""
        return preset_for(self.around.remote, self.job.mapping[number].remote)

    def counts_of(self, number: int) -> str:
        """How many rows of the whole source found their record, once the very draft was rehearsed."""
        line = self.job.mapping[number]
        if not isinstance(line.origin, Lookup | Owner | RecordType):
            return ""
        if self.rehearsed is None:
            return "Rehearse all rows to see how many find their record."
        found = (each for each in self.rehearsed.lookups if each.field.casefold() == line.remote.casefold())
        return next((each.sentence for each in found), "")

    @property
    def id_field(self) -> str:
        """The field with the record id; empty while the object is not known."""
        return self.around.remote.id_field if self.around.remote is not None else ""

    @property
    def lacking(self) -> str:
        """What is missing before the job can be checked or run, as a sentence; empty when nothing is."""
        return lacking(self.job)

    @property
    def run_rows(self) -> int | None:
        """Rows that a run would send, or read: as rehearsed, or as many as the source has; None where nobody knows."""
        if self.window.brings_a_part:
            return None
        return self.rehearsed.sent if self.rehearsed is not None else self.around.count

    @property
    def run_text(self) -> str:
        return run_text(self.job, self.around.remote, self.run_rows)

    @property
    def footer(self) -> tuple[str, str]:
        """Two lines about what the buttons beside them will do."""
        if self.doing:
            return self.doing, ""
        columns = (self.mapping.used, len(self.mapping.columns))
        is_known = self.around.route is not None and not self.window.brings_a_part
        route = self.around.route.sentence if self.around.route is not None and is_known else ""
        rows = None if self.window.brings_a_part else self.around.count
        return footer(self.job, rows, columns, self.rehearsed, route)

    @property
    def why_not_run(self) -> str:
        """Why the job cannot be started now; empty when it can."""
        if self.doing or self.rehearsal.is_running:
            return self.doing or "A rehearsal is running."
        if self.lacking:
            return self.lacking
        if self.problems:
            first = self.problems[0]
            return f"{first.message} {first.hint}".strip()
        return "There is no row to send." if self.run_rows == 0 and self.job.export is not None else ""


def _is_said(problem: JobProblem, said: tuple[JobProblem, ...]) -> bool:
    return any(problem.message == each.message for each in said)
