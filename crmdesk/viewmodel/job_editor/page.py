"""The job editor: one draft, what is known about it, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crmdesk.desk.answers import JobProblem
from crmdesk.desk.drafts import Draft
from crmdesk.desk.run_children import run_arguments
from crmdesk.errors import UserError
from crmdesk.model.account import Account, Identity
from crmdesk.model.figures import counted
from crmdesk.model.job import Action, Direction, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.mapping import Mapping
from crmdesk.model.schema import Field, ObjectSummary
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.job_editor.draft import empty_job, with_key, with_operation
from crmdesk.viewmodel.job_editor.field_words import keys_of, objects_in_order
from crmdesk.viewmodel.job_editor.first_mapping import first_mapping
from crmdesk.viewmodel.job_editor.keeping import JobKeeping
from crmdesk.viewmodel.job_editor.lines_shown import LinesContext, mapping_lines
from crmdesk.viewmodel.job_editor.mapping import JobMapping
from crmdesk.viewmodel.job_editor.mapping_lines import Findings, MappingLine
from crmdesk.viewmodel.job_editor.past import Edited
from crmdesk.viewmodel.job_editor.probes import seen_job
from crmdesk.viewmodel.job_editor.problem_lines import ProblemContext, ProblemLine, problem_lines
from crmdesk.viewmodel.job_editor.rehearsal import Rehearsal, RehearsalResult
from crmdesk.viewmodel.job_editor.rows import JobRows
from crmdesk.viewmodel.job_editor.selection import JobSelection
from crmdesk.viewmodel.job_editor.surroundings import Surroundings
from crmdesk.viewmodel.job_editor.words import footer, lacking, objects_word, proposed_name, run_text
from crmdesk.viewmodel.later import Later
from crmdesk.viewmodel.launch import Question, launch, question_for

QUIET = 0.3
"""Seconds without an edit after which the draft is looked at again."""

_RECENT = "recent-objects"
_RECENT_KEPT = 6
_ACCOUNT = "last-account"


class JobEditorModel(ViewModel):
    """A draft of a job. What was learnt about another state of it is dropped, or marked as not of this one.

    `shown` is another number for every job that takes the place of the one before.
    """

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self.app = app
        start = empty_job(Operation.EXPORT, self._usual_account())
        self._draft = Edited(start)
        self._later = Later()
        self._is_named = False
        self._is_touched = False
        self._applied: Mapping = ()
        self._tried: tuple[str, str, Operation] | None = None
        self.keeping = JobKeeping(app.history, start)
        self.around = Surroundings(app, self.changed)
        self.mapping = JobMapping(lambda: self.job, self.around, self.change)
        self.rows = JobRows(app, self.around, self.changed)
        self.selection = JobSelection(self.change)
        self.rehearsal = Rehearsal(app.children, self.changed)
        self.doing = ""
        self.shown = 0

    # --- the draft ---

    @property
    def job(self) -> Job:
        return self._draft.value

    @property
    def is_reading(self) -> bool:
        """Whether rows go from the CRM into the file."""
        return self.job.direction is Direction.READS

    @property
    def can_undo(self) -> bool:
        return self._draft.can_undo

    @property
    def can_redo(self) -> bool:
        return self._draft.can_redo

    @property
    def is_changed(self) -> bool:
        """Whether the draft is another than what is kept."""
        return self.keeping.is_changed(self.job)

    @property
    def has_work(self) -> bool:
        """Whether leaving would lose work of a person; what the program filled in by itself is none."""
        return self._is_touched and self.is_changed

    def change(self, job: Job, strand: object = None) -> None:
        """Make `job` the draft. Changes in a row of one `strand` are undone in one step."""
        named = self._with_name(job)
        if self._draft.change(named, strand):
            self._is_touched = True
            self._after_change(QUIET if named.local == self.job.local else 0)

    def undo(self) -> None:
        if self._draft.undo():
            self._after_change()

    def redo(self) -> None:
        if self._draft.redo():
            self._after_change()

    def _after_change(self, seconds: float = QUIET) -> None:
        self.around.forget(self.job)
        self.selection.show(self.job, self.around.remote)
        self.changed()
        self._later.wish(self._catch_up, seconds)

    def _with_name(self, job: Job) -> Job:
        if self._is_named:
            return job
        return replace(job, name=proposed_name(job, self.around.remote, self.keeping.taken()))

    def _amend(self, job: Job) -> None:
        """Change the draft without a step to undo: what the program fills in by itself."""
        self._draft.value = job

    # --- opening and keeping ---

    def new(self, operation: Operation = Operation.EXPORT, path: str = "") -> None:
        """Begin a new job, with its file if there is one."""
        start = empty_job(operation, self._usual_account())
        self.keeping.begin(start)
        self._show(replace(start, local=LocalFile(_absolute(path))), is_named=False)

    def open(self, name: str) -> None:
        """Show a saved job; raises UserError and PlanError."""
        self._show(self.keeping.load(name), is_named=True)

    def open_file(self, path: Path) -> None:
        """Show the job of a TOML file as a new one that is not kept yet; raises UserError and PlanError."""
        job = self.app.history.open_job_file(path)
        self.keeping.begin(empty_job(job.operation))
        self._show(job, is_named=True)

    def duplicate(self) -> None:
        """Go on with a copy that is not kept yet."""
        self._show(self.keeping.copy_of(self.job), is_named=True, is_touched=True)

    def go_on(self) -> None:
        """Show the job that a window left unsaved when it died; a new one when there is none."""
        draft = self.app.history.draft()
        if draft is None:
            self.new()
            return
        self.keeping.take_up(draft)
        self._show(draft.job, is_named=draft.is_named, is_touched=True)

    def rename(self, name: str) -> None:
        """Give the job a name; an empty one leaves it to the program again. Typing it is one step to undo."""
        self._is_named = bool(name.strip())
        self.change(replace(self.job, name=name.strip()), "name")

    def save(self) -> None:
        """Keep the draft; raises UserError and PlanError."""
        self.keeping.save(self.job)
        self._stay()

    def save_as(self, name: str) -> None:
        """Keep the draft under another name and go on with that; raises UserError and PlanError."""
        self._amend(self.keeping.save_as(self.job, name))
        self._stay()

    def _stay(self) -> None:
        """The job has a name now: whoever comes back to this page comes back to it."""
        self._is_named = True
        self._keep_draft()
        if self.app.place.page is PageName.JOB:
            self.app.place = Place(PageName.JOB, self.job.name)
        self.changed()

    def write(self, path: Path) -> None:
        """Write the draft as a TOML file; raises UserError and PlanError."""
        self.keeping.write(self.job, path)

    def _show(self, job: Job, *, is_named: bool, is_touched: bool = False) -> None:
        self.shown += 1
        self._draft = Edited(job)
        self._is_named, self._is_touched = is_named, is_touched
        self._applied, self._tried = (), None
        self.rows.forget()
        self.rows.row = 1
        self._after_change(0)

    def _usual_account(self) -> str:
        """The label of the account that was used last, or of the only one."""
        labels = [account.label for account in self.app.history.accounts() if account.is_enabled]
        last = self.app.history.setting(_ACCOUNT)
        return last if last in labels else labels[0] if labels else ""

    # --- both ends ---

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts a job may name."""
        return tuple(account for account in self.app.history.accounts() if account.is_enabled)

    @property
    def account(self) -> Account | None:
        """The account of the draft, if there is such a one."""
        return next((each for each in self.accounts if self.job.account in (each.label, each.name)), None)

    @property
    def identity(self) -> Identity | None:
        """Who the account of the draft is, as last seen; None while nobody has asked."""
        seen, account = self.around.identity, self.account
        return seen if seen is None or account is None else self.app.history.known_identity(account.name) or seen

    @property
    def objects(self) -> tuple[ObjectSummary, ...]:
        """All objects of the account, those used of late first."""
        return objects_in_order(self.around.objects, self._recent())

    @property
    def keys(self) -> tuple[Field, ...]:
        """The fields that can find a record for the action."""
        return keys_of(self.around.remote, self.job.export.action if self.job.export is not None else None)

    def set_operation(self, operation: Operation) -> None:
        self.change(with_operation(self.job, operation))

    def set_account(self, label: str) -> None:
        self.change(replace(self.job, account=label))

    def set_object(self, name: str) -> None:
        """Choose the object; a filter and an order that named fields of another go."""
        if name == self.job.object:
            return
        job = replace(self.job, object=name, filter=None, order_by=())
        self.app.history.set_setting(
            _RECENT, "\n".join([name, *(each for each in self._recent() if each != name)][:_RECENT_KEPT])
        )
        if job.export is not None:
            job = replace(job, export=replace(job.export, key=""))
        self.change(replace(job, mapping=()) if self.job.mapping == self._applied else job)

    def set_action(self, action: Action) -> None:
        """Choose what becomes of each row; the key stays where the action takes one."""
        export = self.job.export or ExportOptions(action)
        key = "" if action is Action.INSERT else export.key
        self.change(replace(self.job, export=replace(export, action=action, key=key)))

    def set_key(self, name: str) -> None:
        self.change(with_key(self.job, name))

    def set_path(self, path: str) -> None:
        """Choose the local file; how another one was read does not count for it."""
        place = _absolute(path)
        if place != self.job.local.path:
            job = replace(self.job, local=LocalFile(place))
            self.rows.row = 1
            self.change(replace(job, mapping=()) if self.job.mapping == self._applied else job)

    @property
    def file(self) -> LocalFile:
        """How the local end is read, as far as it is read like a file."""
        local = self.job.local
        if isinstance(local, LocalFile):
            return local
        return LocalFile(local.path, decimal=local.decimal, date_format=local.date_format, time_zone=local.time_zone)

    def set_reading(self, local: LocalFile) -> None:
        """How the file is read; a table has no encoding and no delimiter."""
        now = self.job.local
        if isinstance(now, LocalFile):
            self.change(replace(self.job, local=replace(local, path=now.path)))
        else:
            read = replace(now, decimal=local.decimal, date_format=local.date_format, time_zone=local.time_zone)
            self.change(replace(self.job, local=read))

    def _recent(self) -> tuple[str, ...]:
        return tuple(name for name in self.app.history.setting(_RECENT).split("\n") if name)

    # --- what is known ---

    @property
    def findings(self) -> Findings:
        """Problems and rows; issues over all rows once the very draft was rehearsed."""
        found = self.rows.findings
        return found if self.rehearsed is None else replace(found, issues=self.rehearsed.issues())

    @property
    def rehearsed(self) -> RehearsalResult | None:
        """The result of the rehearsal of the very draft."""
        return self.rehearsal.of(self.job)

    @property
    def problems(self) -> tuple[JobProblem, ...]:
        """What keeps the job from running, each with its place."""
        ends = tuple(self.around.errors.values())
        return (
            *ends,
            *self.selection.problems,
            *(each for each in self.rows.findings.problems if not _is_said(each, ends)),
        )

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
        context = ProblemContext(self.job, self.around.remote, self.around.look)
        return problem_lines(context, self.problems, self.findings, self.rehearsed)

    def choices_of(self, number: int) -> tuple[str, ...]:
        """The values that the field of a line takes, where the CRM takes no other."""
        remote = self.around.remote
        field = remote.field(self.job.mapping[number].remote) if remote is not None else None
        return field.values if field is not None and field.is_restricted and not self.is_reading else ()

    @property
    def lacking(self) -> str:
        """What is missing before the job can be checked or run, as a sentence; empty when nothing is."""
        return lacking(self.job)

    @property
    def run_rows(self) -> int | None:
        """Rows that a run would send, or read: as rehearsed, or as many as the source has."""
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
        return footer(self.job, self.around.count, columns, self.rehearsed)

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

    # --- looking ---

    async def _catch_up(self) -> None:
        """Learn what the draft refers to, fill in what follows from it, and look at its rows."""
        self._keep_draft()
        await self.around.learn(self.job)
        self._fill_in()
        self._keep_draft()
        self.selection.show(self.job, self.around.remote)
        self.changed()
        if not lacking(seen_job(self.job)):
            await self.rows.look(self.job)
        else:
            self.rows.forget()
        await self.around.learn_count(self.job)
        self.changed()

    def _keep_draft(self) -> None:
        """Whatever becomes of the window, what it holds unsaved is found again."""
        of = self.keeping.saved.name if self.keeping.saved is not None else ""
        self.app.history.keep_draft(Draft(self.job, of, self._is_named) if self.has_work else None)

    def _fill_in(self) -> None:
        """Map what goes together by name when there is no mapping yet, and propose a name."""
        job = self.job
        tried = (job.local.path, job.object, job.operation)
        if not job.mapping and self._tried != tried and self.around.remote is not None and self.around.look is not None:
            self._tried = tried
            mapped = first_mapping(job, self.around.look, self.around.remote)
            self._applied = mapped.mapping
            self._draft.change(self._with_name(mapped))
        else:
            self._amend(self._with_name(job))

    def step(self, by: int) -> None:
        """Move the row stepper."""
        self.go_to_row(self.rows.row + by)

    def go_to_row(self, row: int) -> None:
        """Put the row stepper on a row, the nearest there is."""
        if self.rows.go_to(row):
            self.changed()
            self._later.wish(self._catch_up, QUIET / 3)

    async def go_to_trouble(self) -> bool:
        """Put the stepper on the first row with a problem; whether there is one among the first thousand."""
        row = await self.rows.row_in_trouble(self.job)
        if row is not None:
            self.go_to_row(row)
        return row is not None

    async def settled(self) -> None:
        """Wait until everything that can be known about the draft is known."""
        await self._later.finished()

    def close(self) -> None:
        """Give up what is under way, and the draft with it: whoever closes was asked what is to become of it."""
        self.app.history.keep_draft(None)
        self._later.forget()
        self.rehearsal.stop()

    # --- check, rehearse, run ---

    async def check(self) -> int:
        """Save and look at the draft anew, the CRM's schema included; the number of problems."""
        self._begin("Checking…")
        try:
            self.save()
            self._later.forget()
            self.rows.forget()
            self.around.forget_all()
            await self._catch_up()
        finally:
            self._end()
        return len(self.problems)

    async def rehearse(self) -> None:
        """Save, and rehearse all rows; raises the error with which it was refused."""
        self._begin("")
        self.save()
        await self.rehearsal.begin(self.job)

    def question(self) -> Question:
        """What is asked before the run; raises UserError without an account."""
        account = self.account
        if account is None:
            raise UserError("There is no such CRM account any more.", hint="Choose another one.", place="account")
        rows = self.run_rows or 0
        label = objects_word(self.around.remote, rows)
        return question_for(self.job, account, self.around.identity, rows, label=label, notes=self._notes())

    async def run(self, confirm: int = 0) -> str:
        """Save and start the job, with the number of rows that was typed; the number of the run."""
        self._begin("Starting…")
        try:
            self.save()
            self.app.history.set_setting(_ACCOUNT, self.job.account)
            return await launch(self.app, run_arguments(self.job.name, confirm=confirm))
        finally:
            self._end()

    def _notes(self) -> tuple[str, ...]:
        result = self.rehearsed
        if result is None or not result.tally.rejected:
            return ()
        one, several = "row is rejected already and stays behind", "rows are rejected already and stay behind"
        return (f"{counted(result.tally.rejected, one, several)}.",)

    def _begin(self, words: str) -> None:
        if self.doing or self.rehearsal.is_running:
            raise UserError("Wait until what was asked before is done.")
        self.doing = words
        self.changed()

    def _end(self) -> None:
        self.doing = ""
        self.changed()


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute()) if path.strip() else ""


def _is_said(problem: JobProblem, said: tuple[JobProblem, ...]) -> bool:
    return any(problem.message == each.message for each in said)
