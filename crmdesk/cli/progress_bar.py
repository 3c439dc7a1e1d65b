"""The line of a run that keeps changing on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Column
from rich.text import Text

from crmdesk.model.figures import counted
from crmdesk.model.run import Progress


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} rows/s")


class ProgressBar:
    """Rows, rate, time that is left, rejects and calls; gone when it is stopped."""

    def __init__(self, console: Console) -> None:
        self._bar = Bar(
            TextColumn("{task.description:12}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:,.0f}"),
            _Rate(table_column=Column(no_wrap=True)),
            TimeRemainingColumn(),
            TextColumn("{task.fields[more]}", table_column=Column(no_wrap=True)),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, more="")
        self._phase = ""

    def stop(self) -> None:
        """Take the line off the screen; the next progress brings it back."""
        self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Show where the run is."""
        if not self._bar.live.is_started:
            self._bar.start()
        if progress.phase.value != self._phase:
            self._phase = progress.phase.value
            self._bar.reset(self._task, description=self._phase, total=progress.total)
        left = f" · {counted(progress.calls_left, 'call')} left" if progress.calls_left is not None else ""
        self._bar.update(
            self._task,
            completed=progress.done,
            total=progress.total,
            more=f"{progress.tally.rejected:,} rejected{left}",
        )
