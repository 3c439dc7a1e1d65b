"""Records of the CRM found by a key: for lookups, for foreign keys, and to tell a create from an update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from crmdesk.connectors.contract import Capabilities, Query, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.filter_values import typed_text
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Engine
from crmdesk.model.mapping import Lookup
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import WriteLine, fold_key

MOST_BY_LISTS = 2000  # keys asked for in lists; more are read by one query over all records that have a key

FOUND_SCHEMA: dict[str, pl.DataType] = {"key": pl.String(), "id": pl.String(), "n": pl.Int64()}
"""One line a key that exists: the key as compared, the id of a record that has it, and how many records have it."""


@dataclass(slots=True)
class DistinctKeys:
    """The distinct values of one column of the source, gathered block by block."""

    frames: list[pl.Series] = field(default_factory=list)

    def add(self, keys: pl.Series) -> None:
        """Take more values; null and empty ones are left out."""
        self.frames.append(keys.drop_nulls().filter(keys.drop_nulls() != "").unique())

    def values(self) -> pl.Series:
        """All distinct values."""
        return pl.concat(self.frames).unique().sort() if self.frames else pl.Series(dtype=pl.String())


def folds(key: Field, can: Capabilities) -> bool:
    """Whether upper and lower case of a value of `key` are one to the CRM."""
    is_id = key.type in (FieldType.ID, FieldType.REFERENCE)
    return can.folds_case and not key.is_case_sensitive and not is_id


def compared_field(line: WriteLine, describe: Callable[[str], RemoteObject]) -> Field:
    """The field whose values the source values of a line are compared with: the looked-up key, or the line's own."""
    if isinstance(line.map.origin, Lookup):
        found = describe(line.map.origin.object).field(line.map.origin.key)
        return found if found is not None else line.field
    return line.field


def find_keys(
    session: Session, can: Capabilities, target: RemoteObject, key: Field, keys: pl.Series, token: CancelToken
) -> pl.DataFrame:
    """Which of `keys` records of `target` have in field `key`: a frame of FOUND_SCHEMA."""
    is_folded = folds(key, can)
    wanted = fold_key(keys, is_folded).unique()
    if wanted.is_empty():
        return pl.DataFrame(schema=FOUND_SCHEMA)
    parts = []
    for query in _queries(target, key, keys, can.lookup_limit):
        for batch in session.source(query).batches(token):
            token.check()
            frame = batch.frame.drop(ROW)
            names = frame.columns
            read = frame.select(fold_key(pl.col(names[0]), is_folded).alias("key"), pl.col(names[-1]).alias("id"))
            parts.append(read.filter(pl.col("key").is_in(wanted.implode())))
    if not parts:
        return pl.DataFrame(schema=FOUND_SCHEMA)
    distinct = pl.concat(parts).unique()
    return (
        distinct.group_by("key")
        .agg(pl.col("id").min(), pl.len().cast(pl.Int64()).alias("n"))
        .select(pl.col(name).cast(kind) for name, kind in FOUND_SCHEMA.items())
    )


def _queries(target: RemoteObject, key: Field, keys: pl.Series, most: int) -> list[Query]:
    fields = (key.name,) if key.name == target.id_field else (key.name, target.id_field)
    if len(keys) > MOST_BY_LISTS and key.name != target.id_field:
        return [Query(target.name, fields, Condition(key.name, Operator.IS_NOT_EMPTY))]
    values = [value for text in keys.to_list() if (value := typed_text(text, key)) is not None]
    return [
        Query(
            target.name,
            fields,
            Condition(key.name, Operator.IN, tuple(values[start : start + most])),
            engine=Engine.REST,
        )
        for start in range(0, len(values), most)
    ]
