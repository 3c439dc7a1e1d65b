"""A corrected file on its way into the CRM: what it changes, and the file of exact values that a retry reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crmdesk.desk.mending.inheriting import inherited
from crmdesk.desk.mending.when_mangled import WhenMangled
from crmdesk.engine.preparing.mangled import Unreadable, all_readable
from crmdesk.engine.retry import Corrections, read_corrections
from crmdesk.errors import FileFormatError, UserError
from crmdesk.model.figures import counted
from crmdesk.model.file_kind import FileKind, kind_of
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import Reject
from crmdesk.tabular.files.csv import open_csv

_OTHER_WORKBOOKS = {".ods", ".xls", ".xlsb", ".numbers"}
_NAMED = 3  # mangled values that a refusal names


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value that a corrected file changes, or that a spreadsheet has changed by itself (then `why` says how)."""

    reject: str
    row: int
    column: str
    original: str
    corrected: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a corrected file says: `corrections`, and of the open rejects how many it changes, leaves, and lacks.

    `aside_by_row` has the reasons of those that are not to be sent; `notices` tell what was not sure of the file.
    """

    corrections: Corrections
    changes: tuple[CellChange, ...]
    corrected: int
    unchanged: int
    missing: int
    aside_by_row: Mapping[int, str] = field(default_factory=dict)
    notices: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        """What the file says, in words."""
        aside = f" · set aside {len(self.corrections.set_aside):,}" if self.corrections.set_aside else ""
        here = f"corrected {self.corrected:,} · unchanged {self.unchanged:,}{aside}"
        others = len(self.corrections.strangers)
        strangers = f" · no open rejects of this run {others:,}" if others else ""
        said = f"{here} · not in the file, left alone {self.missing:,}{strangers}"
        return ". ".join((said, *self.notices)).rstrip(".")


def given_back(
    file: Path,
    rejects: Sequence[Reject],
    local: LocalFile,
    when: WhenMangled,
    earlier: Callable[[], Sequence[tuple[Reject, int]]] = tuple,
    unreadable: Unreadable = all_readable,
) -> GivenBack:
    """Read a corrected file, CSV or workbook, for these open rejects; raises FileFormatError and UserError.

    A row of an `earlier` reject, each with the row of the reject that stands for it now, counts as a row of that; they
    are asked for where the file has rows of other rejects.
    """
    found, notices = _read(file, rejects, local, unreadable)
    older: dict[str, tuple[Reject, Reject]] = {}
    if found.strangers:
        by_row = {reject.row: reject for reject in rejects}
        older = {one.id: (one, by_row[row]) for one, row in earlier() if row in by_row and one.values}
    if older:
        found, notices = _read(file, [*rejects, *(reject for reject, _ in older.values())], local, unreadable)
    found = inherited(_decided(found, when, file.name), older)
    known = {reject.id: reject for reject in rejects}
    changes = [
        CellChange(reject, known[reject].row, column, known[reject].values.get(column) or "", value)
        for reject, values in found.values.items()
        if reject not in found.set_aside
        for column, value in values.items()
        if value != (known[reject].values.get(column) or "")
    ]
    corrected = len({change.reject for change in changes})
    changes += [CellChange(one.reject, one.row, one.column, one.original, one.found, one.why) for one in found.mangled]
    unchanged = len(found.values) - len(found.set_aside) - corrected
    return GivenBack(
        found,
        tuple(changes),
        corrected,
        unchanged,
        len(rejects) - len(found.values),
        {known[reject].row: reason for reject, reason in found.set_aside.items() if reject in known},
        notices,
    )


def _read(
    file: Path, rejects: Sequence[Reject], local: LocalFile, unreadable: Unreadable
) -> tuple[Corrections, Sequence[str]]:
    """What the file says of these rejects, and what was not sure of it."""
    if kind_of(str(file)) is FileKind.XLSX:
        from crmdesk.engine.workbook.read import read_workbook

        found = read_workbook(file, rejects, local.date_format, unreadable)
        return found, tuple(_of_columns(found))
    if file.suffix.casefold() in _OTHER_WORKBOOKS:
        raise FileFormatError(
            f"{file.name} is a workbook of a kind that cannot be taken in.",
            hint="Open it in the spreadsheet and save it as .xlsx, with all its sheets.",
        )
    source = open_csv(LocalFile(str(file.absolute())))
    found = read_corrections(source, rejects, file.name, unreadable)
    return found, (*source.notices, *_of_columns(found))


def _of_columns(found: Corrections) -> Iterator[str]:
    """What is said of columns that were renamed, or put there by somebody."""
    if found.unread and found.values:
        lacking = f"; the file has no {_listed(found.lacking)}" if found.lacking else ""
        yield f"No row has a column {_listed(found.unread)}, so what stands there was not taken{lacking}"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f"“{column}”" for column in columns)


def _decided(found: Corrections, when: WhenMangled, name: str) -> Corrections:
    if not found.mangled or when is WhenMangled.ORIGINAL:
        return found
    if when is WhenMangled.ASK:
        some = "; ".join(f"row {one.row}, {one.column}: {one.original} → {one.found}" for one in found.mangled[:_NAMED])
        some += f"; and {len(found.mangled) - _NAMED:,} more" if len(found.mangled) > _NAMED else ""
        raise UserError(
            f"In {name} {counted(len(found.mangled), 'value looks', 'values look')} changed by a spreadsheet ({some}).",
            hint="--mangled original keeps them as they were, --mangled file takes those of the file.",
        )
    values = {reject: dict(cells) for reject, cells in found.values.items()}
    for one in found.mangled:
        values[one.reject][one.column] = one.found
    return replace(found, values=values, mangled=())


def to_send(
    rejects: Sequence[Reject], found: GivenBack | None, drafts: Mapping[int, Mapping[str, str]]
) -> Iterator[tuple[Reject, Mapping[str, str]]]:
    """The rejects that go, each with the values in place of its own: those of the file, or those kept as drafts."""
    for reject in rejects:
        if found is None:
            yield reject, drafts.get(reject.row, {})
        elif reject.id in found.corrections.values and reject.id not in found.corrections.set_aside:
            yield reject, found.corrections.values[reject.id]
