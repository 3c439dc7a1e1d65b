"""Jobs as the desk offers them: from files, or saved under their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from crmdesk.desk.jobs.loaded import LoadedJob, from_file, from_saved, with_texts
from crmdesk.errors import PlanError, UserError
from crmdesk.model.account import Account
from crmdesk.model.job import SavedJob
from crmdesk.store import Store

_AS_THEY_ARE: Mapping[str, str] = {}


class Jobs:
    """The jobs of a profile."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> Sequence[SavedJob]:
        """The saved jobs."""
        return self._store.jobs.list()

    def load(self, name: str, account: str | None = None, texts: Mapping[str, str] = _AS_THEY_ARE) -> LoadedJob:
        """The job in the file `name`, or the saved job of that name; `account` overrides the job's own.

        `texts` are what its variables hold this time. Raises UserError and PlanError.
        """
        path = Path(name)
        if path.suffix == ".toml" or path.is_file():
            loaded = from_file(path)
            self._refuse_namesake(loaded)
        else:
            loaded = from_saved(self._store.jobs.get(name))
        loaded = with_texts(loaded, texts) if texts else loaded
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
