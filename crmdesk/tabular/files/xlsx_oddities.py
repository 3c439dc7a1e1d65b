"""What a person sees in a sheet and a reader of its rows does not: hidden rows, merged cells, digits, percentages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crmdesk.tabular.files.xlsx_cells import SheetRow


@dataclass(slots=True)
class Oddities:
    """Gathered row by row. `hidden` are the numbers of hidden rows, `merged` cells like `B5:B7`.

    `destroyed` and `percent` have for a column the first cell that lost digits, or shows a percentage.
    """

    leaves_out: bool
    merged: tuple[str, ...] = ()
    hidden: list[int] = field(default_factory=list)
    destroyed: dict[str, str] = field(default_factory=dict)
    percent: dict[str, str] = field(default_factory=dict)

    def add(self, row: SheetRow, header: Sequence[str], place_of: Callable[[int], str]) -> None:
        """One more row; `place_of` names the cell in a column of it."""
        for columns, found in ((row.destroyed, self.destroyed), (row.percent, self.percent)):
            for column in columns:
                if column < len(header):
                    found.setdefault(header[column], place_of(column))

    def sentences(self) -> list[str]:
        """What a person may want to know."""
        lost = "a spreadsheet keeps 15, and the others cannot be restored"
        return [
            *self._of_hidden(),
            *self._of_merged(),
            *(
                f"“{name}” holds numbers of more than 15 digits, {place} first: {lost}."
                for name, place in self.destroyed.items()
            ),
            *(
                f"“{name}” shows numbers as percentages, {place} first: 5 % is read as 0.05, as the spreadsheet keeps "
                f"it. Where the CRM wants 5, map the formula VALUE([{name.replace(']', ']]')}]) * 100."
                for name, place in self.percent.items()
            ),
        ]

    def _of_hidden(self) -> list[str]:
        if not self.hidden:
            return []
        rows = f"{len(self.hidden):,} rows of the sheet are" if len(self.hidden) > 1 else "One row of the sheet is"
        which = f"{rows} hidden, row {self.hidden[0]}{' first' if len(self.hidden) > 1 else ''}"
        if self.leaves_out:
            return [f"{which}: left out, as the job says."]
        return [f'{which}: read like the others. With hidden_rows = "leave-out" in [local] the job leaves them out.']

    def _of_merged(self) -> list[str]:
        if not self.merged:
            return []
        are_several = len(self.merged) > 1
        which = f"{len(self.merged):,} groups of cells of the sheet are" if are_several else "Cells of the sheet are"
        first = f"{self.merged[0]}{' first' if are_several else ''}"
        return [f"{which} merged, {first}: the first cell holds the value, the others are empty."]
