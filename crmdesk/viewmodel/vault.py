"""The vault of the profile, where it has one: its pass phrase is asked for when secrets are used, once a window."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from crmdesk.errors import VAULT, Cancelled, SignInError
from crmdesk.viewmodel.base import ViewModel

Done = TypeVar("Done")

_CLOSED = "The secrets of this profile are in a vault. Its pass phrase opens it."


class VaultDoor(ViewModel):
    """`wanted` says why the pass phrase is asked for, and is empty while it is not; `phrase` is what was given."""

    def __init__(self) -> None:
        super().__init__()
        self.phrase = ""
        self.wanted = ""
        self._answer: asyncio.Future[str | None] | None = None

    async def ask(self, why: str, is_again: bool) -> str | None:  # noqa: FBT001 - see EngineChild.ask_phrase
        """The pass phrase; asked for when it is not known, or (`is_again`) did not open the vault. None: given up."""
        if self.phrase and not is_again:
            return self.phrase
        if self._answer is None:
            self._answer = asyncio.get_running_loop().create_future()
            self.wanted = why if is_again else _CLOSED
            self.changed()
        return await asyncio.shield(self._answer)

    def give(self, phrase: str | None) -> None:
        """The person has typed it, or given up."""
        self.phrase, self.wanted = phrase or "", ""
        if self._answer is not None:
            self._answer.set_result(phrase)
            self._answer = None
        self.changed()

    async def opened_for(self, work: Callable[[], Awaitable[Done]]) -> Done:
        """Do `work`, and again with the pass phrase when it wants one. Raises Cancelled when that was given up."""
        while True:
            is_again = bool(self.phrase)
            try:
                return await work()
            except SignInError as error:
                if error.place != VAULT:
                    raise
                if await self.ask(error.message, is_again) is None:
                    raise Cancelled from error
