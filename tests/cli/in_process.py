"""The program within the process of the tests: the same commands and words, without the second that a start takes."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from crmdesk.cli.app import run_command_line
from tests.cli.program import Answer, Program


class Here(Program):
    """See Program: commands that run to their end do so in this process."""

    def tell(
        self,
        *arguments: str | Path,
        said: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Answer:
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors), spoken(said or ""):
            code = run_command_line(["--home", str(self.home), *map(str, arguments)])
        assert "mistake of its own" not in out.getvalue() + errors.getvalue(), self.crash()
        return Answer(code, out.getvalue(), errors.getvalue())


@contextlib.contextmanager
def spoken(text: str) -> Iterator[None]:
    """Standard input that says `text`."""
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


@contextlib.contextmanager
def in_this_process(home: Path) -> Iterator[Here]:
    """The program in the empty profile `home`, its practice org started by a process of its own."""
    program = Here(home)
    try:
        assert Program.tell(program, "account", "test", "practice_org").code == 0
        yield program
    finally:
        program.end()
