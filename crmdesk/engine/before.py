"""Before-values: what the CRM holds just before a run changes it, kept beside the run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crmdesk.connectors.contract import Capabilities, Query, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.filter_values import typed_text
from crmdesk.engine.ledger import Ledger
from crmdesk.engine.lookup import MOST_BY_LISTS, folds
from crmdesk.engine.plan import WritingPlan
from crmdesk.engine.run_notes import note, read_notes
from crmdesk.engine.sinks import Sinks
from crmdesk.engine.source_copy import write_frame
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import fold_key

_ROWS = 50_000  # records of one file
_WORTH_IT = 20  # reading everything beats lists of keys unless so many times as many records are there as are wanted
_ID_15, _ID_18 = 15, 18
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
        folder, records = self.ledger.folder, 0
        for old in folder.glob("before-*.arrow"):
            old.unlink()
        fields = self._fields()
        waiting: list[pl.DataFrame] = []
        for frame in self._records(fields):
            self.token.check()
            waiting.append(frame)
            if sum(each.height for each in waiting) >= _ROWS:
                records += self._store(waiting)
                waiting = []
            yield records
        records += self._store(waiting)
        note(folder, before=fields, records=records)
        yield records

    def _fields(self) -> tuple[str, ...]:
        """The record id, and the fields that are written; of records that go, all that can be read."""
        remote = self.plan.object
        wanted = remote.fields if self.plan.options.action is Action.DELETE else self.plan.fields
        names = [field.name for field in wanted if field.type not in _UNREADABLE]
        return tuple(dict.fromkeys((remote.id_field, *names)))

    def _store(self, frames: list[pl.DataFrame]) -> int:
        if not frames:
            return 0
        whole = pl.concat(frames)
        number = len(list(self.ledger.folder.glob("before-*.arrow"))) + 1
        write_frame(self.ledger.folder / f"before-{number:05}.arrow", whole)
        return whole.height

    def _records(self, fields: tuple[str, ...]) -> Iterator[pl.DataFrame]:
        key = self.plan.key
        if key is None:
            return
        keys = self._keys(key)
        if keys.is_empty():
            return
        if self._reads_all(len(keys)):
            hashes = self._hashes(keys, key).unique().sort()
            for batch in self.session.source(Query(self.plan.object.name, fields)).batches(self.token):
                frame = batch.frame.drop(ROW)
                yield frame.filter(_among(self._hashes(frame[key.name], key), hashes))
            return
        values = [value for text in keys.to_list() if (value := typed_text(text, key)) is not None]
        for start in range(0, len(values), self.can.lookup_limit):
            some = tuple(values[start : start + self.can.lookup_limit])
            query = Query(self.plan.object.name, fields, Condition(key.name, Operator.IN, some), engine=Engine.REST)
            for batch in self.session.source(query).batches(self.token):
                yield batch.frame.drop(ROW)

    def _keys(self, key: Field) -> pl.Series:
        """The distinct keys of what is to be sent."""
        found = []
        for send in self.ledger.unsent():
            self.token.check()
            road = self.sinks.road_of(send)
            request = self.sinks.request_on(road)
            if request.key is not None:
                frame = self.sinks.at(road).packing.decode(send.body.read())
                found.append(frame[key.name].drop_nulls().filter(frame[key.name].drop_nulls() != ""))
        return pl.concat(found).unique() if found else pl.Series(dtype=pl.String())

    def _reads_all(self, keys: int) -> bool:
        """Whether one query over all records costs less than lists of keys."""
        if keys <= MOST_BY_LISTS or Engine.BULK not in self.can.engines.get(Action.UPDATE, ()):
            return False
        there = self.session.source(Query(self.plan.object.name, (self.plan.object.id_field,))).count()
        return there is not None and there <= _WORTH_IT * keys

    def _hashes(self, keys: pl.Series, key: Field) -> pl.Series:
        """Keys as they compare, as numbers: a million of them are few megabytes."""
        if key.type is FieldType.ID and key.length == _ID_18:
            keys = keys.str.slice(0, _ID_15)  # an id of 18 characters is one of 15 with a checksum
        return fold_key(keys, folds(key, self.can)).fill_null("").hash()


def _among(values: pl.Series, known: pl.Series) -> pl.Series:
    """Which of `values` are in `known`, which is sorted."""
    places = known.search_sorted(values).clip(0, max(0, len(known) - 1))
    return known.gather(places) == values
