"""Records named beforehand: fetched by their keys, a chunk a call, and delivered row for row in the order of the names.

A key that stands in several rows is fetched once. A row whose record cannot be had is a problem, never silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from crmdesk.connectors.contract import Query, Session
from crmdesk.connectors.missing_records import TellsWhyMissing, WhyMissing
from crmdesk.connectors.routes import Route
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.filters.values import typed_text
from crmdesk.model.filter import Condition, Operator, Scalar
from crmdesk.model.job import Engine
from crmdesk.model.reject import Check
from crmdesk.model.schema import NUMBERS, Field
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, Batch, no_problems
from crmdesk.tabular.types.ids import ids
from crmdesk.tabular.types.numbers import alike

CARRIED = "population."
"""Before the name of a population's column in a frame of rows: no field path has it."""

_KEY, _VALUE, _FIRST, _CHUNK = "__key__", "__value__", "__first__", "__chunk__"
_PREFIX = "population"


@dataclass(frozen=True, slots=True)
class Named:
    """The names: ROW and the population's columns (String) in one frame, of which `column` holds values of `key`."""

    rows: pl.DataFrame
    column: str
    key: Field
    is_folded: bool
    """Whether the CRM takes upper and lower case of the key for one."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of some keys: the records (fields of the query and _KEY), and why there is none."""

    records: pl.DataFrame
    faults: Mapping[str, tuple[str, str]]

    @property
    def answered(self) -> list[str]:
        """The keys of which something is known."""
        return [*self.records[_KEY].to_list(), *self.faults]

    def of(self, keys: Collection[str]) -> _Answer:
        """What is known of these keys alone."""
        records = self.records.filter(pl.col(_KEY).is_in(list(keys)))
        return _Answer(records, {key: fault for key, fault in self.faults.items() if key in keys})

    def beside(self, other: _Answer) -> _Answer:
        """What both know."""
        return _Answer(pl.concat([self.records, other.records]), {**self.faults, **other.faults})


