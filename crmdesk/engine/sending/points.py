"""Who is told of the named points of a send."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.connectors.contract import Point

OnPoint = Callable[["Point"], None]
"""Told of each named point of a send, after it is durable; tests stop the program there."""


def ignore_point(_: Point) -> None:
    """Nobody watches."""
