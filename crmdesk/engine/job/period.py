"""What a job file says about the period of deletions: [period], read from TOML and written."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from crmdesk.engine.job.table import Table, choice_of
from crmdesk.model.file_kind import SUFFIXES, is_known
from crmdesk.model.period import DEFAULT_OPTION, PeriodMode, PeriodOptions

_BELONGS = {
    PeriodMode.BETWEEN: ("start", "end"),
    PeriodMode.AUTOMATIC: ("option", "lag_seconds"),
    PeriodMode.COMPARE: ("path", "column"),
}


def read_period(table: Table, folder: Path, *, is_wanted: bool) -> PeriodOptions | None:
    """The period of the job `table`; it belongs to an import of deleted records, and to nothing else."""
    if not is_wanted:
        if table.take("period") is not None:
            table.problem("period", "[period] belongs to an import of deleted records.", "Remove it.")
        return None
    period = table.table("period")
    mode = choice_of(period, "mode", PeriodMode, PeriodMode.BETWEEN)
    for other, keys in _BELONGS.items():
        for key in keys:
            if other is not mode and key in period:
                period.take(key)
                period.problem(key, f"“{key}” does not go with the mode “{mode}”.", "Remove it.")
    is_between, is_compared = mode is PeriodMode.BETWEEN, mode is PeriodMode.COMPARE
    path = period.text("path") if is_compared else ""
    if path and not is_known(path):
        hint = f"Use one of {', '.join(SUFFIXES)}."
        period.problem("path", f"“{path}” is not a kind of file that can be used.", hint)
    return PeriodOptions(
        mode,
        _moment(period, "start") if is_between else "",
        _moment(period, "end") if is_between else "",
        period.text("option", default=DEFAULT_OPTION) or DEFAULT_OPTION,
        period.integer("lag_seconds", default=0) if "lag_seconds" in period else None,
        str((folder / Path(path).expanduser()).absolute()) if path else "",
        period.text("column") if is_compared else "",
    )


def _moment(table: Table, key: str) -> str:
    """A date as a text; TOML has dates of its own."""
    value = table.take(key)
    return value.isoformat() if isinstance(value, date | datetime) else table.text(key)


def period_table(period: PeriodOptions, folder: Path | None) -> dict[str, object]:
    """The table as `read_period` reads it back."""
    path = period.path
    if folder is not None and path and Path(path).is_relative_to(folder):
        relative = str(Path(path).relative_to(folder))
        path = path if relative.startswith("~") else relative
    said: dict[str, object] = {
        "mode": period.mode.value if period.mode is not PeriodMode.BETWEEN else "",
        "start": period.start,
        "end": period.end,
        "option": period.option if period.option != DEFAULT_OPTION else "",
        "path": path,
        "column": period.column,
    }
    table = {key: value for key, value in said.items() if value}
    return table if period.lag_seconds is None else {**table, "lag_seconds": period.lag_seconds}
