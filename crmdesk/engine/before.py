"""Before-values: what the CRM holds just before a run changes it, kept beside the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Capabilities, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.finding.records import Wanted, key_hashes, records
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.disk import reading_back
from crmdesk.engine.preparing.source_copy import write_frame
from crmdesk.engine.run_notes import note, read_notes
from crmdesk.engine.sending.sinks import Sinks
from crmdesk.model.job import Action
from crmdesk.model.schema import Field, FieldType

_KEPT, _ANEW = "before", "anew"  # what the names of the files begin with
_ROWS = 50_000  # records of one file
_UNREADABLE = frozenset({FieldType.COMPOUND, FieldType.BINARY})


def keeps_before(plan: WritingPlan) -> bool:
    """Whether records that are there may be changed by the job, and are to be kept first."""
    is_asked = plan.options.before_values or plan.options.action is Action.DELETE
    return is_asked and plan.options.action in (Action.UPDATE, Action.UPSERT, Action.DELETE)


def before_frames(folder: Path) -> Iterator[pl.DataFrame]:
    """The before-values of a run: the record id first, then the fields, all text; null where there was no value."""
    if read_notes(folder).before is not None:
        for path in sorted(folder.glob(f"{_KEPT}-*.arrow")):
            with reading_back(path):
                frame = pl.read_ipc(path)
            yield frame


def _number_of_files(folder: Path, kind: str) -> int:
    return len(list(folder.glob(f"{kind}-*.arrow")))


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
        """Store them, anew if that was done before; yields how many records are stored so far."""
        folder, records, keys = self.ledger.folder, 0, list[pl.Series]()
        note(folder, before=None, records=0)
        for old in folder.glob(f"{_KEPT}-*.arrow"):
            old.unlink()
        fields = self._fields()
        for frame in self._stored(_KEPT, fields):
            records += frame.height
            keys += self._several(frame)
            yield records
        note(folder, before=fields, records=records, known=pl.concat(keys).n_unique() if keys else records)
        yield records

    def keep_anew(self) -> Iterator[int]:
        """Store those of what is left to be sent in the place of what was stored of it when the run began."""
        folder, records, ids = self.ledger.folder, 0, list[pl.Series]()
        for broken_off in folder.glob(f"{_ANEW}-*.arrow"):
            broken_off.unlink()
        for frame in self._stored(_ANEW, read_notes(folder).before or ()):
            records += frame.height
            ids.append(frame[self.plan.object.id_field])
            yield records
        if ids:
            note(folder, records=self._left_of_old(pl.concat(ids)) + records)
            number = _number_of_files(folder, _KEPT)
            for path in sorted(folder.glob(f"{_ANEW}-*.arrow")):
                number += 1
                path.replace(folder / f"{_KEPT}-{number:05}.arrow")
        yield records

    def _left_of_old(self, ids: pl.Series) -> int:
        """Take these records out of what is stored; gives how many are left."""
        records = 0
        for path in sorted(self.ledger.folder.glob(f"{_KEPT}-*.arrow")):
            with reading_back(path), path.open("rb") as file:  # by a mapped one no other could take its place
                frame = pl.read_ipc(file)
            left = frame.filter(~pl.col(self.plan.object.id_field).is_in(ids.implode()))
            if left.height < frame.height:
                part = path.with_suffix(".part")
                write_frame(part, left)
                part.replace(path)
            records += left.height
        return records

    def _stored(self, kind: str, fields: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The records as they are found, and stored when there are enough for a file; a field that is gone is empty."""
        there = tuple(name for name in fields if self.plan.object.field(name) is not None)
        gone = [pl.lit(None, dtype=pl.String()).alias(name) for name in fields if name not in there]
        waiting: list[pl.DataFrame] = []
        for found in self._records(there):
            self.token.check()
            frame = found.with_columns(gone).select(fields)
            waiting.append(frame)
            if sum(each.height for each in waiting) >= _ROWS:
                self._store(kind, waiting)
                waiting = []
            yield frame
        self._store(kind, waiting)

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

    def _store(self, kind: str, frames: list[pl.DataFrame]) -> None:
        if frames:
            folder = self.ledger.folder
            write_frame(folder / f"{kind}-{_number_of_files(folder, kind) + 1:05}.arrow", pl.concat(frames))

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