class PopulationSource:
    """See Source. `query` reads the records, the key among its fields; `size` is how many keys one query may name."""

    def __init__(self, session: Session, query: Query, named: Named, size: int) -> None:
        self._session = session
        self._query = replace(query, engine=Engine.REST)
        self._named = named
        self._size = size

    def count(self) -> int:
        """How many rows the population has."""
        return self._named.rows.height

    def route(self) -> Route:
        """See TellsRoute: the text is the query of the first keys."""
        keys = self._planned(0).filter(_FIRST)[_VALUE]
        first = tuple(
            value for text in keys.head(self._size) if (value := typed_text(text, self._named.key)) is not None
        )
        asked = replace(self._query, filter=Condition(self._named.key.name, Operator.IN, first))
        calls = -(-keys.len() // self._size)
        return Route(Engine.REST, self.count(), calls, calls, self._session.query_text(asked), max(1, calls))

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        """See Source: the query's fields, and the population's columns behind CARRIED."""
        done = int(after.removeprefix(f"{_PREFIX} ")) if after is not None else 0
        planned = self._planned(done)
        lasts = _last_chunks(planned)
        kept: _Answer | None = None
        for (chunk,), rows in planned.group_by(_CHUNK, maintain_order=True):
            token.check()
            fresh = self._asked(rows.filter(_FIRST), token)
            known = fresh if kept is None else kept.beside(fresh)
            kept = known.of({key for key in known.answered if lasts.get(key, -1) > int(str(chunk))})
            done = int(rows[ROW][-1])
            yield Batch(
                self._delivered(rows, known),
                f"{_PREFIX} {done}" if done < self.count() else None,
                self._problems(rows, known),
            )

    def _planned(self, done: int) -> pl.DataFrame:
        """The rows behind row `done`: with their key, whether they are the first with it, and their chunk."""
        rows = self._named.rows.filter(pl.col(ROW) > done)
        text = rows[self._named.column].str.strip_chars().replace("", None)
        value = ids(text, self._named.key).value
        rows = rows.with_columns(value.alias(_VALUE), self._folded(value).alias(_KEY))
        first = pl.col(_KEY).is_first_distinct() & pl.col(_KEY).is_not_null()
        rows = rows.with_columns(first.alias(_FIRST))
        return rows.with_columns(((pl.col(_FIRST).cast(pl.Int64).cum_sum() - 1).clip(0) // self._size).alias(_CHUNK))

    def _folded(self, text: pl.Series) -> pl.Series:
        plain = alike(text) if self._named.key.type in NUMBERS else text
        return plain.str.to_lowercase() if self._named.is_folded else plain

    def _asked(self, firsts: pl.DataFrame, token: CancelToken) -> _Answer:
        """What the CRM says about keys that were not asked for yet."""
        key = self._named.key
        texts = dict(firsts.select(_KEY, _VALUE).iter_rows())
        values = {name: value for name, text in texts.items() if (value := typed_text(text, key)) is not None}
        faults = {
            name: (Check.CONVERSION_ERROR.value, f"“{text}” is no value of {key.name}, a {key.type} field.")
            for name, text in texts.items()
            if name not in values
        }
        found = self._fetched(tuple(values.values()), token)
        several = found.filter(pl.col(_KEY).is_duplicated())[_KEY].unique().to_list()
        faults |= {
            name: (WhyMissing.SEVERAL_FOUND.value, f"Several records have {key.name} “{texts.get(name, name)}”.")
            for name in several
        }
        there = set(found[_KEY].to_list())
        absent = {name: texts[name] for name in values if name not in there}
        faults |= self._why_missing(absent, token)
        return _Answer(found.filter(~pl.col(_KEY).is_duplicated()), faults)

    def _fetched(self, values: tuple[Scalar, ...], token: CancelToken) -> pl.DataFrame:
        """The records with these keys: the fields of the query, and _KEY."""
        empty = pl.DataFrame(schema=dict.fromkeys((*self._query.fields, _KEY), pl.String()))
        if not values:
            return empty
        key = self._named.key
        asked = replace(self._query, filter=Condition(key.name, Operator.IN, values))
        frames = [batch.frame.drop(ROW) for batch in self._session.source(asked).batches(token)]
        return pl.concat([empty, *(each.with_columns(self._folded(each[key.name]).alias(_KEY)) for each in frames)])

    def _why_missing(self, absent: Mapping[str, str], token: CancelToken) -> Mapping[str, tuple[str, str]]:
        """Why there is no record, by key; `absent` are the texts of the keys."""
        if not absent:
            return {}
        known: Mapping[str, WhyMissing] = {}
        if isinstance(self._session, TellsWhyMissing):
            told = self._session.why_missing(self._query.object, self._named.key.name, list(absent.values()), token)
            known = dict(zip(self._folded(pl.Series(list(told), dtype=pl.String)), told.values(), strict=True))
        reasons = {name: known.get(name, WhyMissing.NOT_FOUND) for name in absent}
        return {name: (why.value, _WORDS[why].format(absent[name])) for name, why in reasons.items()}

    def _delivered(self, rows: pl.DataFrame, known: _Answer) -> pl.DataFrame:
        carried = [pl.col(name).alias(CARRIED + name) for name in self._named.rows.columns if name != ROW]
        shown = rows.select(ROW, _KEY, *carried)
        joined = shown.join(known.records, on=_KEY, how="left", maintain_order="left")
        return joined.select(ROW, *self._query.fields, *(CARRIED + name for name in self._named.rows.columns[1:]))

    def _problems(self, rows: pl.DataFrame, known: _Answer) -> pl.DataFrame:
        """The rows whose record cannot be had (PROBLEM_SCHEMA)."""
        column = self._named.column
        wrong = rows.filter(pl.col(_KEY).is_null() | pl.col(_KEY).is_in(list(known.faults)))
        told = []
        for row, text, key in wrong.select(ROW, column, _KEY).iter_rows():
            code, message = known.faults[key] if key is not None else self._unusable(text)
            told.append((row, column, code, message))
        return pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row") if told else no_problems()

    def _unusable(self, text: str | None) -> tuple[str, str]:
        if not (text or "").strip():
            return Check.KEY_EMPTY.value, f"The column “{self._named.column}” is empty."
        said = ids(pl.Series([text]), self._named.key).faults["message"].to_list()
        return Check.NOT_AN_ID.value, said[0] if said else f"“{text}” is not a record id."


def _last_chunks(planned: pl.DataFrame) -> Mapping[str, int]:
    """For each key that stands in several rows the last chunk that has it."""
    again = planned.filter(~pl.col(_FIRST) & pl.col(_KEY).is_not_null())
    return dict(again.group_by(_KEY).agg(pl.col(_CHUNK).max()).iter_rows())


_WORDS = {
    WhyMissing.NOT_FOUND: "There is no record “{}”.",
    WhyMissing.DELETED: "The record “{}” has been deleted in the CRM.",
    WhyMissing.NO_ACCESS: "The record “{}” is there, but your user may not see it.",
}
