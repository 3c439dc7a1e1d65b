"""What is asked on the page of the rejects: a value for many rows, one value for another, and a file to be taken in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.desk.answers import CorrectedFile
from crmdesk.gui.dialogs import Dialog
from crmdesk.gui.kit.fields import ElideCombo, Field, TextField
from crmdesk.gui.kit.labels import label
from crmdesk.gui.pages.rejects.card import value_words
from crmdesk.model.figures import counted, number


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
) -> tuple[str, str, str] | None:
    """Ask which whole value is to become which; gives column, old and new value, None when it was left.

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
    dialog.add(Field(_tr("Is now"), old, hint=_tr("The whole value, not a part of it.")))
    dialog.add(Field(_tr("Becomes"), new))
    dialog.add_button(_tr("Cancel"), 0, name="replace-cancel")
    dialog.add_button(_tr("Replace"), 1, look="primary", name="replace-ok")
    new.setFocus()
    return (column.value(), old.text(), new.text()) if await dialog.ended() == 1 else None


async def ask_to_take_in(parent: QWidget, name: str, found: CorrectedFile) -> bool:
    """Say what a corrected file would change, and ask whether to take it in."""
    dialog = Dialog(parent, "take-in-dialog", _tr("Take in corrections from {0}?").format(name))
    corrected, unchanged, strangers = len(found.values), found.unchanged, found.strangers
    counts = _tr("Corrected {0} · unchanged {1} · not ours {2}")
    words = counts.format(number(corrected), number(unchanged), number(strangers))
    dialog.add(label(words, "strong", name="take-in-counts"))
    told = _tr("Rows are found by their reference, wherever they stand in the file. Nothing is sent by taking them in.")
    dialog.add(label(told, "muted", wraps=True))
    if strangers:
        why = _tr("What is not ours belongs to another run, or is not open any more; it is left alone.")
        dialog.add(label(why, "muted", wraps=True))
    dialog.add_button(_tr("Cancel"), 0, name="take-in-cancel")
    go = dialog.add_button(_tr("Take in {0}").format(_rows(corrected)), 1, look="primary", name="take-in-ok")
    go.allow(bool(corrected), _tr("No value in the file differs from the original one."))
    return await dialog.ended() == 1


def _rows(count: int) -> str:
    return counted(count, _tr("row"), _tr("rows"))


def _column(columns: Sequence[str], chosen: str) -> ElideCombo:
    combo = ElideCombo("value-column", _tr("Column"))
    combo.show_choices([(each, each) for each in columns], chosen or columns[0])
    return combo


def _tr(text: str) -> str:
    return QCoreApplication.translate("RejectDialogs", text)
