"""What the window reads of a profile itself: everything but secrets and what only a run needs."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from crmdesk.store.accounts import Accounts
from crmdesk.store.corrections import Corrections
from crmdesk.store.database import Database
from crmdesk.store.decisions import Decisions
from crmdesk.store.jobs import Jobs
from crmdesk.store.opening import open_database
from crmdesk.store.options import Options
from crmdesk.store.recollection import Recollection
from crmdesk.store.recurrences import Recurrences
from crmdesk.store.rejects import Rejects
from crmdesk.store.run_history import RunHistory


class LightStore:
    """A profile without its secrets and ledgers, which loads neither their libraries nor the columns'.

    Open it with LightStore.open; a Store of another process may have the same profile open.
    """

    def __init__(self, home: Path, database: Database) -> None:
        self.home = home
        self.accounts = Accounts(database)
        self.jobs = Jobs(database)
        self.runs = RunHistory(database, home)
        self.rejects = Rejects(database)
        self.recurrences = Recurrences(database)
        self.corrections = Corrections(database)
        self.options = Options(database)
        self.decisions = Decisions(database)
        self.recollection = Recollection(database)
        self._database = database

    @classmethod
    def open(cls, home: Path) -> Self:
        """Open the profile in `home`, which is made when it is missing. Raises StoreError."""
        home = home.absolute()
        return cls(home, open_database(home))

    def close(self) -> None:
        """Let the file go."""
        self._database.close()
