"""What is asked on the page of the rejects: a value for many rows, one value for another, and a file to be taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from crmdesk.desk.window.answers import CellChange, CorrectedFile
from crmdesk.gui.dialogs import Dialog, ask_text
from crmdesk.gui.kit.fields import CheckField, ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import Glyph, label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.pages.rejects.card import value_words
from crmdesk.model.figures import counted, number
from crmdesk.viewmodel.rejects.detail import Detail

_LINE, _ROWS, _TABLE = 28, 5, 560


@dataclass(frozen=True, slots=True)
class Replacement:
    """`old` becomes `new` in a column: the whole value, or with `is_part` also within a longer one."""

    column: str
    old: str
    new: str
    is_part: bool


async def ask_value(parent: QWidget, columns: Sequence[str], chosen: str, rows: int) -> tuple[str, str] | None:
    """Ask for a value for a column of so many rows; gives column and value, None when it was left."""
    dialog = Dialog(parent, "set-value-dialog", _tr("Set a value in {0}").format(_rows(rows)))
    column, value = _column(columns, chosen), TextField("set-value-value", _tr("Value"))
    dialog.add(Field(_tr("Column"), column))
    dialog.add(Field(_tr("Value"), value, hint=_tr("Nothing is sent by this. An empty value empties the column.")))
    dialog.add_button(_tr("Cancel"), 0, name="set-value-cancel")
    dialog.add_button(_tr("Set in {0}").format(_rows(rows)), 1, look="primary", name="set-value-ok")
    value.setFocus()
    return (column.value(), value.text()) if await dialog.ended() == 1 else None


async def ask_replacement(
    parent: QWidget, columns: Sequence[str], chosen: str, values: Sequence[tuple[str, int]], value: str | None
) -> Replacement | None:
    """Ask which value, or which part of values, is to become which; None when it was left.

    `values` are offered with their counts while the column is `chosen`; another value can be typed.
    """
    dialog = Dialog(parent, "replace-dialog", _tr("Replace a value"))
    column, old, new = _column(columns, chosen), TextField("replace-old", _tr("Is now")), TextField("replace-new", "")
    new.setAccessibleName(_tr("Becomes"))
    dialog.add(Field(_tr("Column"), column))
    if values:
        known = ElideCombo("replace-known", _tr("Values"))
        choices = [(each, f"{value_words(each)} · {number(rows)}") for each, rows in values]
        first = values[0][0] if value is None else value
        known.show_choices(choices, first)
        known.picked.connect(old.show_text)
        old.show_text(first)
        dialog.add(Field(_tr("Values"), known))
    dialog.add(Field(_tr("Is now"), old))
    dialog.add(Field(_tr("Becomes"), new))
    part = CheckField("replace-part", _tr("Also where it is a part of a longer value"))
    dialog.add(part)
    dialog.add_button(_tr("Cancel"), 0, name="replace-cancel")
    dialog.add_button(_tr("Replace"), 1, look="primary", name="replace-ok")
    new.setFocus()
    if await dialog.ended() != 1:
        return None
    return Replacement(column.value(), old.text(), new.text(), is_part=part.isChecked())


async def ask_to_take_in(parent: QWidget, name: str, found: CorrectedFile) -> bool | None:
    """Say what a corrected file would change; whether mangled values are taken as they are there, None when left."""
    dialog = Dialog(parent, "take-in-dialog", _tr("Take in corrections from {0}?").format(name))
    dialog.add(label(_take_in_counts(found), "strong", name="take-in-counts", wraps=True))
    told = _tr("Rows are found by their reference, wherever they stand in the file. Nothing is sent by taking them in.")
    dialog.add(label(told, "muted", wraps=True))
    if found.strangers:
        why = _tr("What is not ours belongs to another run, or is not open any more; it is left alone.")
        dialog.add(label(why, "muted", wraps=True))
    changes = [each for each in found.changes if not each.why]
    mangled = [each for each in found.changes if each.why]
    as_there = CheckField("take-in-mangled", _tr("Take these values as they are in the file"))
    if changes:
        dialog.add(_cells("take-in-changes", _tr("Values that change"), changes))
    if mangled:
        words = _tr("{0} as if the spreadsheet had changed it by itself. What stood there before is kept:")
        count = counted(len(mangled), _tr("value looks"), _tr("values look"))
        dialog.add(label(words.format(count), "warn", wraps=True, name="take-in-noticed"))
        dialog.add(_cells("take-in-mangled-cells", _tr("Values that look mangled"), mangled), as_there)
    dialog.add_button(_tr("Cancel"), 0, name="take-in-cancel")
    rows = found.corrected + len(found.set_aside)
    go = dialog.add_button(_tr("Take in {0}").format(_rows(rows)), 1, look="primary", name="take-in-ok")
    go.allow(bool(rows or mangled), _tr("No value in the file differs from the original one."))
    go.setFocus()
    return as_there.isChecked() if await dialog.ended() == 1 else None


def _take_in_counts(found: CorrectedFile) -> str:
    parts = [
        _tr("Corrected {0}").format(number(found.corrected)),
        _tr("unchanged {0}").format(number(found.unchanged)),
        _tr("set aside {0}").format(number(len(found.set_aside))) if found.set_aside else "",
        _tr("not in the file, left alone {0}").format(number(found.missing)) if found.missing else "",
        _tr("not ours {0}").format(number(found.strangers)),
    ]
    return " · ".join(part for part in parts if part)


def _cells(name: str, words: str, changes: Sequence[CellChange]) -> QWidget:
    """Changes cell by cell: row, column, before and after, and what was noticed."""
    columns = (
        Column(_tr("Row"), 64, is_right=True),
        Column(_tr("Column"), 112),
        Column(_tr("Original"), 128),
        Column(_tr("In the file"), is_stretching=True),
    )
    rows: RowsModel[CellChange] = RowsModel(columns, _cell)
    rows.show_rows(tuple(changes))
    table = Table(name, words, rows, line=_LINE)
    table.setMinimumWidth(_TABLE)
    table.fit_rows(min(len(changes), _ROWS))
    return table


def _cell(each: CellChange, at: int) -> Cell:
    match at:
        case 0:
            return Cell(number(each.row), CellStyle.NUMBER)
        case 1:
            return Cell(each.column)
        case 2:
            return Cell(value_words(each.original), CellStyle.MONO)
        case _:
            return Cell(value_words(each.corrected), CellStyle.MONO, tone="warn" if each.why else "ok", tip=each.why)


async def ask_message(parent: QWidget, rows: int) -> str | None:
    """What somebody is told on the first sheet of the workbook with these rows; None when it was left."""
    dialog = Dialog(parent, "hand-over-dialog", _tr("Hand {0} over").format(_rows(rows)))
    told = _tr("A workbook with a sheet a cause, what is wrong, and yellow cells to be corrected. Nothing is sent.")
    dialog.add(label(told, "muted", wraps=True))
    message = QPlainTextEdit()
    message.setObjectName("hand-over-message")
    message.setTabChangesFocus(True)
    message.setFixedHeight(88)
    hint = _tr("By when, to whom it goes back: it stands on the first sheet. May stay empty.")
    dialog.add(Field(_tr("Message"), message, hint=hint))
    dialog.add_button(_tr("Cancel"), 0, name="hand-over-cancel")
    dialog.add_button(_tr("Save as…"), 1, look="primary", name="hand-over-ok")
    message.setFocus()
    return message.toPlainText() if await dialog.ended() == 1 else None


async def ask_reason(parent: QWidget, rows: int) -> str:
    """Why these rows are set aside; "" when it was left."""
    words = _tr("Set {0} aside").format(_rows(rows))
    return await ask_text(parent, words, _tr("Why: the statement of the run names it"), "", words)


async def show_path(parent: QWidget, detail: Detail) -> None:
    """What became of a row so far, a line each, oldest first."""
    dialog = Dialog(parent, "reject-path", _tr("The path of {0}").format(detail.title.lower()))
    for at, line in enumerate(detail.story):
        words = label(line, wraps=True, name=f"reject-path-{at}")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        told = row(Glyph("history" if at + 1 < len(detail.story) else "circle-check", "text2"), words)
        told.setStretch(1, 1)
        told.setAlignment(Qt.AlignmentFlag.AlignTop)
        dialog.add(told)
    dialog.add_button(_tr("Close"), 0, look="primary", name="reject-path-close").setFocus()
    await dialog.ended()


def _rows(count: int) -> str:
    return counted(count, _tr("row"), _tr("rows"))


def _column(columns: Sequence[str], chosen: str) -> ElideCombo:
    combo = ElideCombo("value-column", _tr("Column"))
    combo.show_choices([(each, each) for each in columns], chosen or columns[0])
    return combo


def _tr(text: str) -> str:
    return QCoreApplication.translate("RejectDialogs", text)
