"""Before-values: what the CRM holds just before a run changes it, kept beside the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Capabilities, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.finding.records import Wanted, key_hashes, records
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.source_copy import write_frame
from crmdesk.engine.run_notes import note, read_notes
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.model.job import Action
from crmdesk.model.schema import Field, FieldType

_ROWS = 50_000  # records of one file
_UNREADABLE = frozenset({FieldType.COMPOUND, FieldType.BINARY})


def keeps_before(plan: WritingPlan) -> bool:
    """Whether records that are there may be changed by the job, and are to be kept first."""
    is_asked = plan.options.before_values or plan.options.action is Action.DELETE
    return is_asked and plan.options.action in (Action.UPDATE, Action.UPSERT, Action.DELETE)


def before_frames(folder: Path) -> Iterator[pl.DataFrame]:
    """The before-values of a run: the record id first, then the fields, all text; null where there was no value."""
    if read_notes(folder).before is not None:
        for path in sorted(folder.glob("before-*.arrow")):
            yield pl.read_ipc(path)


@dataclass(frozen=True, slots=True)
class BeforeValues:
    """Keeps what the records hold that the sends of a run are about to change."""

    plan: WritingPlan
    session: Session
    can: Capabilities
    ledger: Ledger
    sinks: Sinks
    token: CancelToken

    def keep(self) -> Iterator[int]:
        """Store them, anew if it was begun before; yields how many records are stored so far."""
        folder, records, keys = self.ledger.folder, 0, list[pl.Series]()
        for old in folder.glob("before-*.arrow"):
            old.unlink()
        fields = self._fields()
        waiting: list[pl.DataFrame] = []
        for frame in self._records(fields):
            self.token.check()
            waiting.append(frame)
            keys += self._several(frame)
            if sum(each.height for each in waiting) >= _ROWS:
                records += self._store(waiting)
                waiting = []
            yield records
        records += self._store(waiting)
        note(folder, before=fields, records=records, known=pl.concat(keys).n_unique() if keys else records)
        yield records

    def _fields(self) -> tuple[str, ...]:
        """The record id, and the fields that are written; of records that go, all that can be read."""
        remote = self.plan.object
        is_all = self.plan.options.action is Action.DELETE
        wanted = remote.fields if is_all else remote.together(self.plan.fields)
        names = [field.name for field in wanted if field.type not in _UNREADABLE]
        return tuple(dict.fromkeys((remote.id_field, *names)))

    def _several(self, frame: pl.DataFrame) -> list[pl.Series]:
        """The keys of the records as numbers, where several may have one."""
        key = self.plan.key
        if key is None or key.is_unique or key.name == self.plan.object.id_field:
            return []
        return [key_hashes(frame[key.name], key, self.can)]

    def _store(self, frames: list[pl.DataFrame]) -> int:
        if not frames:
            return 0
        whole = pl.concat(frames)
        number = len(list(self.ledger.folder.glob("before-*.arrow"))) + 1
        write_frame(self.ledger.folder / f"before-{number:05}.arrow", whole)
        return whole.height

    def _records(self, fields: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        key = self.plan.key
        if key is not None:
            wanted = Wanted(self.plan.object, key, lambda: self._keys(key), fields)
            yield from records(wanted, self.session, self.can, self.token)

    def _keys(self, key: Field) -> Iterator[pl.Series]:
        """The keys of what is to be sent, a send at a time."""
        for send in self.ledger.unsent():
            self.token.check()
            road = self.sinks.road_of(send)
            request = self.sinks.request_on(road)
            if request.key is not None:
                yield self.sinks.at(road).packing.decode(send.body.read())[key.name]
