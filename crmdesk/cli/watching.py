"""A run watched from the terminal: its events as lines, its end as an exit code."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from crmdesk.cli.awake import kept_awake
from crmdesk.cli.context import Invocation
from crmdesk.cli.output import Output, counts, failure_values, finished_values, write_line
from crmdesk.cli.stopping import EXIT_STOPPED, LastWord, leave, stop_on_signals
from crmdesk.cli.words import outcome_sentence
from crmdesk.desk import CancelToken, Desk
from crmdesk.desk.crash_file import kept_crash
from crmdesk.errors import CrmDeskError
from crmdesk.model.run import Notice, Progress, RunEvent, RunFinished, RunOutcome, RunStart, RunStarted, Tally

if TYPE_CHECKING:
    from crmdesk.cli.progress_bar import ProgressBar

EXIT_CODES = {
    RunOutcome.SUCCEEDED: 0,
    RunOutcome.REJECTS: 1,
    RunOutcome.FAILED: 2,
    RunOutcome.PAUSED: 2,
    RunOutcome.STOPPED: EXIT_STOPPED,
}
_LINES_A_SECOND = 5

Begin = Callable[[Desk], Iterator[RunEvent]]


class ProgressLine:
    """One line that keeps changing on a terminal; with --json a JSON line at each new phase and five a second."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._bar: ProgressBar | None = None
        if not output.is_json and output.console.is_terminal:
            from crmdesk.cli.progress_bar import ProgressBar

            self._bar = ProgressBar(output.console)
        self._phase = ""
        self._said = 0.0

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._output.clear_the_line = self._bar.stop
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Show where the run is."""
        if self._bar is not None:
            self._bar.show(progress)
        is_new = progress.phase.value != self._phase
        self._phase = progress.phase.value
        now = time.monotonic()
        if is_new or now - self._said >= 1 / _LINES_A_SECOND:
            self._said = now
            self._output.line(
                {
                    "event": "progress",
                    "phase": progress.phase.value,
                    "done": progress.done,
                    "total": progress.total,
                    **progress.tally.as_dict(),
                    "api_calls": progress.api_calls,
                    "calls_left": progress.calls_left,
                }
            )


def watch(call: Invocation, begin: Begin, token: CancelToken) -> int:
    """Iterate a run to its end, show it, and give the exit code. The last JSON line is always the finished one."""
    begun, last_word = time.monotonic(), LastWord()
    run: str | None = None
    try:
        with kept_awake(), call.desk() as desk, ProgressLine(call.output) as line:
            stop_on_signals(token, last_word, lambda: _farewell(call, run, begun))
            for event in begin(desk):
                match event:
                    case RunStarted():
                        run = event.run
                        call.output.line({"event": "started", "run": run})
                    case Progress():
                        line.show(event)
                    case Notice():
                        _notice(call.output, event.message)
                    case RunFinished():
                        finished = event
            start = desk.history.run(finished.run).start
            if not token.is_cancelled:
                _clean(call.output, desk)
    except Exception as error:  # noqa: BLE001 - a bug of ours must not keep back the line that always ends a run
        told = error if isinstance(error, CrmDeskError) else kept_crash(call.home, error)
        last_word.claim()
        code = _refused(call.output, told, run, time.monotonic() - begun)
    else:
        last_word.claim()
        code = _end(call.output, finished, start)
    last_word.said(code)
    if token.is_cancelled:
        leave(code)
    return code


def _refused(output: Output, error: CrmDeskError, run: str | None, seconds: float) -> int:
    failure, outcome = failure_values(error), RunOutcome.FAILED
    output.line(finished_values(run=run, outcome=outcome, tally=Tally(), api_calls=0, seconds=seconds, failure=failure))
    if not output.is_json:
        output.explain(error)
    return EXIT_CODES[outcome]


def _notice(output: Output, message: str) -> None:
    output.line({"event": "notice", "message": message})
    output.say(message)


def _clean(output: Output, desk: Desk) -> None:
    """Take away what is kept no longer; what hinders that is no fault of the run."""
    try:
        for sentence in desk.retention.clean_by_itself():
            _notice(output, f"Cleaned up: {sentence}")
    except CrmDeskError as error:
        _notice(output, f"Old runs could not be cleaned up: {error.message}")


def _end(output: Output, event: RunFinished, start: RunStart | None = None) -> int:
    """Say how a run ended; gives the exit code."""
    output.line(
        finished_values(
            run=event.run,
            outcome=event.outcome,
            tally=event.tally,
            api_calls=event.api_calls,
            seconds=event.seconds,
            failure=event.failure,
        )
    )
    output.say(counts(event.tally) + ("" if event.tally.is_balanced else "   THIS DOES NOT ADD UP"))
    if event.failure is not None and not output.is_json:
        output.warn(f"{event.failure.message} {event.failure.hint}".rstrip())
        output.say_what_was_done(event.failure.account)
    more = f" `crmdesk show {event.run}` tells more." if event.outcome is RunOutcome.SUCCEEDED else ""
    output.say(outcome_sentence(event.outcome, event.run, event.tally, start) + more)
    return EXIT_CODES[event.outcome]


def _farewell(call: Invocation, run: str | None, begun: float) -> None:
    """The run's last word when it did not end by itself in time: a second desk reads what the ledger knows."""
    seconds, failure = time.monotonic() - begun, None
    if run is None:
        call.output.line(
            finished_values(
                run=None, outcome=RunOutcome.STOPPED, tally=Tally(), api_calls=0, seconds=seconds, failure=None
            )
        )
        call.output.say("Stopped before the run began.")
        return
    tally = Tally()
    try:
        with call.desk() as desk:
            tally = desk.runs.leave(run)
    except CrmDeskError as error:  # the store says no in the last second: it knows what it knew before
        failure = failure_values(error)
    if not call.output.is_json:
        write_line("")
    _end(call.output, RunFinished(run, RunOutcome.STOPPED, tally, 0, seconds, failure))
