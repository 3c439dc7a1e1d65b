"""The rows that a rehearsal would send, kept on the disk: as many as there are, in little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.finding.records import key_hashes
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.fate import lacks_required
from crmdesk.engine.preparing.source_copy import write_frame
from crmdesk.model.job import Action

KEY, LACKS = "__key__", "__lacks__"
"""Columns beside those of a prepared frame: the key as key_hashes gives it, whether a new record could not be made."""

_COMPARED = (Action.UPDATE, Action.UPSERT, Action.DELETE)


@dataclass(slots=True)
class KeptRows:
    """Those of an update, an upsert, or a delete by the record id, in `folder`; nothing is kept of others."""

    folder: Path
    plan: WritingPlan
    can: Capabilities
    _paths: list[Path] = field(default_factory=list)

    def add(self, frame: pl.DataFrame) -> None:
        """Keep a prepared frame."""
        key = self.plan.key
        if key is None or self.plan.options.action not in _COMPARED:
            return
        if self.plan.options.action is Action.DELETE and self.plan.is_key_looked_up:
            return  # each of them has found its record
        path = self.folder / f"to-compare-{len(self._paths):05}.arrow"
        lacks = lacks_required(self.plan, frame).alias(LACKS)
        write_frame(path, frame.with_columns(key_hashes(frame[key.name], key, self.can).alias(KEY), lacks))
        self._paths.append(path)

    def forget(self) -> None:
        """Nothing was prepared: it is done anew."""
        for path in self._paths:
            path.unlink()
        self._paths.clear()

    @property
    def are_any(self) -> bool:
        """Whether there are rows."""
        return bool(self._paths)

    def frames(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns, a frame at a time."""
        for path in self._paths:
            yield pl.read_ipc(path, columns=list(names)).select(names)
