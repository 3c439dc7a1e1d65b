"""The log of a run: what it told, a warning for each rejected row and field, and the error that ended it."""

from __future__ import annotations

from crmdesk.cli.context import Invocation
from crmdesk.model.visible import in_one_line


def show_log(call: Invocation, run: str) -> None:
    """Write the log, oldest first; rejected rows come by row."""
    with call.desk() as desk:
        record = desk.history.run(run)
        _line(call, "info", f"began at {record.started}")
        for notice in record.notices:
            _line(call, "info", notice)
        for reject in desk.mending.rejects(run):
            for field, code, message in (
                (reject.field, reject.code, reject.message),
                *((also.field, also.code, also.message) for also in reject.also),
            ):
                _line(call, "warning", message, symbol=code, row=reject.row, field=field)
        if record.error:
            _line(call, "error", record.error, symbol=record.outcome.value)
        if record.ended:
            _line(call, "info", f"ended at {record.ended}: {record.outcome.value}")


def _line(
    call: Invocation, level: str, message: str, *, symbol: str = "", row: int | None = None, field: str = ""
) -> None:
    call.output.line(
        {"level": level, "row": row, "field": field or None, "errorSymbol": symbol or None, "errorMessage": message}
    )
    where = f"row {row}{f' · {field}' if field else ''}: " if row is not None else ""
    call.output.say(in_one_line(f"{level.upper():8}{where}{symbol + ': ' if symbol else ''}{message}"))
