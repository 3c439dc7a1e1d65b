"""What prepared rows would change in the records that they find, field by field: before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from crmdesk.engine.finding.holding import UNREADABLE, comparable, short_ids
from crmdesk.engine.finding.records import Wanted, key_hashes, records
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preparing.source_copy import write_frame
from crmdesk.errors import AccessError
from crmdesk.model.field_change import FieldChange, RowChange, Transition
from crmdesk.model.job import Action
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW

_KEY, _ID, _OLD, _NEW = "__key__", "__id__", "__old__", "__new__"
_LARGEST = 5
_ROWS = 100
"""Records that are shown of a field."""

_NAME = "Name"


@dataclass(slots=True)
class Differences:
    """Keeps the rows that would be sent in `folder`, and compares them with the records of the CRM in the end.

    A field at a time is held in memory, however many there are.
    """

    work: Preparation
    _prepared: list[Path] = field(default_factory=list)
    _keys: list[pl.Series] = field(default_factory=list)
    _held: list[Path] = field(default_factory=list)
    unknown: int = 0
    """Rows that would be sent and whose key no record has; known when `found` has been asked."""

    @property
    def are_wanted(self) -> bool:
        """Whether the job can change records that are there."""
        return self.work.plan.key is not None and self.work.plan.options.action in (Action.UPDATE, Action.UPSERT)

    def see(self, frame: pl.DataFrame) -> None:
        """Keep a prepared frame."""
        key = self.work.plan.key
        if key is None or not self.are_wanted:
            return
        path = self.work.ledger.folder / f"to-compare-{len(self._prepared):05}.arrow"
        keys = frame[key.name]
        write_frame(path, frame.with_columns(key_hashes(keys, key, self.work.can).alias(_KEY)))
        self._prepared.append(path)
        self._keys.append(keys.filter(keys.fill_null("") != "").unique())

    def found(self) -> tuple[FieldChange, ...]:
        """Ask the CRM for the records; the fields that change most come first."""
        key = self.work.plan.key
        if key is None or not self._keys:
            return ()
        fields = tuple(each for each in self.work.plan.fields if each.type not in UNREADABLE and each.name != key.name)
        self._read(key, fields)
        known = _column(self._held, (_KEY,))[_KEY].unique() if self._held else pl.Series(dtype=pl.UInt64())
        self.unknown = int((~_column(self._prepared, (_KEY,))[_KEY].is_in(known.implode())).sum())
        found = [self._named(each, self._compared(each)) for each in fields]
        return tuple(sorted((each for each in found if each.records), key=lambda each: -each.touched))

    def _read(self, key: Field, fields: Sequence[Field]) -> None:
        work = self.work
        names = tuple(dict.fromkeys((key.name, work.plan.object.id_field, *(each.name for each in fields))))
        wanted = Wanted(work.plan.object, key, pl.concat(self._keys).unique(), names)
        for frame in records(wanted, work.session, work.can, work.token):
            work.token.check()
            path = work.ledger.folder / f"held-{len(self._held):05}.arrow"
            hashes = key_hashes(frame[key.name], key, work.can).alias(_KEY)
            write_frame(path, frame.with_columns(hashes, pl.col(work.plan.object.id_field).alias(_ID)))
            self._held.append(path)

    def _compared(self, each: Field) -> FieldChange:
        if not self._held:
            return FieldChange(each.name, each.label, 0, 0, 0, 0)
        held = _column(self._held, (_KEY, _ID, each.name))
        sent = _column(self._prepared, (ROW, _KEY, each.name))
        one = held.filter(pl.len().over(_KEY) == 1).rename({each.name: _OLD})
        both = sent.rename({each.name: _NEW}).join(one, on=_KEY, maintain_order="left")
        return _counted(each, both)

    def _named(self, each: Field, change: FieldChange) -> FieldChange:
        """The change with names in the place of ids, where the field refers to one kind of record that has a name."""
        if each.type is not FieldType.REFERENCE or len(each.references) != 1:
            return change
        values = {value for one in change.largest for value in (one.old, one.new)}
        values |= {value for one in change.rows for value in (one.old, one.new)}
        names = {"": ""} | self._names(each.references[0], pl.Series(sorted(values - {""}), dtype=pl.String()))
        largest = tuple(replace(one, old=names[one.old], new=names[one.new]) for one in change.largest)
        rows = tuple(replace(one, old=names[one.old], new=names[one.new]) for one in change.rows)
        return replace(change, largest=largest, rows=rows)

    def _names(self, target_name: str, ids: pl.Series) -> dict[str, str]:
        """The name of each record, its id where there is none to be had."""
        own = dict(zip(ids, ids, strict=True))
        try:
            target = self.work.describe(target_name)
            id_field, name = target.field(target.id_field), target.field(_NAME)
            if id_field is None or name is None:
                return own
            wanted = Wanted(target, id_field, ids, (id_field.name, name.name))
            read = list(records(wanted, self.work.session, self.work.can, self.work.token))
        except AccessError:  # to whoever may not read the names the ids say the same
            return own
        keys = [(short_ids(frame[id_field.name]), frame[name.name]) for frame in read]
        named = {key: text for found, texts in keys for key, text in zip(found, texts, strict=True) if text}
        return {value: named.get(short, value) for value, short in zip(ids, short_ids(ids), strict=True)}


def _column(paths: Iterable[Path], names: Sequence[str]) -> pl.DataFrame:
    return pl.concat(pl.read_ipc(path, columns=list(names)).select(names) for path in paths)


def _counted(each: Field, both: pl.DataFrame) -> FieldChange:
    """`both` holds for each record ROW, `_ID`, `_OLD` (null: no value) and `_NEW` (null: left alone, "": emptied)."""
    is_same = both[_NEW].is_null() | (comparable(both[_OLD], each) == comparable(both[_NEW], each))
    other = both.filter(~is_same).with_columns(pl.col(_OLD).fill_null(""))
    fills, clears = other[_OLD] == "", other[_NEW] == ""
    pairs = other.group_by(_OLD, _NEW).agg(pl.len(), pl.col(ROW).min())
    most = pairs.sort("len", ROW, descending=[True, False]).head(_LARGEST)
    return FieldChange(
        each.name,
        each.label,
        changes=other.height - int(fills.sum()) - int(clears.sum()),
        fills=int(fills.sum()),
        clears=int(clears.sum()),
        same=int(is_same.sum()),
        largest=tuple(Transition(old, new, rows) for old, new, rows in most.select(_OLD, _NEW, "len").iter_rows()),
        rows=tuple(RowChange(*row) for row in other.sort(ROW).head(_ROWS).select(ROW, _ID, _OLD, _NEW).iter_rows()),
    )
