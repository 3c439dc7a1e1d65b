"""Commands in copies of a process that has loaded the program: all of a real process but the loading."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from crmdesk.__main__ import main
from tests.copies import begun, exit_code


@dataclass(frozen=True, slots=True)
class Streams:
    """The files that are a command's standard input, output and errors."""

    folder: Path

    @property
    def said(self) -> Path:
        return self.folder / "in"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def errors(self) -> Path:
        return self.folder / "errors"

    def take(self) -> None:
        """Make them those of this process."""
        for number, path, flags in (
            (0, self.said, os.O_RDONLY),
            (1, self.out, os.O_WRONLY | os.O_CREAT),
            (2, self.errors, os.O_WRONLY | os.O_CREAT),
        ):
            opened = os.open(path, flags, 0o600)
            os.dup2(opened, number)
            os.close(opened)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - they live as long as the process
            for number, mode in ((0, "r"), (1, "w"), (2, "w"))
        )


def carried_out(
    arguments: Sequence[str], environment: Mapping[str, str], said: str, cwd: Path | None, seconds: float
) -> tuple[int, str, str]:
    """What `python -m crmdesk ARGUMENTS` answers in these surroundings: its exit code, output and errors."""
    with TemporaryDirectory() as folder:
        streams = Streams(Path(folder))
        streams.said.write_text(said, encoding="utf-8")
        process = begun(_be_it, list(arguments), dict(environment), cwd, streams)
        code = exit_code(process, seconds)
        if code is None:
            process.kill()
            exit_code(process)
            raise TimeoutError(f"crmdesk {' '.join(arguments)} did not end within {seconds} s")
        return code, streams.out.read_text(encoding="utf-8"), streams.errors.read_text(encoding="utf-8")


def _be_it(arguments: list[str], environment: dict[str, str], cwd: Path | None, streams: Streams) -> None:
    """Be the program, in the copy."""
    streams.take()
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd or Path.cwd())
    sys.argv = ["crmdesk", *arguments]
    main()
