"""The same program inside the process of the test, for many commands of which none need be a process of its own."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from crmdesk.cli.app import run_command_line
from tests.cli.program import Answer, Program


class Inside(Program):
    """A Program whose commands do not start a process; the practice org is one all the same."""

    __slots__ = ()

    def tell(
        self,
        *arguments: str | Path,
        said: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Answer:
        assert (said, env, cwd) == (None, None, None), "what needs surroundings of its own needs a process"
        out, errors = io.StringIO(), io.StringIO()
        with _surroundings(self.surroundings()), contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = run_command_line(["--home", str(self.home), *map(str, arguments)])
        assert "mistake of its own" not in out.getvalue() + errors.getvalue(), self.crash()
        return Answer(code, out.getvalue(), errors.getvalue())


@contextlib.contextmanager
def _surroundings(wanted: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def inside(home: Path) -> Iterator[Inside]:
    """The program in the profile `home`; everything it started is ended with the block."""
    program = Inside(home)
    try:
        Program.tell(program, "account", "test", "practice_org")  # the practice org outlives whoever starts it
        yield program
    finally:
        program.end()
