"""Up to when jobs have read: each option with its value, who set it, and ways to set it forward or back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from crmdesk.gui.dialogs import Dialog, ask_text, confirm
from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.cards import TitledCard
from crmdesk.gui.kit.labels import label
from crmdesk.gui.kit.layout import row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table
from crmdesk.gui.spawn import aslot
from crmdesk.viewmodel.options import HOW, OptionLine, OptionsModel

_LINE, _MOST, _LEAST = 28, 6, 2
_NAME, _VALUE, _SET = range(3)


class MomentsCard(TitledCard):
    """Shows the options of an OptionsModel."""

    def __init__(self, model: OptionsModel) -> None:
        tr = QCoreApplication.translate
        super().__init__(tr("Moments", "Up to when jobs have read"), name="options-moments")
        self._model = model
        self._rows: RowsModel[OptionLine] = RowsModel(_columns(), _cell)
        self._table = Table("options-table", self.tr("Options"), self._rows, line=_LINE)
        none = self.tr("There are none yet. A job that reads only what changed makes one when it has run.")
        self._none = label(none, "muted", wraps=True, name="options-none")
        self._set = Button("options-set", self.tr("Set…"), aslot(self._ask), icon="pencil")
        self._reset = Button("options-reset", self.tr("From the beginning…"), aslot(self._ask_reset), icon="rotate-ccw")
        self._past = Button("options-changes", self.tr("Changes…"), aslot(self._show_changes), icon="history")
        self.body.addWidget(self._none)
        self.body.addWidget(self._table)
        self.body.addLayout(row(self._set, self._reset, self._past, 1))
        self._table.row_chosen.connect(lambda at: model.choose(self._rows.rows[at].name))
        self._table.row_opened.connect(lambda _: aslot(self._ask)())

    def show_options(self) -> None:
        """Show them as they are now."""
        lines = self._model.lines
        if tuple(self._rows.rows) != lines:
            self._rows.show_rows(lines)
            chosen_at = next((at for at, line in enumerate(lines) if line.name == self._model.chosen), None)
            if chosen_at is not None:
                self._table.choose_row(chosen_at)
            self._table.setFixedHeight(_LINE * (max(_LEAST, min(len(lines), _MOST)) + 1) + 12)
        self._none.setVisible(not lines)
        chosen = self._model.chosen_line
        why_not = self.tr("Choose an option first.")
        for part in (self._table, self._set, self._reset, self._past):
            part.setVisible(bool(lines))
        for button in (self._set, self._past):
            button.allow(chosen is not None, why_not)
        is_set = chosen is not None and not chosen.is_default
        self._reset.allow(is_set, self.tr("It reads from the beginning already.") if chosen else why_not)

    async def _ask(self) -> None:
        chosen = self._model.chosen_line
        if chosen is None:
            return
        words = self.tr("The next run reads what changed from here on: {0}").format(HOW)
        old = self._model.value(chosen.name)
        new = await ask_text(self.window(), chosen.name, words, old, self.tr("Set"))
        if new and new != old:
            self._model.set(chosen.name, new)

    async def _ask_reset(self) -> None:
        chosen = self._model.chosen_line
        if chosen is None:
            return
        notes = (self.tr("The next run of its job reads everything once more. What is at the target is replaced."),)
        title = self.tr("Read from the beginning: {0}?").format(chosen.name)
        if await confirm(self.window(), title, notes, self.tr("Read from the beginning")):
            self._model.set(chosen.name, "")

    async def _show_changes(self) -> None:
        chosen = self._model.chosen_line
        if chosen is not None:
            await show_changes(self.window(), chosen.name, self._model.history_of(chosen.name))


async def show_changes(parent: QWidget, name: str, lines: Sequence[OptionLine]) -> None:
    """Every value that an option had, newest first."""
    dialog = Dialog(parent, "options-changes-dialog", name)
    rows: RowsModel[OptionLine] = RowsModel(_columns()[1:], lambda line, at: _cell(line, at + 1))
    rows.show_rows(tuple(lines))
    table = Table("options-changes-table", _tr("Values, newest first"), rows, line=_LINE)
    table.setMinimumSize(560, _LINE * (min(len(lines), _MOST) + 2))
    dialog.add(table)
    dialog.add_button(_tr("Close"), 0, look="primary", name="options-changes-close").setFocus()
    await dialog.ended()


def _columns() -> tuple[Column, ...]:
    return (
        Column(_tr("Option"), is_stretching=True),
        Column(_tr("Read up to (UTC)"), 168),
        Column(_tr("Set by"), 160),
    )


def _cell(line: OptionLine, at: int) -> Cell:
    match at:
        case _ if at == _NAME:
            return Cell(line.name, CellStyle.STRONG if line.is_by_hand else CellStyle.TEXT, tip=line.name)
        case _ if at == _VALUE:
            here = _tr("{0} by this computer's clock").format(line.here) if line.here else ""
            return Cell(line.value, CellStyle.FAINT if line.is_default else CellStyle.MONO, tip=here)
        case _ if at == _SET and line.is_by_hand:
            return Cell(line.set_by, CellStyle.PILL, tone="warn", tip=_tr("Set by hand, and not moved by a run since"))
        case _:
            return Cell(line.set_by, CellStyle.FAINT)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Moments", text)
