"""The columns of the list of jobs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from crmdesk.gui.kit.table.cells import EMPTY, Cell, CellStyle, Column
from crmdesk.gui.kit.tags import direction_look, dot_of
from crmdesk.gui.pages.runs.tones import ICONS
from crmdesk.model.figures import number
from crmdesk.viewmodel.job_list import JobLine

REJECTS = 4


def columns() -> tuple[Column, ...]:
    """What `cell` fills."""
    return (
        Column(_tr("Direction"), 108),
        Column(_tr("Job"), 284),
        Column(_tr("CRM account"), 186),
        Column(_tr("Last run"), 320, is_stretching=True),
        Column(_tr("To correct"), 92, is_right=True),
    )


def cell(line: JobLine, column: int) -> Cell:
    """The cell of `line` in the column."""
    match column:
        case 0:
            word, tone, icon = direction_look(line.operation)
            return Cell(word, CellStyle.TAG, tone=tone, icon=icon)
        case 1:
            return Cell(line.name, CellStyle.TWO_LINE, sub=f"{line.source} → {line.target}")
        case 2:
            words = f"{line.account}: {line.environment.value}" if line.environment else line.account
            style = CellStyle.TWO_LINE if line.how else CellStyle.TEXT
            return Cell(line.account, style, sub=line.how, dot=dot_of(line.environment), said=words, tip=words)
        case 3:
            return _last(line)
        case _:
            return _rejects(line)


def _last(line: JobLine) -> Cell:
    if line.problem:
        return Cell(line.problem, tone="bad", icon="triangle-alert", icon_tone="bad")
    icon, tone = ICONS[line.tone]
    return Cell(line.last, icon=icon, icon_tone=tone)


def _rejects(line: JobLine) -> Cell:
    if not line.open_rejects:
        return EMPTY
    return Cell(number(line.open_rejects), CellStyle.NUMBER, tone="rejected", tip=_tr("Show the rejected rows"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Jobs", text)
