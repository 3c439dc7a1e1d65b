"""The local ends of jobs as the desk opens them: files, and databases with the passwords that are kept for them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from crmdesk.desk.accounts.accounts import Accounts
from crmdesk.desk.ends.looking import rows_of
from crmdesk.engine.planning.plan import Plan, ReadPlan
from crmdesk.engine.planning.unsafe_lines import pair_flags
from crmdesk.errors import FileFormatError, Problem, UserError
from crmdesk.model.job import Job, Local, LocalFile
from crmdesk.model.local import LocalTable, Mode
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.read_options import Take
from crmdesk.store import Store
from crmdesk.store.secrets import Saved
from crmdesk.tabular.ends import open_source, refuse_target, table_statement
from crmdesk.tabular.known_columns import known_columns
from crmdesk.tabular.local_source import LocalSource

_SERVER = "postgresql"
_SECRET = "password"  # noqa: S105 - the name of a secret
_ADDRESS = "address"


class LocalEnds:
    """Opens the local ends of a profile's jobs. The password of a database stands in the credential store alone.

    CRMDESK_SECRET_DATABASE_<USER>_<HOST>_<NAME> wins over it for one command, as with accounts.
    """

    def __init__(self, accounts: Accounts, store: Store) -> None:
        self._accounts = accounts
        self._store = store
        self._secrets = store.secrets

    def rows(self, job: Job) -> LocalSource:
        """The rows of an export or a delete; raises FileFormatError, and what another account raises."""
        if isinstance(job.local, LocalAccount):
            from crmdesk.desk.ends.account_source import AccountSource

            return AccountSource(self._accounts, job.local, job)
        return self.source(job.local)

    def shown(self, job: Job) -> LocalSource:
        """Those rows for somebody who looks: columns that another account lacks are notices; raises as `rows` does."""
        if isinstance(job.local, LocalAccount):
            from crmdesk.desk.ends.account_source import AccountSource

            return AccountSource(self._accounts, job.local, job, is_shown=True)
        return self.source(job.local)

    def whole(self, job: Job) -> LocalSource:
        """Those rows with all columns there are, whatever the job takes of them; raises as `rows` does."""
        if isinstance(job.local, LocalAccount):
            from crmdesk.desk.ends.account_source import AccountSource

            return AccountSource(self._accounts, job.local, job, is_whole=True)
        return self.source(job.local)

    def count(self, job: Job) -> int | None:
        """How many rows there are; None where another account cannot say without giving them. Raises as `rows` does."""
        if isinstance(job.local, LocalAccount):
            from crmdesk.desk.ends.account_source import AccountSource

            return AccountSource(self._accounts, job.local, replace(job, mapping=())).count()
        return rows_of(self.source(job.local))

    def source(self, local: Local) -> LocalSource:
        """The rows of a local end, with all columns there are; raises as `rows` does."""
        if isinstance(local, LocalAccount):
            from crmdesk.desk.ends.account_source import AccountSource

            return AccountSource(self._accounts, local, None)
        if isinstance(local, LocalRun):
            from crmdesk.desk.ends.run_source import RunSource
            from crmdesk.desk.jobs.loaded import job_of

            start = self._store.runs.get(local.run).start
            if local.take is Take.OUTPUT and start.operation.is_reading:
                return self.source(job_of(start).job.local)  # what it has read lies there
            return RunSource(self._store, local)
        return open_source(local, self.password(local))

    def refuse_target(self, plan: ReadPlan) -> None:
        """Raise FileFormatError when it can be told beforehand that the rows of an import cannot go where they should.

        Nothing is written.
        """
        self.refuse_profile(plan.job.local)
        refuse_target(plan.job.local, self.password(plan.job.local), plan.layout)

    def refuse_profile(self, local: Local) -> None:
        """Raise FileFormatError for a place inside the profile: a job must not change accounts or history."""
        database = None
        if isinstance(local, LocalTable):
            from crmdesk.tabular.databases.connection import file_of

            database = file_of(local.database)
        place = Path(local.path) if isinstance(local, LocalFile) else database
        if place is not None and place.resolve().is_relative_to(self._store.home.resolve()):
            raise FileFormatError(
                f"{place} is in the profile of CRM Desk, which no job writes to.",
                hint="Choose another folder.",
                place="local.database" if database else "local.path",
            )

    def pair_flags(self, plan: Plan) -> tuple[Problem, ...]:
        """What is unsafe about the pairs of fields and columns of a job that can run."""
        local = plan.job.local
        is_made_anew = isinstance(plan, ReadPlan) and isinstance(local, LocalFile) and local.mode is Mode.REPLACE
        return pair_flags(plan, {} if is_made_anew else known_columns(local, self.password(local)))

    @staticmethod
    def create_statement(plan: Plan) -> str:
        """The statement by which an import would make its table; raises UserError when it makes none."""
        if not isinstance(plan, ReadPlan) or not isinstance(plan.job.local, LocalTable):
            raise UserError("Only a job that reads from a CRM into a database makes a table.", place="local.database")
        return table_statement(plan.job.local, plan.layout, plan.id_column)

    def password(self, local: Local) -> str:
        """The password of the database, empty when none is kept for this one or none is needed."""
        name = _name(local)
        if not name:
            return ""
        found = self._secrets.read(name, _SECRET)
        # Two addresses can have one name: a password goes to the server it was given for, and to no other.
        address = _address(local)
        return found.get(_SECRET, "") if found.get(_ADDRESS, address) == address else ""

    def keep_password(self, local: Local, password: str) -> Saved:
        """Keep the password of the database that `local` names; raises UserError when it has none."""
        return self._secrets.save(_named(local), {_SECRET: password, _ADDRESS: _address(local)})

    def forget_password(self, local: Local) -> None:
        """Forget that password; raises UserError when `local` is no database with one."""
        self._secrets.remove(_named(local))


def _name(local: Local) -> str:
    """What the secret is called in the credential store, "" for a local end that needs none."""
    if not isinstance(local, LocalTable) or not local.database.startswith(_SERVER):
        return ""
    return re.sub(r"[^a-z0-9]+", "_", f"database_{_address(local)}").rstrip("_")


def _address(local: Local) -> str:
    """Whom the password is for: user, server, port and name."""
    url = urlsplit(local.database if isinstance(local, LocalTable) else "")
    return f"{url.netloc}/{url.path.strip('/')}".casefold()


def _named(local: Local) -> str:
    name = _name(local)
    if not name:
        raise UserError(
            "This job does not use a database that has a password.",
            hint="Only one that names a PostgreSQL database does.",
            place="local.database",
        )
    return name
