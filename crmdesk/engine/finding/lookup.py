"""Records of the CRM found by a key: for lookups, for foreign keys, and to tell a create from an update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from crmdesk.connectors.contract import Capabilities, Query, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.filters.values import typed_text
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator
from crmdesk.model.job import Engine
from crmdesk.model.mapping import Lookup
from crmdesk.model.schema import NUMBERS, Field, FieldType, RemoteObject
from crmdesk.tabular.keys import fold_key
from crmdesk.tabular.search import FOUND_SCHEMA
from crmdesk.tabular.types.numbers import alike
from crmdesk.tabular.write_plan import WriteLine

MOST_BY_LISTS = 2000  # keys asked for in lists; more are read by one query over all records that have a key


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


@dataclass(frozen=True, slots=True)
class Limits:
    """Which records count: those that `filter` lets through; the field `active` is `active_when` of who may be used."""

    filter: Filter | None = None
    active: str = ""
    active_when: str = "true"


NO_LIMITS = Limits()


def folds(key: Field, can: Capabilities) -> bool:
    """Whether upper and lower case of a value of `key` are one to the CRM."""
    is_id = key.type in (FieldType.ID, FieldType.REFERENCE)
    return key.is_guid or (can.folds_case and not key.is_case_sensitive and not is_id)


def compared(keys: pl.Series, key: Field, can: Capabilities) -> pl.Series:
    """Values of `key` in the form in which they are compared, of a source and of the CRM alike."""
    return fold_key(alike(keys) if key.type in NUMBERS else keys, folds(key, can))


def compared_field(line: WriteLine, describe: Callable[[str], RemoteObject]) -> Field:
    """The field whose values the source values of a line are compared with: the looked-up key, or the line's own."""
    if line.search is not None and isinstance(line.search.origin, Lookup):
        found = describe(line.search.object).key(line.search.key)
        return found if found is not None else line.field
    return line.field


def find_keys(
    session: Session,
    can: Capabilities,
    target: RemoteObject,
    key: Field,
    keys: pl.Series,
    token: CancelToken,
    limits: Limits = NO_LIMITS,
) -> pl.DataFrame:
    """Which of `keys` records of `target` have in field `key`: a frame of FOUND_SCHEMA."""
    keys = keys.str.strip_chars()
    wanted = compared(keys, key, can).unique()
    if wanted.is_empty():
        return pl.DataFrame(schema=FOUND_SCHEMA)
    parts = []
    for query in _queries(target, key, keys, can.lookup_limit, limits):
        for batch in session.source(query).batches(token):
            token.check()
            is_usable = pl.col(limits.active) == limits.active_when if limits.active else pl.lit(value=True)
            read = batch.frame.select(
                compared(batch.frame[key.name], key, can).alias("key"),
                pl.col(target.id_field).alias("id"),
                is_usable.fill_null(value=False).alias("is_usable"),
            )
            parts.append(read.filter(pl.col("key").is_in(wanted.implode())))
    if not parts:
        return pl.DataFrame(schema=FOUND_SCHEMA)
    return found_of(pl.concat(parts))


def found_of(records: pl.DataFrame) -> pl.DataFrame:
    """A frame of FOUND_SCHEMA from one of key, id and is_usable: usable records count before others."""
    best = records.unique().filter(pl.col("is_usable") == pl.col("is_usable").max().over("key"))
    return (
        best.group_by("key")
        .agg(pl.col("id").min(), pl.len().cast(pl.Int64()).alias("n"), pl.col("is_usable").first())
        .select(pl.col(name).cast(kind) for name, kind in FOUND_SCHEMA.items())
    )


def _queries(target: RemoteObject, key: Field, keys: pl.Series, most: int, limits: Limits) -> list[Query]:
    fields = tuple(dict.fromkeys((key.name, target.id_field, *([limits.active] if limits.active else []))))
    if len(keys) > MOST_BY_LISTS and key.name != target.id_field:
        return [Query(target.name, fields, _limited(Condition(key.name, Operator.IS_NOT_EMPTY), limits))]
    values = [value for text in keys.to_list() if (value := typed_text(text, key)) is not None]
    return [
        Query(
            target.name,
            fields,
            _limited(Condition(key.name, Operator.IN, tuple(values[start : start + most])), limits),
            engine=Engine.REST,
        )
        for start in range(0, len(values), most)
    ]


def _limited(condition: Condition, limits: Limits) -> Filter:
    return condition if limits.filter is None else Group(Joined.ALL, (condition, limits.filter))
