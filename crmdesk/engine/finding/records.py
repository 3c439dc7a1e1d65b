"""Records of the CRM by their keys: in lists where they are few, else by one query over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from crmdesk.connectors.contract import Capabilities, Query, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.filters.values import typed_text
from crmdesk.engine.finding.lookup import MOST_BY_LISTS, compared
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action, Engine
from crmdesk.model.schema import Field, FieldType, RemoteObject
from crmdesk.tabular.batch import ROW

_WORTH_IT = 20  # reading everything beats lists of keys unless so many times as many records are there as are wanted
_ID_15, _ID_18 = 15, 18


@dataclass(frozen=True, slots=True)
class Wanted:
    """The records of `object` that have one of some keys in field `key`; `fields`, `key` among them.

    `texts` gives the keys block by block, anew at each call; those that are null or "" count for nothing.
    """

    object: RemoteObject
    key: Field
    texts: Callable[[], Iterable[pl.Series]]
    fields: tuple[str, ...]


def records(wanted: Wanted, session: Session, can: Capabilities, token: CancelToken) -> Iterator[pl.DataFrame]:
    """Frames of the fields, all text; null where there is no value. Each record once, in no order.

    Where all records are read, eight bytes a key are held; lists of keys are asked for only where keys are few.
    """
    hashes = _distinct([key_hashes(_named(block), wanted.key, can) for block in wanted.texts()])
    if hashes.is_empty():
        return
    if reads_all(wanted.object, len(hashes), session, can):
        for batch in session.source(Query(wanted.object.name, wanted.fields)).batches(token):
            frame = batch.frame.drop(ROW)
            yield frame.filter(among(key_hashes(frame[wanted.key.name], wanted.key, can), hashes))
        return
    texts = pl.concat(map(_named, wanted.texts())).unique()
    for start in range(0, len(texts), can.lookup_limit):
        listed = [typed_text(text, wanted.key) for text in texts.slice(start, can.lookup_limit)]
        some = tuple(value for value in listed if value is not None)
        if some:
            where = Condition(wanted.key.name, Operator.IN, some)
            for batch in session.source(Query(wanted.object.name, wanted.fields, where, engine=Engine.REST)).batches(
                token
            ):
                yield batch.frame.drop(ROW)


def reads_all(remote: RemoteObject, keys: int, session: Session, can: Capabilities) -> bool:
    """Whether one query over all records of an object costs less than lists of so many keys."""
    if keys <= MOST_BY_LISTS or Engine.BULK not in can.engines.get(Action.UPDATE, ()):
        return False
    there = session.source(Query(remote.name, (remote.id_field,))).count()
    return there is not None and there <= _WORTH_IT * keys


def _named(texts: pl.Series) -> pl.Series:
    """Without white space around them, which the CRM takes off."""
    plain = texts.str.strip_chars()
    return plain.filter(plain.fill_null("") != "")


def _distinct(blocks: Sequence[pl.Series]) -> pl.Series:
    """The hashes of all blocks, each once, sorted."""
    if not blocks:
        return pl.Series(dtype=pl.UInt64())
    return pl.concat(blocks).sort().unique(maintain_order=True).set_sorted()


def key_hashes(keys: pl.Series, key: Field, can: Capabilities) -> pl.Series:
    """Keys as they compare, as numbers: a million of them are few megabytes; that of "" for no key."""
    if key.type is FieldType.ID and key.length == _ID_18:
        keys = keys.str.slice(0, _ID_15)  # an id of 18 characters is one of 15 with a checksum
    return compared(keys, key, can).fill_null("").hash()


def among(values: pl.Series, known: pl.Series) -> pl.Series:
    """Which of `values` are in `known`, which is sorted."""
    if known.is_empty():
        return pl.repeat(value=False, n=len(values), eager=True)
    places = known.search_sorted(values).clip(0, max(0, len(known) - 1))
    return known.gather(places) == values
