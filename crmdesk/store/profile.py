"""Everything a profile keeps: accounts, jobs, runs, rejects, and the way to its secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Self

from crmdesk.store.accounts import Accounts
from crmdesk.store.clean_up import CleanUp
from crmdesk.store.corrections import Corrections
from crmdesk.store.database import Database
from crmdesk.store.decisions import Decisions
from crmdesk.store.jobs import Jobs
from crmdesk.store.migrate import copy_database
from crmdesk.store.opening import open_database
from crmdesk.store.options import Options
from crmdesk.store.recollection import Recollection
from crmdesk.store.recurrences import Recurrences
from crmdesk.store.rejects import Rejects
from crmdesk.store.runs import Runs
from crmdesk.store.secrets import KEYCHAINS, SecretStore, nobody_asks


class Store:
    """A profile: the directory `home` with one SQLite file, and a folder for each run.

    A new one holds the account "Practice org". Open it with Store.open, once in a process.
    """

    def __init__(self, home: Path, database: Database, secrets: SecretStore) -> None:
        self.home = home
        self.accounts = Accounts(database)
        self.jobs = Jobs(database)
        self.runs = Runs(database, home)
        self.rejects = Rejects(database)
        self.recurrences = Recurrences(database)
        self.corrections = Corrections(database)
        self.clean_up = CleanUp(database)
        self.decisions = Decisions(database)
        self.options = Options(database)
        self.secrets = secrets
        self.recollection = Recollection(database)
        self._database = database

    @classmethod
    def open(cls, home: Path, *, keychains: Collection[str] = KEYCHAINS, ask: Callable[[], str] | None = None) -> Self:
        """Open the profile in `home`, which is made when it is missing, and bring it to this version's shape.

        `keychains` are the credential stores that may be used; `ask` gives the pass phrase of the vault. Takes
        CRMDESK_SECRET_… and CRMDESK_PASSPHRASE out of the environment.
        Raises StoreError.
        """
        home = home.absolute()
        database = open_database(home)
        try:
            return cls(home, database, SecretStore.open(database, home, keychains, ask or nobody_asks))
        except BaseException:
            database.close()
            raise

    def copy_to(self, place: Path) -> None:
        """Write a whole copy of the profile's file, without any secret; raises StoreError."""
        copy_database(self._database, place)

    def close(self) -> None:
        """Let the file go."""
        self._database.close()
