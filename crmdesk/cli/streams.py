"""Standard input, output and errors, made such that they are no reason to break off what a command does."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import IO, TYPE_CHECKING

from crmdesk.errors import UserError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class NobodyListensError(Exception):
    """Whoever read our output went away. No OSError: the libraries would end the program with codes of their own."""


class _Listened(io.RawIOBase):
    """What is written goes to `out` until nobody takes it any more; from then on it goes nowhere.

    Unless the command `goes_on` without it, the first refusal raises: NobodyListensError when the reader has gone
    away, UserError when the output cannot be stored.
    """

    def __init__(self, out: io.RawIOBase, *, goes_on: bool) -> None:
        super().__init__()
        self._out, self._goes_on, self._is_heard = out, goes_on, True

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._out.fileno()

    def isatty(self) -> bool:
        return self._out.isatty()

    def write(self, text: ReadableBuffer) -> int | None:
        if self._is_heard:
            try:
                return self._out.write(text)
            except OSError as error:
                self._is_heard = False
                if not self._goes_on:
                    raise _refusal(error) from error
        return memoryview(text).nbytes


def _refusal(error: OSError) -> Exception:
    # On Windows a pipe without a reader may be called an invalid argument.
    if isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL):
        return NobodyListensError()
    why = error.strerror or str(error)
    return UserError(f"The output cannot be written: {why}.", hint="Send it somewhere else, or make room there.")


def open_streams(*, is_json: bool, goes_on: bool) -> None:
    """Make the three streams those of a command.

    One that is closed is replaced by nowhere. A letter that the output has no code for becomes a question mark; JSON
    is UTF-8 whatever the surroundings say. A command that `goes_on` does so when nobody takes its output any more.
    """
    if sys.stdin is None:
        sys.stdin = _nowhere("r")
    sys.stdout = _made(sys.stdout, is_json=is_json, goes_on=goes_on)
    sys.stderr = _made(sys.stderr, is_json=is_json, goes_on=True)


def _made(stream: IO[str] | None, *, is_json: bool, goes_on: bool) -> IO[str]:
    if stream is None:
        return _nowhere("w")
    # Without a buffer between them with PYTHONUNBUFFERED; something else altogether where a program captures them.
    if not isinstance(stream, io.TextIOWrapper) or not isinstance(stream.buffer, io.BufferedWriter | io.RawIOBase):
        return stream
    encoding, is_by_line = "utf-8" if is_json else stream.encoding, stream.line_buffering
    below = stream.detach()
    out = _Listened(below.detach() if isinstance(below, io.BufferedWriter) else below, goes_on=goes_on)
    return io.TextIOWrapper(io.BufferedWriter(out), encoding, errors="replace", line_buffering=is_by_line)


def _nowhere(mode: str) -> IO[str]:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - kept open to the very end
