"""The value map of a line: whole values that are replaced before the conversion."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from crmdesk.gui.kit.buttons import Button
from crmdesk.gui.kit.layout import column, row
from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.kit.table.model import RowsModel
from crmdesk.gui.kit.table.view import Table

Pair = tuple[str, str]


class ValueMap(QWidget):
    """Two columns, in the file and becomes; `change` gets the whole map after each edit."""

    def __init__(self, change: Callable[[dict[str, str]], object]) -> None:
        super().__init__()
        self._change = change
        self._choices: tuple[str, ...] = ()
        columns = (Column(self.tr("In the source"), 160), Column(self.tr("Becomes"), 160, is_stretching=True))
        self._pairs: RowsModel[Pair] = RowsModel(columns, self._cell)
        self._pairs.on_edit = self._edit
        self._table = Table("job-line-values", self.tr("Replace whole values"), self._pairs, line=30, by_cells=True)
        self._table.setMinimumHeight(96)
        add = Button("job-line-values-add", self.tr("Add a value"), self._add, icon="plus", look="small")
        remove = Button("job-line-values-remove", self.tr("Remove"), self._remove, icon="trash-2", look="small")
        self.setLayout(column(self._table, row(add, remove, 1), spacing=4))

    def show_values(self, values: Mapping[str, str], choices: tuple[str, ...]) -> None:
        """Show the map; `choices` are the values the target takes, where it takes only some."""
        self._choices = choices
        draft = [pair for pair in self._pairs.rows if pair[0] == "" and pair not in values.items()]
        self._pairs.show_rows([*values.items(), *draft[:1]])

    def _cell(self, pair: Pair, column_number: int) -> Cell:
        if column_number == 0:
            return Cell(pair[0], CellStyle.MONO, is_editable=True)
        if self._choices:
            return Cell(pair[1], CellStyle.CHOICE, choices=self._choices)
        return Cell(pair[1], is_editable=True)

    def _edit(self, at: int, column_number: int, text: str) -> None:
        pairs = list(self._pairs.rows)
        before, after = pairs[at]
        pairs[at] = (text, after) if column_number == 0 else (before, text)
        self._pairs.show_rows(pairs)
        if pairs[at][0]:
            self._change({name: value for name, value in pairs if name})

    def _add(self) -> None:
        if ("", "") not in self._pairs.rows:
            self._pairs.show_rows([*self._pairs.rows, ("", "")])
        index = self._pairs.index(len(self._pairs.rows) - 1, 0)
        self._table.setCurrentIndex(index)
        self._table.edit(index)

    def _remove(self) -> None:
        at = self._table.chosen_row()
        pairs = [pair for number, pair in enumerate(self._pairs.rows) if number != at]
        self._pairs.show_rows(pairs)
        self._change({name: value for name, value in pairs if name})
