"""Prepared rows on their roads: with a CRM that has no upsert, new records take another one than known ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Packing, Prepared, Road
from crmdesk.engine.sending.packing import Packer
from crmdesk.model.job import Action

Parts = Mapping[Action | None, pl.DataFrame]
"""Rows by what is done with them; None: what the job says."""

Split = Callable[[pl.DataFrame], Parts]


PackingOf = Callable[[Action | None], tuple[Packing, Road | None]]


def as_one(frame: pl.DataFrame) -> Parts:
    """All rows take the road of the run."""
    return {None: frame}


class Packers:
    """A packer for each road, each with a file of its own in `folder`.

    `packing_of` gives how the sends of an action are packed and the road they take (None: that of the run). All bodies
    are closed after `stop_at` rows, so that exactly so many can be sent first.
    """

    def __init__(
        self,
        folder: Path,
        packing_of: Callable[[Action | None], tuple[Packing, Road | None]],
        split: Split,
        stop_at: int,
    ) -> None:
        self._folder = folder
        self._packing_of = packing_of
        self._split = split
        self._left = stop_at
        self._packers: dict[Action | None, Packer] = {}

    def add(self, frame: pl.DataFrame) -> Iterator[Prepared]:
        """Pack more rows; yields the bodies that became full."""
        if self._left:
            first, frame = frame.head(self._left), frame.slice(self._left)
            self._left -= first.height
            yield from self._pack(first)
            if not self._left:
                for packer in self._packers.values():
                    yield from packer.cut()
        yield from self._pack(frame)

    def sync(self) -> None:
        """Make all bodies yielded so far durable."""
        for packer in self._packers.values():
            packer.sync()

    def close(self) -> Iterator[Prepared]:
        """The last bodies."""
        for packer in self._packers.values():
            yield from packer.close()

    def _pack(self, frame: pl.DataFrame) -> Iterator[Prepared]:
        if frame.is_empty():
            return
        for action, part in self._split(frame).items():
            if not part.is_empty():
                yield from self._packer(action).add(part)

    def _packer(self, action: Action | None) -> Packer:
        if action not in self._packers:
            packing, road = self._packing_of(action)
            self._packers[action] = Packer(packing, self._folder / send_file(action), road=road)
        return self._packers[action]


def send_file(action: Action | None) -> str:
    """The name of the file for the sends of an action."""
    return "sends.bin" if action is None else f"sends-{action}.bin"
