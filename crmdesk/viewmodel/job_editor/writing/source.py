"""What the source of a writing job holds, column by column, once somebody wants to know: all of it is read for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crmdesk.desk.window.answers import ColumnFacts, SourceCard
from crmdesk.errors import CrmDeskError
from crmdesk.model.figures import counted, number
from crmdesk.model.job import Job
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.edited_job import EditedJob
from crmdesk.viewmodel.job_editor.probes import source_of
from crmdesk.viewmodel.window_words import for_the_window

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One column, in words; `is_mapped` tells whether a line takes a value from it."""

    name: str
    type: str
    filled: str
    distinct: str
    longest: str
    smallest: str
    largest: str
    evidence: str
    is_mapped: bool


class JobSource:
    """The card of the draft's source; that of another source is as good as none."""

    def __init__(
        self, app: AppModel, draft: EditedJob, left_behind: Callable[[], tuple[str, ...]], changed: Callable[[], None]
    ) -> None:
        self._app = app
        self._draft = draft
        self._left_behind = left_behind
        self._changed = changed
        self._of: Job | None = None
        self._card: SourceCard | None = None
        self._error = ""
        self.is_looking = False

    @property
    def applies(self) -> bool:
        """Whether there is a source to be looked at."""
        job = self._draft.job
        return not job.operation.is_reading and bool(job.local.path)

    @property
    def card(self) -> SourceCard | None:
        """What is known of the source as it is named now; None while nobody has looked."""
        return self._card if self._of == source_of(self._draft.job) else None

    @property
    def is_wanted(self) -> bool:
        """Whether nobody has read the source as it is named now, nor is about to."""
        return self.applies and not self.is_looking and self._of != source_of(self._draft.job)

    async def look(self) -> None:
        """Read the source once; why it cannot be read is said in its summary."""
        source = source_of(self._draft.job)
        if not self.is_wanted:
            return
        self.is_looking, self._card, self._error = True, None, ""
        self._changed()
        try:
            text = self._app.history.job_text(source)
            self._card = await self._app.engine.source_card(text, self._app.history.home)
        except CrmDeskError as error:
            self._error = error.message
        finally:
            self._of, self.is_looking = source, False
            self._changed()

    def forget(self) -> None:
        """Look anew the next time: the file may be another."""
        self._of, self._card, self._error = None, None, ""

    @property
    def summary(self) -> str:
        """“412,300 rows · 14 columns · UTF-8 · comma · CRLF · 3 rows could be read only in part”."""
        card = self.card
        if card is None:
            return "Reading all of it…" if self.is_looking else self._error
        written = (card.encoding.upper(), _DELIMITERS.get(card.delimiter, card.delimiter), card.line_end, card.sheet)
        bad = f"{counted(card.bad_rows, 'row')} could be read only in part" if card.bad_rows else ""
        return " · ".join(
            part for part in (counted(card.rows, "row"), counted(len(card.columns), "column"), *written, bad) if part
        )

    @property
    def notices(self) -> str:
        """What else a person may want to know, a sentence a line."""
        return "\n".join(map(for_the_window, self.card.notices)) if self.card is not None else ""

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        """The columns, in the order of the source."""
        left = set(self._left_behind())
        return tuple(_line(each, is_mapped=each.name not in left) for each in (self.card.columns if self.card else ()))


def _line(each: ColumnFacts, *, is_mapped: bool) -> SourceLine:
    about = "≈ " if each.is_estimated else ""
    return SourceLine(
        name=each.name,
        type=each.type,
        filled=f"{each.percent:g} %",
        distinct=f"{about}{number(each.distinct)}",
        longest=f"{number(each.longest)} in row {number(each.longest_row)}" if each.filled else "",
        smallest=each.smallest,
        largest=each.largest,
        evidence=for_the_window(each.evidence),
        is_mapped=is_mapped,
    )
