"""Asking the engine, which is a process of its own: one question after the other, with the vault opened on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from crmdesk.desk.window.engine_process import EngineProcess, OnStep
from crmdesk.errors import VAULT, Cancelled, SignInError
from crmdesk.model.sign_in import SignInStep

Answer = TypeVar("Answer")
AskPhrase = Callable[[str, bool], Awaitable[str | None]]
"""Told why, and whether a pass phrase was given already and did not open the vault."""


def ignore_step(_: SignInStep) -> None:
    """Nobody watches."""


class EngineAsking:
    """Questions wait in a queue, in the order in which they were asked.

    `ask_phrase` is asked for the pass phrase of the profile's vault, with why; None gives the question up.
    """

    def __init__(self, home: Path) -> None:
        self._process = EngineProcess(home)
        self.ask_phrase: AskPhrase | None = None

    async def cancel(self) -> None:
        """Give the question up that is being answered; it raises Cancelled. The next one starts another child."""
        await self._process.cancel()

    async def close(self) -> None:
        """End the child: at once when it is answering, else in its own time. No question starts another one."""
        await self._process.close()

    async def _ask(self, kind: type[Answer], ask: str, on_step: OnStep = ignore_step, /, **arguments: object) -> Answer:
        return msgspec.convert(await self._answer(ask, on_step, **arguments), kind, str_keys=True)

    async def _answer(self, ask: str, on_step: OnStep = ignore_step, /, **arguments: object) -> Any:  # noqa: ANN401 - JSON, as it is
        is_again = False
        while True:
            try:
                return await self._process.answer(ask, on_step, **arguments)
            except SignInError as error:
                if error.place != VAULT or self.ask_phrase is None:
                    raise
                phrase = await self.ask_phrase(error.message, is_again)
                if phrase is None:
                    raise Cancelled from error
                is_again = True
                await self._process.answer("unlock", on_step, phrase=phrase)
