"""The columns of the history of runs: those that always fit, and those that a wide window adds."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from crmdesk.gui.kit.table.cells import Cell, CellStyle, Column
from crmdesk.gui.pages.runs.tones import TAG_TONES, ink_of
from crmdesk.model.figures import number
from crmdesk.model.job import Direction
from crmdesk.viewmodel.runs.history import RunLine
from crmdesk.viewmodel.sentences import done_rows

_SMALL = ("run", "state", "direction", "job", "started", "done", "rejected")
_NARROW = ("run", "state", "direction", "job", "started", "took", "created", "updated", "deleted", "rejected")
_WIDE = (*_NARROW[:8], "unchanged", "deleted", "rejected", "unknown", "calls")
_COUNTS = ("created", "updated", "unchanged", "deleted", "rejected", "unknown")
_ICONS = {Direction.READS: "download", Direction.WRITES: "upload", Direction.DELETES: "trash-2"}
_COUNT_WIDTH = 92  # five million
_NARROW_FROM, _WIDE_FROM = 1080, 1200  # px of the page: in a window of 1248, of 1416


def keys(room: int) -> tuple[str, ...]:
    """What the columns show, in order, on a page of `room` px."""
    return _WIDE if room >= _WIDE_FROM else _NARROW if room >= _NARROW_FROM else _SMALL


def columns(keys: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns of `keys`."""
    known = {
        "run": Column(_tr("Run"), 56, is_right=True),
        "state": Column(_tr("State"), 116),
        "direction": Column(_tr("Direction"), 108),
        "job": Column(_tr("Job"), 160, is_stretching=True),
        "started": Column(_tr("Started"), 136),
        "took": Column(_tr("Took"), 76),
        "done": Column(_tr("Done"), _COUNT_WIDTH, is_right=True),
        "created": Column(_tr("Created"), _COUNT_WIDTH, is_right=True),
        "updated": Column(_tr("Updated"), _COUNT_WIDTH, is_right=True),
        "unchanged": Column(_tr("Same"), _COUNT_WIDTH, is_right=True),
        "deleted": Column(_tr("Deleted"), _COUNT_WIDTH, is_right=True),
        "rejected": Column(_tr("Rejected"), _COUNT_WIDTH, is_right=True),
        "unknown": Column(_tr("No answer"), 90, is_right=True),
        "calls": Column(_tr("Calls"), 64, is_right=True),
    }
    return tuple(known[key] for key in keys)


class Cells:
    """The cells of a line by column, each made once: a table that is scrolled asks for it at every frame."""

    def __init__(self, line: RunLine) -> None:
        self._line = line
        self._made: dict[str, Cell] = {}

    def cell(self, key: str) -> Cell:
        """The cell in the column `key`."""
        if key not in self._made:
            self._made[key] = _cell(self._line, key)
        return self._made[key]


def _cell(line: RunLine, key: str) -> Cell:
    match key:
        case "run":
            return Cell(line.run, CellStyle.NUMBER)
        case "state":
            return Cell(line.state, CellStyle.PILL, tone=TAG_TONES[line.tone])
        case "direction":
            return Cell(
                line.direction.value,
                tone=ink_of(line.direction),
                icon=_ICONS[line.direction],
                icon_tone=ink_of(line.direction),
            )
        case "job":
            ends = f"{line.source} → {line.target}"
            return Cell(line.job, CellStyle.TWO_LINE, sub=f"{line.lineage} · {ends}" if line.lineage else ends)
        case "started":
            return Cell(line.started)
        case "took":
            return Cell(line.took, CellStyle.FAINT)
        case "calls":
            return Cell(number(line.record.api_calls), CellStyle.NUMBER)
        case _:
            return _count(line, key)


def _count(line: RunLine, key: str) -> Cell:
    tally = line.record.tally
    rows: int = done_rows(tally) if key == "done" else getattr(tally, key)
    tone = "text3" if not rows else "rejected" if key == "rejected" else "noanswer" if key == "unknown" else ""
    return Cell(number(rows), CellStyle.NUMBER, tone=tone)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Runs", text)
