"""What a job file says about the automatic index: [index], read from TOML and written."""

from __future__ import annotations

from crmdesk.engine.job.table import Table, choice_of
from crmdesk.model.index import DEFAULT_OPTION, Deletions, IndexMode, IndexOptions

_OFF = "off"


def read_index(table: Table | None, *, is_import: bool) -> IndexOptions | None:
    """The index of a job, None without one."""
    if table is None:
        return None
    mode = table.choice("mode", (_OFF, *IndexMode), IndexMode.AUTOMATIC)
    index = IndexOptions(
        IndexMode(mode) if mode != _OFF else IndexMode.AUTOMATIC,
        table.text("option", default=DEFAULT_OPTION) or DEFAULT_OPTION,
        table.text("field", default=""),
        table.integer("lag_seconds", default=0) if "lag_seconds" in table else None,
        choice_of(table, "deleted", Deletions, Deletions.NO),
    )
    if mode == _OFF:
        return None
    if not is_import:
        table.problem("mode", "The automatic index belongs to an import.", "Remove [index].")
    return index


def index_table(index: IndexOptions) -> dict[str, object]:
    """The table as `read_index` reads it back."""
    table: dict[str, object] = {"mode": index.mode.value}
    said = {
        "option": (index.option, DEFAULT_OPTION),
        "field": (index.field, ""),
        "lag_seconds": (index.lag_seconds, None),
        "deleted": (index.deletions.value, Deletions.NO.value),
    }
    return table | {key: value for key, (value, usual) in said.items() if value != usual}
