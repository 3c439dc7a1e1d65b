"""What every target of an import is to the engine: a file in the making, or a table of a database."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from crmdesk.model.run import Landed


class Target(Protocol):
    """`resume` comes first, then `write` and `land` in turn, `finish`, `forget`, and always `close`.

    Until `finish` whatever was there before stays as it was. Every method raises FileFormatError, SignInError for a
    password that a database does not take.
    """

    @property
    def most_rows(self) -> int | None:
        """How many rows the target can hold, None without a limit."""
        ...

    def resume(self, landed: Landed | None) -> Landed | None:
        """Go on behind what `landed` says, None to begin anew; gives where it really goes on, which may be earlier."""
        ...

    def write(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take rows (ROW and String columns; null is "no value").

        Rows that the target cannot hold are left out; what is wrong with them is given back (PROBLEM_SCHEMA).
        """
        ...

    def sync(self) -> int:
        """Have the rows of a part file on the disk; gives its length in bytes, 0 where the target knows by itself."""
        ...

    def land(self, landed: Landed) -> None:
        """Make durable what was written, together with `landed`; the ledger has it already."""
        ...

    def finish(self, landed: Landed) -> Landed:
        """Put the rows where they belong, in one step; gives what became of them. May be repeated after a kill."""
        ...

    def forget(self) -> None:
        """Remove what was kept for a repetition: the ledger has what became of the rows."""
        ...

    def close(self) -> None:
        """Let go of everything; what did not land is lost."""
        ...
