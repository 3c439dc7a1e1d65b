"""Records of the CRM by their keys: in lists where they are few, else by one query over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from crmdesk.connectors.contract import Capabilities, Query, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.filters.values import typed_text
from crmdesk.engine.finding.lookup import MOST_BY_LISTS, folds
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.convert import fold_key

_WORTH_IT = 20  # reading everything beats lists of keys unless so many times as many records are there as are wanted
_ID_15, _ID_18 = 15, 18


@dataclass(frozen=True, slots=True)
class Wanted:
    """The records of `object` that have one of `keys`, distinct texts, in field `key`; `fields`, `key` among them."""

    object: RemoteObject
    key: Field
    keys: pl.Series
    fields: tuple[str, ...]


def records(wanted: Wanted, session: Session, can: Capabilities, token: CancelToken) -> Iterator[pl.DataFrame]:
    """Frames of the fields, all text; null where there is no value. Each record once, in no order."""
    if wanted.keys.is_empty():
        return
    if _reads_all(wanted, session, can):
        hashes = key_hashes(wanted.keys, wanted.key, can).unique().sort()
        for batch in session.source(Query(wanted.object.name, wanted.fields)).batches(token):
            frame = batch.frame.drop(ROW)
            yield frame.filter(_among(key_hashes(frame[wanted.key.name], wanted.key, can), hashes))
        return
    values = [value for text in wanted.keys.to_list() if (value := typed_text(text, wanted.key)) is not None]
    for start in range(0, len(values), can.lookup_limit):
        some = Condition(wanted.key.name, Operator.IN, tuple(values[start : start + can.lookup_limit]))
        query = Query(wanted.object.name, wanted.fields, some, engine=Engine.REST)
        for batch in session.source(query).batches(token):
            yield batch.frame.drop(ROW)


def _reads_all(wanted: Wanted, session: Session, can: Capabilities) -> bool:
    """Whether one query over all records costs less than lists of keys."""
    if len(wanted.keys) <= MOST_BY_LISTS or Engine.BULK not in can.engines.get(Action.UPDATE, ()):
        return False
    there = session.source(Query(wanted.object.name, (wanted.object.id_field,))).count()
    return there is not None and there <= _WORTH_IT * len(wanted.keys)


def key_hashes(keys: pl.Series, key: Field, can: Capabilities) -> pl.Series:
    """Keys as they compare, as numbers: a million of them are few megabytes; that of "" for no key."""
    if key.type is FieldType.ID and key.length == _ID_18:
        keys = keys.str.slice(0, _ID_15)  # an id of 18 characters is one of 15 with a checksum
    return fold_key(keys, folds(key, can)).fill_null("").hash()


def _among(values: pl.Series, known: pl.Series) -> pl.Series:
    """Which of `values` are in `known`, which is sorted."""
    places = known.search_sorted(values).clip(0, max(0, len(known) - 1))
    return known.gather(places) == values
