"""From the CRM to a local file: wire text becomes local text, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from zoneinfo import ZoneInfo

import polars as pl

from crmdesk.model.mapping import Conversion
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import converted_of, problems_of
from crmdesk.tabular.files.contract import FileColumn, FileLayout, Kind
from crmdesk.tabular.types.cells import Cells
from crmdesk.tabular.types.wire import from_wire
from crmdesk.tabular.write_plan import Converted


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of an import: field or path `remote` fills the column `local`; `values` replaces whole remote values.

    `fills_text`: where the CRM has no text, an empty text is written.
    """

    remote: str
    local: str
    field: Field
    conversion: Conversion = Conversion.DEFAULT
    values: Mapping[str, str] = dataclass_field(default_factory=dict)
    fills_text: bool = False


def convert_read(lines: Sequence[ReadLine], frame: pl.DataFrame, zone: ZoneInfo) -> Converted:
    """Convert the rows of `frame` (ROW and String columns by path, null where there is no value).

    The columns of `ready` bear the local names; null stays null, unless a line fills texts. Points in time
    are moved to `zone`.
    """
    columns = {line.local: _cells(line, frame[line.remote], zone) for line in lines}
    problems = problems_of(columns, frame[ROW], lambda check: check.value)
    return converted_of(columns, frame[ROW], problems)


def _cells(line: ReadLine, text: pl.Series, zone: ZoneInfo) -> Cells:
    cells = _converted(line, text, zone)
    if line.fills_text and line.field.type in _TEXTS:
        return Cells(cells.value.fill_null(""), cells.faults)
    return cells


def _converted(line: ReadLine, text: pl.Series, zone: ZoneInfo) -> Cells:
    converter = from_wire(line.field, line.conversion, zone)
    if not line.values:
        return converter(text)
    # A replaced value is local text already.
    local = text.replace_strict(list(line.values), list(line.values.values()), default=None, return_dtype=pl.String)
    cells = converter(text.set(local.is_not_null(), None))
    return Cells(local.zip_with(local.is_not_null(), cells.value), cells.faults)


def layout_of(lines: Sequence[ReadLine], zone: ZoneInfo) -> FileLayout:
    """The columns that convert_read makes of `lines`, with what their texts stand for."""
    return FileLayout(tuple(FileColumn(line.local, _kind(line)) for line in lines), zone)


_TEXTS = frozenset({FieldType.TEXT, FieldType.EMAIL, FieldType.PICKLIST, FieldType.MULTIPICKLIST})
"""A reference that leads nowhere is no empty text."""

_KINDS = {
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.DECIMAL: Kind.DECIMAL,
    FieldType.DATE: Kind.DATE,
    FieldType.DATETIME: Kind.MOMENT,
}


def _kind(line: ReadLine) -> Kind:
    """What the texts of a line stand for; text where they are handed on as they are, or replaced by other words."""
    kind = _KINDS.get(line.field.type, Kind.TEXT)
    if line.values or line.conversion is Conversion.COPY_PASTE:
        return Kind.TEXT
    if kind is Kind.MOMENT and line.conversion is Conversion.DATE_ONLY:
        return Kind.DATE
    if kind is Kind.MOMENT and line.conversion is Conversion.WITHOUT_OFFSET:
        return Kind.CLOCK
    return kind
