"""The cells of the mapping: each column of the table from a line of the view-model."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.model.figures import number
from crmdesk.model.mapping import Conversion, WhenEmpty
from crmdesk.viewmodel.job_editor.field_words import conversion_name, conversion_word, when_empty_word
from crmdesk.viewmodel.job_editor.mapping_lines import BecomesTone, LineState, MappingLine, Source

STATE, FROM, RAW, FIELD, BECOMES, EMPTY, ISSUES = range(7)

_STATES = {
    LineState.FINE: ("circle-check", "ok"),
    LineState.WARNING: ("triangle-alert", "warn"),
    LineState.BLOCKED: ("circle-x", "bad"),
}
_SOURCES = {
    Source.COLUMN: "columns-3",
    Source.FIXED: "equal",
    Source.FORMULA: "square-function",
    Source.FIND: "search",
    Source.FIELD: "cloud",
}
_TONES = {
    BecomesTone.VALUE: "text",
    BecomesTone.QUIET: "text3",
    BecomesTone.WARNING: "warn",
    BecomesTone.BAD: "bad",
}
TIGHT, _SMALL = 640, 900  # px: a card that is narrower has little room beside a drawer, or without one
_RAW = 132  # px: the stepper, with a row of four digits
WHEN_EMPTY = tuple(each.value for each in WhenEmpty)


def tr(text: str) -> str:
    return QCoreApplication.translate("Mapping", text)


def columns_of(*, is_reading: bool, is_narrow: bool, room: int) -> tuple[Column, ...]:
    """The columns of the table on a card of `room` px; narrow beside an open drawer."""
    is_tight = room < (TIGHT if is_narrow else _SMALL)
    last = (
        Column(tr("Becomes"), 0 if is_narrow else 176 if is_tight else 208),
        Column("" if is_reading else tr("Empty"), 0 if is_narrow or is_reading else 88),
        Column(tr("Issues"), 64 if is_tight else 72),
    )
    if is_reading:
        return (
            Column("", 40),
            Column(tr("Field"), 280, is_stretching=True),
            Column("", _RAW if is_narrow and is_tight else 152 if is_narrow else 196),
            Column(tr("Column"), 112 if is_narrow and is_tight else 148 if is_narrow else 220),
            *last,
        )
    return (
        Column("", 40),
        Column(tr("From"), 112 if is_narrow and is_tight else 160 if is_tight else 176),
        Column("", _RAW if is_narrow and is_tight else 176 if is_tight else 196),
        Column(tr("Field"), 240, is_stretching=True),
        *last,
    )


def cell_of(line: MappingLine, column: int) -> Cell:
    """One cell of a line."""
    is_reading = line.source is Source.FIELD
    match column:
        case 0:
            return _state(line)
        case 1:
            return _field(line) if is_reading else _origin(line)
        case 2:
            return Cell(line.raw, CellStyle.MONO)
        case 3:
            return Cell(line.origin, CellStyle.MONO, is_editable=True) if is_reading else _field(line)
        case 4:
            return _becomes(line)
        case 5:
            return _empty(line)
        case _:
            return Cell(number(line.issues), CellStyle.PILL, tone="warn") if line.issues else Cell()


def _state(line: MappingLine) -> Cell:
    icon, tone = _STATES[line.state]
    words = {LineState.FINE: tr("fine"), LineState.WARNING: tr("rows in trouble"), LineState.BLOCKED: tr("cannot work")}
    said = words[line.state]
    return Cell("", icon=icon, icon_tone=tone, said=said, tip="\n".join(line.problems) or said)


def _origin(line: MappingLine) -> Cell:
    icon = "arrow-left-right" if line.has_values else _SOURCES[line.source]
    tone = "formula" if line.source is Source.FORMULA else ""
    return Cell(
        line.origin,
        CellStyle.MONO,
        icon=icon,
        icon_tone=tone or "text3",
        tone=tone,
        is_editable=True,
        said=f"{line.source.value}: {line.origin}",
        tip=f"{line.source.value}: {line.origin}",
    )


def _field(line: MappingLine) -> Cell:
    name = line.name if line.label != line.name else ""
    return Cell(
        line.label or tr("choose a field"),
        CellStyle.FIELD,
        sub=name,
        note=line.type,
        tone="" if line.name else "text3",
        is_required=line.is_required,
        is_editable=True,
    )


def _becomes(line: MappingLine) -> Cell:
    chip = "" if line.conversion is Conversion.DEFAULT else f"  · {conversion_word(line.conversion)}"
    named = tr("Conversion “{0}”").format(conversion_name(line.conversion)) if chip else ""
    tip = "\n".join(line.problems or filter(None, (line.becomes, named)))
    return Cell(line.becomes + chip, tone=_TONES[line.tone], tip=tip)


def _empty(line: MappingLine) -> Cell:
    if line.when_empty is None:
        return Cell("–" if line.source is not Source.FIELD else "", CellStyle.FAINT)
    tone = "warn" if line.when_empty is WhenEmpty.CLEAR else ""
    return Cell(
        line.when_empty.value, CellStyle.CHOICE, tone=tone, choices=WHEN_EMPTY, tip=when_empty_word(line.when_empty)
    )
