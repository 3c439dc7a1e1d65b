"""Jobs as the desk offers them: from files, or saved under their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.accounts.accounts import Opened
from crmdesk.desk.jobs.loaded import LoadedJob, from_file, from_saved
from crmdesk.engine.deletions.planning import with_by_itself, with_time
from crmdesk.engine.filters.campaign import rule_set
from crmdesk.engine.index.deletions import with_marks
from crmdesk.engine.index.occasion import Occasion
from crmdesk.engine.index.reading import in_window
from crmdesk.engine.planning.plan import Plan
from crmdesk.engine.planning.reading import plan_read
from crmdesk.engine.planning.writing import plan_write
from crmdesk.errors import PlanError, UserError
from crmdesk.model.account import Account
from crmdesk.model.job import Job, Operation, SavedJob
from crmdesk.model.mapping import Expression
from crmdesk.store import Store


class Jobs:
    """The jobs of a profile."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> Sequence[SavedJob]:
        """The saved jobs."""
        return self._store.jobs.list()

    def load(self, name: str, account: str | None = None) -> LoadedJob:
        """The job in the file `name`, or the saved job of that name; `account` overrides the job's own."""
        path = Path(name)
        if path.suffix == ".toml" or path.is_file():
            loaded = from_file(path)
            self._refuse_namesake(loaded)
        else:
            loaded = from_saved(self._store.jobs.get(name))
        return replace(loaded, job=replace(loaded.job, account=account)) if account else loaded

    def save(self, file: Path) -> LoadedJob:
        """Keep the job of a file under its name, over one of the same name."""
        loaded = from_file(file)
        job = loaded.job
        self._store.jobs.save(job.name, loaded.text, job.operation, job.account, job.object, str(loaded.folder))
        return loaded

    def users_of(self, account: Account, name: str) -> Mapping[str, Sequence[str]]:
        """The saved jobs that map a field of an object, by the name of the field in small letters."""
        users: dict[str, list[str]] = {}
        for saved in self._store.jobs.list():
            if saved.account in (account.name, account.label) and saved.object.casefold() == name.casefold():
                with suppress(PlanError):  # saved by a version that knew other words
                    for line in from_saved(saved).job.mapping:
                        users.setdefault(line.remote.casefold(), []).append(saved.name)
        return users

    def remove(self, name: str) -> None:
        """Forget a saved job; its runs stay in the history."""
        self._store.jobs.remove(name)

    def _refuse_namesake(self, loaded: LoadedJob) -> None:
        saved = self._store.jobs.find(loaded.job.name)
        if saved is not None and saved.text != loaded.text:
            raise UserError(
                f"There is a saved job “{loaded.job.name}” with other content.",
                hint="Give this file another name, or save it over the old one with `crmdesk job import FILE`.",
                place="name",
            )


def plan_of(opened: Opened, job: Job, header: tuple[str, ...], occasion: Occasion) -> Plan:
    """The plan of `job` against the CRM's schema of today; `header` are the source's columns (writing jobs)."""
    remote = opened.describe(job.object)
    if job.operation.is_reading:
        rules = rule_set(opened.account.settings)
        before = opened.schemas.of_job(job.name, opened.session.organization_id, remote.name)
        if job.operation is Operation.IMPORT_DELETED:
            whole = with_time(remote)
            widened = with_by_itself(job, whole)
            plan = plan_read(widened, whole, opened.describe, occasion.evaluate, rules, before)
            return replace(plan, job=job, period=occasion.period)
        plan = plan_read(job, remote, opened.describe, occasion.evaluate, rules, before)
        return replace(with_marks(in_window(plan, occasion.window)), period=occasion.period)
    return plan_write(job, remote, header, opened.connector.capabilities, opened.describe, _variables(opened, job))


def _variables(opened: Opened, job: Job) -> dict[str, str]:
    """What formulas can name of the account; the CRM is asked who is signed in only for those who want to know."""
    formulas = [line.origin.text for line in job.mapping if isinstance(line.origin, Expression)]
    user = opened.session.whoami().user if any("vars.user" in text for text in formulas) else ""
    return {"account": opened.account.name, "user": user}
