"""Rejects as a source of rows, and the corrections that people made to them in a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from crmdesk.engine.preparing.columns import EXACT, REJECT, RESERVED, beside
from crmdesk.engine.preparing.mangled import Mangled, Unreadable, all_readable, why_mangled
from crmdesk.errors import FileFormatError
from crmdesk.model.reject import Check, Reject, RowProblem
from crmdesk.tabular.batch import LINE, PROBLEM_SCHEMA, ROW, Batch, no_problems
from crmdesk.tabular.error_texts import error_message
from crmdesk.tabular.files.formula_injection import armed
from crmdesk.tabular.local_source import LocalSource

_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Corrections:
    """Values from a corrected file, by reject id; `strangers` are its ids that are no open rejects of the run.

    `set_aside` has the reasons of those that are not to be sent. `mangled` are values that look as if a spreadsheet had
    changed them by itself: `values` has the original ones in their place. `unread` are columns that the rows do
    not have, `lacking` those of the rows that the file does not have.
    """

    values: Mapping[str, Mapping[str, str]]
    strangers: tuple[str, ...] = ()
    set_aside: Mapping[str, str] = field(default_factory=dict)
    mangled: tuple[Mangled, ...] = ()
    unread: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def read_corrections(
    file: LocalSource, rejects: Sequence[Reject], name: str, unreadable: Unreadable = all_readable
) -> Corrections:
    """The corrections in `file`, whose rows are matched by their reject id; raises FileFormatError.

    Our own columns are not read back. Moved, sorted, removed or added rows do no harm. What was `unreadable` may be
    written in another way now.
    """
    if REJECT not in file.header:
        raise FileFormatError(
            f"{name} has no column {REJECT}, so its rows cannot be matched with the rejects.",
            hint="Correct the file that `crmdesk rejects RUN --csv FILE` wrote, and keep that column.",
        )
    known = {reject.id: reject for reject in rejects}
    is_exact = EXACT in file.header
    source = rejects[0].values if rejects else {}
    columns = _columns_in(file.header, [*source, *_added(file.header, source)] if is_exact else source)
    values: dict[str, Mapping[str, str]] = {}
    strangers: list[str] = []
    mangled: list[Mangled] = []
    for batch in file.batches():
        if not batch.problems.is_empty():
            raise FileFormatError(
                f"{name}: {batch.problems['message'][0]}", hint="Mend that row, then take the file in again."
            )
        for row in batch.frame.select(REJECT, *columns).iter_rows(named=True):
            reject = row.pop(REJECT).strip()
            if reject not in known:
                strangers.append(reject)
                continue
            found = {columns[shown]: text for shown, text in row.items()}
            read = found if is_exact else _read_back(known[reject], found, unreadable(known[reject]), mangled)
            if values.setdefault(reject, read) != read:
                raise FileFormatError(
                    f"{name} holds the reject {reject} twice, with other values.", hint="Keep one of the two rows."
                )
    unread = tuple(column for column in file.header if column not in columns and column not in RESERVED)
    lacking = tuple(column for column in source if column not in columns.values())
    return Corrections(values, tuple(strangers), mangled=tuple(mangled), unread=unread, lacking=lacking)


def _added(header: Sequence[str], source: Mapping[str, str]) -> list[str]:
    """The columns that a program has added to those of the source."""
    known = {*RESERVED, *beside(RESERVED, source).values()}
    return [column for column in header if column not in known]


def _columns_in(header: Sequence[str], source: Iterable[str]) -> dict[str, str]:
    """The columns of a corrected file that belong to the source, and what each is called there."""
    names = {shown: column for column, shown in beside(RESERVED, source).items()}
    found = {shown: names.get(shown) or names.get(armed(shown)) for shown in header}
    return {shown: column for shown, column in found.items() if column is not None}


def _read_back(
    reject: Reject, found: Mapping[str, str], unreadable: Collection[str], mangled: list[Mangled]
) -> dict[str, str]:
    """Cells as their writer meant them: what was not touched is what it was, disarmed or not."""
    values = {}
    for column, text in found.items():
        original = reject.values.get(column) or ""
        value = original if text == original else armed(text)
        why = "" if column in unreadable else why_mangled(original, value)
        if why:
            mangled.append(Mangled(reject.id, reject.row, column, original, value, why))
        values[column] = original if why else value
    return values


@dataclass(frozen=True, slots=True)
class RejectSource:
    """Rejects of an earlier run as rows, under their original row numbers, corrected where somebody did."""

    rejects: Sequence[Reject]
    corrected: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    file_fingerprint: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """The source columns of the earlier run, and those that a program has added."""
        if not self.rejects:
            return ()
        first = self.rejects[0]
        return tuple(dict.fromkeys([*first.values, *self.corrected.get(first.id, {})]))

    @property
    def notices(self) -> tuple[str, ...]:
        """None: these rows were looked at before."""
        return ()

    def batches(self) -> Iterator[Batch]:
        """The rows in order."""
        for start in range(0, len(self.rejects), _ROWS):
            some = self.rejects[start : start + _ROWS]
            rows = [{**reject.values, **self.corrected.get(reject.id, {})} for reject in some]
            columns: dict[str, pl.Series] = {
                ROW: pl.Series([reject.row for reject in some], dtype=pl.Int64()),
                LINE: pl.Series([reject.line for reject in some], dtype=pl.Int64()),
            }
            for name in self.header:
                columns[name] = pl.Series([row.get(name) or "" for row in rows], dtype=pl.String())
            found = [problem for reject in some for problem in self._still_errors(reject)]
            problems = pl.DataFrame(found, schema=PROBLEM_SCHEMA) if found else no_problems()
            yield Batch(pl.DataFrame(columns), None, problems)

    def _still_errors(self, reject: Reject) -> Iterator[dict[str, object]]:
        """A cell that could not be read, and that nobody put a value in place of: it is no text now either.

        A text that is an error is found when it is converted, where the job still has nothing to put in its place.
        """
        own = RowProblem(reject.field, reject.code, reject.message)
        for each in (own, *reject.also):
            value = reject.values.get(each.field, "")
            is_same = self.corrected.get(reject.id, {}).get(each.field, value) == value
            is_told_later = each.message == error_message(value)
            if each.code == Check.CELL_ERROR and value and is_same and not is_told_later:
                yield {ROW: reject.row, "field": each.field, "code": each.code, "message": each.message}

    def fingerprint(self) -> str:
        """The corrected file's: stored rejects do not change under a run that claimed them."""
        return self.file_fingerprint
