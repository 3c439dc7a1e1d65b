"""What prepared rows would change in the records that they find, field by field: before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from crmdesk.engine.finding.holding import comparable, short_ids
from crmdesk.engine.finding.records import Wanted, among, key_hashes, records
from crmdesk.engine.preparing.kept_rows import KEY, KeptRows
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.engine.preparing.source_copy import write_frame
from crmdesk.errors import AccessError, SignInError, UserError
from crmdesk.model.field_change import FieldChange, RowChange, Transition
from crmdesk.model.schema import UNREADABLE, Field, FieldType
from crmdesk.tabular.batch import ROW

_ID, _OLD, _NEW = "__id__", "__old__", "__new__"
_LARGEST = 5
_ROWS = 100
"""Records that are shown of a field."""

_AT_ONCE = 500_000
"""Rows that are compared at a time: those whose keys have the same remainder, so that equal ones meet."""

_MOST_PAIRS = 200_000
"""Pairs of an old and a new value that are counted on from one part of the rows to the next, the most frequent ones."""

_NAME = "Name"
_MOST_TARGETS = 8  # objects that are asked for the names of one field; “anything” refers to dozens


@dataclass(slots=True)
class Differences:
    """Compares the rows that would be sent with the records of the CRM.

    Both are on the disk, and a field of a part of them at a time is in memory, with eight bytes for each record.
    """

    work: Preparation
    kept: KeptRows
    _held: list[Path] = field(default_factory=list)
    _known: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt64()))
    _rows: int = 0
    unknown: int = 0
    """Rows that would be sent and whose key no record has; known when `found` has been asked."""

    def found(self) -> tuple[FieldChange, ...]:
        """Ask the CRM for the records; the fields that change most come first."""
        key = self.work.plan.key
        if key is None or not self.kept.are_any:
            return ()
        fields = tuple(each for each in self.work.plan.fields if each.type not in UNREADABLE and each.name != key.name)
        self._read(key, fields)
        for frame in self.kept.frames((KEY,)):
            self._rows += frame.height
            self.unknown += int((~among(frame[KEY], self._known)).sum())
        found = [self._named(each, self._compared(each)) for each in fields]
        return tuple(sorted((each for each in found if each.records), key=lambda each: -each.touched))

    def there(self, keys: pl.Series) -> pl.Series:
        """How many records have each of these keys (KEY); known when `found` has been asked."""
        last = self._known.search_sorted(keys, side="right").cast(pl.Int64)
        return last - self._known.search_sorted(keys, side="left").cast(pl.Int64)

    def _read(self, key: Field, fields: Sequence[Field]) -> None:
        work, known = self.work, [self._known]
        names = tuple(dict.fromkeys((key.name, work.plan.object.id_field, *(each.name for each in fields))))
        wanted = Wanted(
            work.plan.object, key, lambda: (each[key.name] for each in self.kept.frames((key.name,))), names
        )
        for frame in records(wanted, work.session, work.can, work.token):
            work.token.check()
            if frame.is_empty():
                continue
            path = work.ledger.folder / f"held-{len(self._held):05}.arrow"
            hashes = key_hashes(frame[key.name], key, work.can).alias(KEY)
            write_frame(path, frame.with_columns(hashes, pl.col(work.plan.object.id_field).alias(_ID)))
            self._held.append(path)
            known.append(hashes.rename(""))
        self._known = pl.concat(known).sort()

    def _compared(self, each: Field) -> FieldChange:
        parts = 1 + max(self._rows, len(self._known)) // _AT_ONCE if self._held else 0
        whole = _Counted()
        for part in range(parts):
            self.work.token.check()
            among_these = pl.col(KEY) % parts == part
            held = pl.concat(
                pl.read_ipc(path, columns=[KEY, _ID, each.name]).filter(among_these) for path in self._held
            )
            sent = pl.concat(
                frame.filter(among_these & among(frame[KEY], self._known))
                for frame in self.kept.frames((ROW, KEY, each.name))
            )
            one = held.filter(pl.len().over(KEY) == 1).rename({each.name: _OLD})
            whole.add(each, sent.rename({each.name: _NEW}).join(one, on=KEY, maintain_order="left"))
        return whole.change(each)

    def _named(self, each: Field, change: FieldChange) -> FieldChange:
        """The change with names in the place of ids, where the field refers to records that have a name."""
        if each.type is not FieldType.REFERENCE:
            return change
        values = {value for one in change.largest for value in (one.old, one.new)}
        values |= {value for one in change.rows for value in (one.old, one.new)}
        names = {"": ""} | self._names(each.references, sorted(values - {""}))
        largest = tuple(replace(one, old=names[one.old], new=names[one.new]) for one in change.largest)
        rows = tuple(replace(one, old=names[one.old], new=names[one.new]) for one in change.rows)
        return replace(change, largest=largest, rows=rows)

    def _names(self, references: Sequence[str], ids: Sequence[str]) -> dict[str, str]:
        """The name of each record, which is one of several objects perhaps; its id where there is none to be had."""
        names: dict[str, str] = {}
        for target in references[:_MOST_TARGETS]:
            left = [each for each in ids if each not in names]
            if not left:
                break
            names |= self._names_in(target, left)
        return {each: names.get(each, each) for each in ids}

    def _names_in(self, target_name: str, ids: Sequence[str]) -> dict[str, str]:
        """The names of those records that are of the object and have one."""
        try:
            target = self.work.describe(target_name)
            id_field, name = target.field(target.id_field), target.field(_NAME)
            if id_field is None or name is None:
                return {}
            own = pl.Series([each for each in ids if each.startswith(id_field.prefix)], dtype=pl.String())
            wanted = Wanted(target, id_field, lambda: (own,), (id_field.name, name.name))
            read = list(records(wanted, self.work.session, self.work.can, self.work.token)) if len(own) else []
        except SignInError:
            raise
        except (AccessError, UserError):  # to whoever may not see the object, or read the names, the ids say the same
            return {}
        keys = [(short_ids(frame[id_field.name]), frame[name.name]) for frame in read]
        named = {key: text for found, texts in keys for key, text in zip(found, texts, strict=True) if text}
        return {value: named[short] for value, short in zip(own, short_ids(own), strict=True) if short in named}


@dataclass(slots=True)
class _Counted:
    """What is counted of one field, part by part of the rows."""

    fills: int = 0
    clears: int = 0
    changes: int = 0
    same: int = 0
    pairs: pl.DataFrame | None = None
    rows: pl.DataFrame | None = None

    def add(self, each: Field, both: pl.DataFrame) -> None:
        """`both`: for each record ROW, `_ID`, `_OLD` (null: no value) and `_NEW` (null: left alone, "": emptied)."""
        is_same = both[_NEW].is_null() | (comparable(both[_OLD], each) == comparable(both[_NEW], each))
        other = both.filter(~is_same).with_columns(pl.col(_OLD).fill_null(""))
        fills, clears = int((other[_OLD] == "").sum()), int((other[_NEW] == "").sum())
        self.fills, self.clears, self.same = self.fills + fills, self.clears + clears, self.same + int(is_same.sum())
        self.changes += other.height - fills - clears
        pairs = other.group_by(_OLD, _NEW).agg(pl.len().cast(pl.Int64), pl.col(ROW).min())
        rows = other.select(ROW, _ID, _OLD, _NEW).sort(ROW).head(_ROWS)
        if self.pairs is not None and self.rows is not None:
            both_parts = pl.concat([self.pairs, pairs]).group_by(_OLD, _NEW)
            pairs = both_parts.agg(pl.col("len").sum(), pl.col(ROW).min())
            rows = pl.concat([self.rows, rows]).sort(ROW).head(_ROWS)
        self.pairs = pairs.sort("len", ROW, descending=[True, False]).head(_MOST_PAIRS)
        self.rows = rows

    def change(self, each: Field) -> FieldChange:
        """The change of the whole field."""
        most = () if self.pairs is None else self.pairs.head(_LARGEST).select(_OLD, _NEW, "len").iter_rows()
        rows = () if self.rows is None else self.rows.iter_rows()
        return FieldChange(
            each.name,
            each.label,
            changes=self.changes,
            fills=self.fills,
            clears=self.clears,
            same=self.same,
            largest=tuple(Transition(old, new, count) for old, new, count in most),
            rows=tuple(RowChange(*row) for row in rows),
        )
