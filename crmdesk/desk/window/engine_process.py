"""The process that answers for the engine: started when it is needed, asked one thing at a time, started anew."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from crmdesk.desk.window.own_command import children_folder, in_the_background, own_command
from crmdesk.errors import Cancelled, CrmDeskError, PlanError, Problem, SignInError, error_of
from crmdesk.model.sign_in import SignInStep
from crmdesk.tabular.files.private import open_private

_LONGEST_LINE = 1 << 28  # bytes; a thousand fields with long lists are about one million
_LOG_BYTES = 1 << 20  # the log begins anew above that
_PATIENCE = 3.0  # seconds for it to end by itself

OnStep = Callable[[SignInStep], None]


class EngineProcess:
    """Lines of JSON to and from `engine --stdio` on the profile `home`; questions wait for their turn."""

    def __init__(self, home: Path) -> None:
        self._home = home.absolute()
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._starting: asyncio.Task[Process] | None = None
        self._number = 0
        self._is_given_up = False
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The id of the process, None while there is none."""
        return self._child.pid if self._child is not None else None

    async def answer(self, ask: str, on_step: OnStep, /, **arguments: object) -> Any:  # noqa: ANN401 - JSON, as it is
        """What the engine answers to a question; `on_step` is told of each step of a sign-in.

        Raises what the engine raised there, Cancelled after cancel() and close(), and CrmDeskError when the process
        dies over it.
        """
        async with self._turn:
            self._number += 1
            self._is_given_up = False
            if self._wants_no_answer():
                raise Cancelled
            child = await self._living()
            if self._wants_no_answer():
                raise Cancelled
            line = msgspec.json.encode({"id": self._number, "ask": ask, **arguments})
            try:
                reply = await self._reply(child, line + b"\n", on_step)
            except (ConnectionError, EOFError) as gone:
                await self._end(child, patience=0)
                if self._wants_no_answer():
                    raise Cancelled from None
                raise CrmDeskError(
                    "The part of CRM Desk that speaks to the CRM ended in the middle of a question.",
                    hint=f"Ask again. What it said is in {self._log}.",
                ) from gone
        if "error" in reply:
            raise _error(reply)
        return reply["answer"]

    async def cancel(self) -> None:
        """Give the question up that is being answered; it raises Cancelled. The next one starts another child."""
        if self._turn.locked():
            self._is_given_up = True
            if self._child is not None:
                await self._end(self._child, patience=0)

    async def close(self) -> None:
        """End the child: at once when it is answering, else in its own time. No question starts another one."""
        self._is_closed = True
        if self._starting is not None:
            await self._starting
        if self._child is not None:
            await self._end(self._child, patience=0 if self._turn.locked() else _PATIENCE)

    def _wants_no_answer(self) -> bool:
        return self._is_given_up or self._is_closed

    async def _reply(self, child: Process, line: bytes, on_step: OnStep) -> dict[str, Any]:
        if child.stdin is None or child.stdout is None:
            raise TypeError(child)
        child.stdin.write(line)
        await child.stdin.drain()
        while said := await child.stdout.readline():
            reply: dict[str, Any] = msgspec.json.decode(said)
            if reply["id"] != self._number:  # an answer that nobody waits for any more is passed over
                continue
            if "step" not in reply:
                return reply
            on_step(msgspec.convert(reply["step"], SignInStep))
        raise EOFError

    async def _living(self) -> Process:
        """The child, started when there is none or it has died."""
        if self._child is not None and self._child.returncode is not None:
            await self._end(self._child, patience=0)
        if self._child is not None:
            return self._child
        # Half a start cannot be given up (asyncio then waits for ever): it goes on, for the next question.
        self._starting = self._starting or asyncio.create_task(self._start())
        return await asyncio.shield(self._starting)

    async def _start(self) -> Process:
        try:
            children_folder(self._home)
            is_long = self._log.exists() and self._log.stat().st_size > _LOG_BYTES
            with open_private(self._log, "wb" if is_long else "ab") as log:
                self._child = await asyncio.create_subprocess_exec(
                    *own_command(self._home, "engine", "--stdio"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    limit=_LONGEST_LINE,
                    **in_the_background(),
                )
        except OSError as error:
            raise CrmDeskError(
                f"The part of CRM Desk that speaks to the CRM could not be started: {error.strerror}.",
                hint="Close other programs, or free some space, then try again.",
            ) from error
        finally:
            self._starting = None
        return self._child

    async def _end(self, child: Process, *, patience: float) -> None:
        if self._child is child:
            self._child = None
        if child.stdin is not None:
            child.stdin.close()
        if child.returncode is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await child.wait()
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                child.kill()
        await child.wait()

    @property
    def _log(self) -> Path:
        return self._home / "children" / "engine.log"


def _error(reply: dict[str, Any]) -> CrmDeskError:
    if problems := reply.get("problems"):
        return PlanError(tuple(Problem(**problem) for problem in problems))
    told = reply["error"]
    error = error_of(told["kind"], told["message"], hint=told["hint"], place=told["place"])
    if isinstance(error, SignInError):
        error.letter = told.get("letter", "")
    return error
