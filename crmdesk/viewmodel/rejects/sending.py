"""What “Send again” would send: the rows that are ticked, or else the obvious ones, said in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crmdesk.model.figures import counted, number


@dataclass(frozen=True, slots=True)
class SendScope:
    """The rows that would be sent, and which these are, in words; without rows `words` says why there are none."""

    rows: Sequence[int]
    words: str
    corrected: int = 0

    @property
    def button(self) -> str:
        return f"Send {number(len(self.rows))} again…" if self.rows else "Send again…"

    @property
    def note(self) -> str:
        """How many of them were corrected, for the question before sending."""
        if not self.corrected and len(self.rows) == 1:
            return "It is not corrected: it goes as it was."
        if not self.corrected:
            return "None of them is corrected: they go as they were."
        if self.corrected == len(self.rows):
            return "All of them are corrected." if self.corrected > 1 else "It is corrected."
        verb = "is" if self.corrected == 1 else "are"
        return f"{number(self.corrected)} of them {verb} corrected, the others go as they were."


def send_scope(open_rows: Sequence[int], corrected: Collection[int], ticks: Collection[int] | None) -> SendScope:
    """`open_rows` are those of the rows shown that are open, `ticks` what was ticked, None while nobody ticked any."""
    if ticks is not None:
        rows = [row for row in open_rows if row in ticks]
        if not rows:
            return SendScope((), "No row is ticked.")
        return SendScope(rows, f"Sends the {counted(len(rows), 'ticked row')}.", _corrected(rows, corrected))
    if not open_rows:
        return SendScope((), "None of the rows shown is open.")
    rows = [row for row in open_rows if row in corrected]
    if rows:
        return SendScope(rows, f"Sends the {counted(len(rows), 'corrected row')} of those shown.", len(rows))
    what = "the row shown, as it is" if len(open_rows) == 1 else f"all {number(len(open_rows))} rows shown, as they are"
    return SendScope(open_rows, f"Sends {what}.")


def _corrected(rows: Sequence[int], corrected: Collection[int]) -> int:
    return sum(row in corrected for row in rows)
