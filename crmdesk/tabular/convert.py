"""From a local file to the CRM: source text becomes checked wire text, column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from crmdesk.model.job import Action
from crmdesk.model.mapping import Conversion, WhenEmpty
from crmdesk.model.reject import Check
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.dependent import with_dependent_lists
from crmdesk.tabular.error_texts import without_error_texts
from crmdesk.tabular.key_parts import joined, plain_numbers
from crmdesk.tabular.keys import fold_key
from crmdesk.tabular.origin import is_blank, reading_of, source_text
from crmdesk.tabular.reading import Reading, reading
from crmdesk.tabular.search import Search, look_up
from crmdesk.tabular.shared_fields import with_one_value
from crmdesk.tabular.types.cells import Cells, Fault, as_they_are, failed, fault_at, put, quoted
from crmdesk.tabular.types.wire import to_wire
from crmdesk.tabular.write_plan import Converted, WriteLine, WritePlan

_NEVER_WORDS = frozenset({FieldType.BOOLEAN, FieldType.INTEGER, FieldType.DECIMAL, FieldType.DATE, FieldType.DATETIME})
"""Types whose converted values are never a word such as the one that clears a field."""

__all__ = ["Converted", "Reading", "WriteLine", "WritePlan", "convert", "fold_key", "key_text", "reading"]


def convert(
    plan: WritePlan, frame: pl.DataFrame, found: Mapping[str, pl.DataFrame], created: pl.Series | None = None
) -> Converted:
    """Convert the rows of `frame` (ROW and String columns by source header).

    `found` has for each line with a search, by the name of its field, the records of the CRM (FOUND_SCHEMA). `created`
    tells which rows will make a new record, None: all of an insert, none of another action.
    Every problem of a row is reported; a row with one is not among the ready rows.
    """
    columns = {line.field.name: _cells(plan, line, frame, found, created) for line in plan.lines}
    columns = with_one_value(plan, with_dependent_lists(plan, columns))
    problems = problems_of(columns, frame[ROW], plan.code)
    return converted_of(columns, frame[ROW], problems)


def converted_of(columns: Mapping[str, Cells], rows: pl.Series, problems: pl.DataFrame) -> Converted:
    """The rows with and without problems apart."""
    whole = pl.DataFrame([rows, *(cells.value.alias(name) for name, cells in columns.items())])
    if problems.is_empty():
        return Converted(whole, problems, whole.clear())
    at = pl.concat([cells.faults["at"] for cells in columns.values()])
    is_bad = pl.repeat(value=False, n=len(rows), dtype=pl.Boolean, eager=True)
    is_bad.scatter(at, pl.repeat(value=True, n=len(at), dtype=pl.Boolean, eager=True))
    return Converted(whole.filter(~is_bad), problems, whole.filter(is_bad))


def problems_of(columns: Mapping[str, Cells], rows: pl.Series, code: Callable[[Check], str]) -> pl.DataFrame:
    """The faults of all columns as problems (PROBLEM_SCHEMA) of the `rows` they stand in, in row order."""
    found = {name: cells.faults for name, cells in columns.items() if not cells.faults.is_empty()}
    if not found:
        return no_problems()
    faults = pl.concat(found.values())
    fields = pl.concat([pl.Series("field", [name]).new_from_index(0, each.height) for name, each in found.items()])
    codes = {check.value: code(check) for check in Check}
    named = faults.select(
        pl.lit(rows).gather(pl.col("at")).alias(ROW),
        pl.lit(fields).alias("field"),
        pl.col("check").replace(list(codes), list(codes.values())).alias("code"),
        "message",
    )
    return named.cast(pl.Schema(PROBLEM_SCHEMA)).sort(ROW, maintain_order=True)


def key_text(line: WriteLine, frame: pl.DataFrame, reading: Reading) -> pl.Series:
    """The converted key of each row, null where it is empty or cannot be; of a search the text it searches for."""
    if line.parts:
        return _joined(line, frame, reading)
    source = source_text(line, frame)
    is_none = is_blank(source.value, line, is_key=True)
    if not source.faults.is_empty():
        is_none |= _places(source.faults["at"], frame.height)
    text = source.value.set(is_none, None) if is_none.any() else source.value
    if line.search is not None:
        return _searched(line.search, text, reading).str.strip_chars()
    return to_wire(line.field, line.map.conversion, reading_of(line, reading))(text).value


def _searched(search: Search, text: pl.Series, reading: Reading) -> pl.Series:
    """What is searched for: a number as the source writes them, in its one form; a text that is none as it is."""
    if not search.is_number:
        return text
    number = Field(search.key, search.key, FieldType.DECIMAL)
    return to_wire(number, Conversion.DEFAULT, reading)(text).value.fill_null(text)


def _joined(line: WriteLine, frame: pl.DataFrame, reading: Reading) -> pl.Series:
    """The keys of a line of several fields, null where a part is."""
    texts = [(part, key_text(part, frame, reading)) for part in line.parts]
    return joined([plain_numbers(text) if part.field.type is FieldType.DECIMAL else text for part, text in texts])


def _key_cells(plan: WritePlan, line: WriteLine, frame: pl.DataFrame, found: Mapping[str, pl.DataFrame]) -> Cells:
    """The keys of a line of several fields, or the ids that they find. A part that cannot be has its own fault."""
    text = _joined(line, frame, plan.reading)
    is_empty = [is_blank(source_text(part, frame).value, part, is_key=True) for part in line.parts]
    blank = pl.DataFrame([each.alias(str(place)) for place, each in enumerate(is_empty)])
    cells = as_they_are(text) if line.search is None else look_up(text, line.search, found[line.field.name])
    return _emptied(plan, line, cells, blank.select(pl.any_horizontal(pl.all())).to_series())


def _cells(
    plan: WritePlan, line: WriteLine, frame: pl.DataFrame, found: Mapping[str, pl.DataFrame], created: pl.Series | None
) -> Cells:
    if line.parts:
        return _key_cells(plan, line, frame, found)
    source = source_text(line, frame)
    blank = is_blank(source.value, line, is_key=plan.is_key(line))
    text = source.value.set(blank, None) if blank.any() else source.value
    if line.search is not None:
        cells = look_up(_searched(line.search, text, plan.reading), line.search, found[line.field.name])
        # What was looked up in vain, and may be, counts as empty from here on.
        blank = cells.value.is_null() & ~_places(cells.faults["at"], frame.height)
    else:
        cells = to_wire(line.field, line.map.conversion, reading_of(line, plan.reading))(text)
    cells = _without_clear_word(plan, line, cells)
    if plan.reading.may_hold_errors:
        cells = without_error_texts(cells, source.value, besides=plan.clear_word)
    if line.map.default_on_create and blank.any():
        cells, blank = _with_default(plan, line, cells, blank, created)
    cells = _emptied(plan, line, cells, blank)
    return cells if source.faults.is_empty() else failed(cells, source.faults)


def _with_default(
    plan: WritePlan, line: WriteLine, cells: Cells, blank: pl.Series, created: pl.Series | None
) -> tuple[Cells, pl.Series]:
    """The default of the line in empty cells of rows that make a new record."""
    default = to_wire(line.field, line.map.conversion, plan.reading)(pl.Series([line.map.default_on_create]))
    if created is None:
        created = pl.repeat(plan.action is Action.INSERT, len(blank), dtype=pl.Boolean, eager=True)
    is_new = blank & created
    return put(cells, is_new, default.value[0]), blank & ~is_new


def _places(at: pl.Series, height: int) -> pl.Series:
    return pl.int_range(height, dtype=pl.UInt32, eager=True).is_in(at.implode())


def _without_clear_word(plan: WritePlan, line: WriteLine, cells: Cells) -> Cells:
    if not plan.clear_word or (line.field.type in _NEVER_WORDS and line.map.conversion is not Conversion.COPY_PASTE):
        return cells
    message = f"{quoted(plan.clear_word)} cannot be sent as a value: the CRM would clear {line.field.name}."
    return fault_at(cells, cells.value == plan.clear_word, Check.CELL_ERROR, message)


def _emptied(plan: WritePlan, line: WriteLine, cells: Cells, blank: pl.Series) -> Cells:
    if not blank.any():
        return cells
    becomes = _when_empty(plan, line)
    if isinstance(becomes, Fault):
        return fault_at(cells, blank, becomes.check, becomes.message)
    return put(cells, blank, becomes) if becomes is not None else cells


def _when_empty(plan: WritePlan, line: WriteLine) -> str | Fault | None:
    """What an empty cell becomes: None = leave the remote value alone, "" = clear it, or a fault."""
    name, when = line.field.name, line.map.when_empty
    if plan.is_key(line):
        if plan.inserts_without_key:
            return None
        key = line.search.key if line.search is not None else name
        what = "A part of the key" if line.parts else "The key"
        return Fault(Check.KEY_EMPTY, f"{what} {key} is empty, so nothing tells which record is meant.")
    if when is WhenEmpty.REJECT:
        return Fault(Check.REQUIRED_EMPTY, f"{name} is empty, and the job rejects that.")
    is_cleared = when is WhenEmpty.CLEAR
    if (is_cleared and not line.field.is_nillable) or (
        plan.action is Action.INSERT and line.field.is_required_on_create
    ):
        return Fault(Check.REQUIRED_EMPTY, f"{name} is empty, and the CRM needs it.")
    return "" if is_cleared else None
