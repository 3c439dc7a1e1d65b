"""Answers that must arrive whole: one that was cut short on its way is asked for again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from crmdesk.connectors.token import CancelToken

_BEFORE_ASKING_AGAIN = (0.2, 1.0, 3.0)
"""Seconds between the tries to get an answer whole."""

Answer = TypeVar("Answer")
T = TypeVar("T")


def whole(ask: Callable[[], Answer], decode: Callable[[Answer], T], token: CancelToken | None) -> T:
    """What `decode` makes of the answer; `ask` is called again while that raises msgspec.DecodeError.

    Raises the error of the last try, of an answer that is whole but another one (msgspec.ValidationError) at once.
    """
    for pause in _BEFORE_ASKING_AGAIN:
        answer = ask()
        try:
            return decode(answer)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            (token or CancelToken()).sleep(pause)
    return decode(ask())
