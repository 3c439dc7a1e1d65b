"""Runs as children of the window: each is the command line itself, and outlives the window that started it.

What a child says goes to a private file and not through a pipe, so that the end of the window cannot touch it. What the
window shows of a run it reads from the store; the file tells the run's number, or why there is no run.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from crmdesk.desk.window.own_command import children_folder, detached, own_command, yield_to_others
from crmdesk.errors import CrmDeskError
from crmdesk.store.handed_phrase import HANDED

_OLD_SECONDS = 7 * 24 * 3600
"""How long the file of a child is kept whose window is gone."""

_AS_THEY_ARE: Mapping[str, str] = {}


def run_arguments(
    job: str, confirm: int = 0, first: int = 0, account: str = "", texts: Mapping[str, str] = _AS_THEY_ARE
) -> list[str]:
    """Run the saved job of that name; `confirm` is the number of rows somebody typed, `first` pauses after so many.

    `account` is another one than the job's own, `texts` are what its variables hold this time.
    """
    options = [
        *(["--first", str(first)] if first else []),
        *([f"--account={account}"] if account else []),
        *_set(texts),
    ]
    return ["run", *_agreed(confirm), *options, "--", job]


def resume_arguments(run: str, confirm: int = 0) -> list[str]:
    """Go on with a run."""
    return ["resume", *_agreed(confirm), "--", run]


def retry_arguments(
    run: str,
    file: Path | None = None,
    confirm: int = 0,
    *,
    way: str = "",
    leaves_out: str = "",
    first: int = 0,
    job: str = "",
) -> list[str]:
    """Send open rejects of a run again: those of a file of corrections, or all as they are.

    `way` is another way to send them than the job's, see crmdesk.desk.mending.remedies.jobs; `leaves_out` is a field
    that is not sent; `first` pauses after so many rows; `job` sends as the saved job of that name says now.
    """
    options = [
        *(["--from", str(file)] if file is not None else []),
        *(["--as", way] if way else []),
        *(["--without", leaves_out] if leaves_out else []),
        *([f"--job={job}"] if job else []),
        *(["--first", str(first)] if first else []),
    ]
    return ["retry", *_agreed(confirm), *options, "--", run]


def restart_arguments(run: str, confirm: int = 0) -> list[str]:
    """Start a run again from zero."""
    return ["restart", *_agreed(confirm), "--", run]


def end_arguments(run: str) -> list[str]:
    """End a run for good that was broken off: what it has not sent becomes rejects."""
    return ["end", *_agreed(0), "--", run]


def undo_arguments(run: str, fields: Sequence[str] = (), confirm: int = 0) -> list[str]:
    """Take a run back, of updated records only `fields` where some are named."""
    return ["undo", *_agreed(confirm), *(["--fields", ",".join(fields)] if fields else []), "--", run]


def backfill_arguments(job: str, fields: Sequence[str]) -> list[str]:
    """Fill fields of a saved job into the rows that it has read before."""
    return ["backfill", *(part for field in fields for part in ("--field", field)), "--", job]


def rehearse_arguments(job: str, texts: Mapping[str, str] = _AS_THEY_ARE) -> list[str]:
    """Rehearse the saved job of that name, or a job file; `texts` are what its variables hold this time."""
    return ["rehearse", *_set(texts), "--", job]


def _set(texts: Mapping[str, str]) -> list[str]:
    return [f"--set={name}={text}" for name, text in texts.items()]


def _agreed(confirm: int) -> list[str]:
    return ["--yes", *(["--confirm", str(confirm)] if confirm else [])]


class RunChild:
    """One child, as long as somebody wants to hear what it says."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self._read = 0

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code, None while it lives."""
        return self._process.poll()

    def events(self) -> list[dict[str, Any]]:
        """The JSON objects it has written since the last call; `event` is empty in those that are the answer itself."""
        try:
            with self._log.open("rb") as file:
                file.seek(self._read)
                written = file.read()
        except FileNotFoundError:
            return []
        whole = written[: written.rfind(b"\n") + 1]
        self._read += len(whole)
        return [event for line in whole.splitlines() if (event := _event(line)) is not None]

    def stop(self) -> None:
        """Ask it to end. A run is better stopped by History.request_stop, which settles what is known."""
        if self.poll() is None:
            self._process.terminate()

    def forget(self) -> None:
        """Nobody wants to hear more of it; it lives on if it lives."""
        if self.poll() is not None:
            with contextlib.suppress(OSError):  # whoever has it open, a virus scanner for instance, lets it go later
                self._log.unlink(missing_ok=True)


def _event(line: bytes) -> dict[str, Any] | None:
    """The object in a line; None for a line of another kind, a warning of a library for instance."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return {"event": "", **found} if isinstance(found, dict) else None


class RunChildren:
    """Starts runs of a profile in processes of their own."""

    def __init__(self, home: Path) -> None:
        self._home = home.absolute()
        # One that was forgotten is kept here until it has ended: nobody else would take its exit code.
        self._started: list[subprocess.Popen[bytes]] = []
        self._remove_old()

    def start(self, arguments: Sequence[str], phrase: str = "") -> RunChild:
        """Start the command; raises CrmDeskError when the system has no room for it.

        `phrase` opens the profile's vault. It is handed over by a pipe, which nobody else can read.
        """
        self._started = [process for process in self._started if process.poll() is None]
        folder = children_folder(self._home)
        try:
            descriptor, name = tempfile.mkstemp(".log", "run-", folder)  # 0600
            with open(descriptor, "wb") as log:  # noqa: PTH123 - a descriptor
                process = subprocess.Popen(
                    own_command(self._home, "--json", *arguments),
                    stdin=subprocess.PIPE if phrase else subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=folder,
                    env={**os.environ, HANDED: "0"} if phrase else None,
                    **detached(),
                )
                if process.stdin is not None:
                    process.stdin.write(f"{phrase}\n".encode())
                    process.stdin.close()
        except OSError as error:
            raise CrmDeskError(
                f"The run could not be started: {error.strerror}.", hint="Close other programs, then try again."
            ) from error
        yield_to_others(process.pid)
        self._started.append(process)
        return RunChild(process, Path(name))

    def _remove_old(self) -> None:
        for log in (self._home / "children").glob("run-*.log"):
            with contextlib.suppress(OSError):  # gone already, or still held open
                if time.time() - log.stat().st_mtime > _OLD_SECONDS:
                    log.unlink()
