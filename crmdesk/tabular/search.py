"""A record of the CRM found by what a source column holds: how it is searched, and what its absence means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

import polars as pl

from crmdesk.model.mapping import Inactive, Lookup, NotFound, Owner, RecordType, Several
from crmdesk.model.reject import Check
from crmdesk.tabular.keys import fold_key
from crmdesk.tabular.types.cells import Cells, Fault, by_distinct, no_faults, quoted
from crmdesk.tabular.types.numbers import alike

FOUND_SCHEMA: dict[str, pl.DataType] = {
    "key": pl.String(),
    "id": pl.String(),
    "n": pl.Int64(),
    "is_usable": pl.Boolean(),
}
"""One line a key that exists in the CRM: the key as it is compared, the id of a record, how many records have it.

`is_usable` is false for a user who is inactive and a record type that this user may not use.
"""

SearchOrigin = Lookup | Owner | RecordType


@dataclass(frozen=True, slots=True)
class Search:
    """How the record of a line is found. `object` and `key` are in the CRM's spelling.

    `folds_case`: whether the CRM takes upper and lower case of the key for one; the keys of the found records have to
    be folded in the same way. `is_number`: whether the key is a number, however it is written.
    """

    origin: SearchOrigin
    object: str
    key: str
    folds_case: bool = True
    is_number: bool = False

    @property
    def column(self) -> str:
        """The source column with the key."""
        return self.origin.column

    @property
    def instead(self) -> str:
        """The key of the record that stands in for others, or an empty text."""
        return self.origin.instead

    @property
    def not_found(self) -> NotFound:
        """What a key does that no record has."""
        return self.origin.not_found

    @property
    def several(self) -> Several:
        """What a key does that several records have."""
        return self.origin.several if isinstance(self.origin, Lookup) else Several.REJECT

    @property
    def inactive(self) -> Inactive:
        """What the key of a record does that may not be used."""
        return self.origin.inactive if isinstance(self.origin, Owner) else Inactive.REJECT

    def compared(self, text: pl.Series) -> pl.Series:
        """Keys in the form in which they are compared with those of the records found."""
        return fold_key(alike(text) if self.is_number else text, self.folds_case)

    def missing(self, value: str) -> Fault:
        """Nothing has this key."""
        shown = quoted(value)
        match self.origin:
            case Lookup():
                return Fault(Check.PARENT_NOT_FOUND, f"No {self.object} has {self.key} = {shown}.")
            case Owner():
                return Fault(Check.OWNER_UNKNOWN, f"No user has {self.key} = {shown}.")
            case RecordType():
                return Fault(Check.RECORD_TYPE_UNKNOWN, f"No record type of {self.object} is called {shown}.")
            case _:
                assert_never(self.origin)

    def doubled(self, value: str) -> Fault:
        """Several records have this key."""
        what = "Several active users" if isinstance(self.origin, Owner) else f"Several records of {self.object}"
        return Fault(Check.PARENT_SEVERAL, f"{what} have {self.key} = {quoted(value)}.")

    def unusable(self, value: str) -> Fault:
        """What has this key may not be used."""
        if isinstance(self.origin, Owner):
            return Fault(Check.OWNER_INACTIVE, f"The user with {self.key} = {quoted(value)} is inactive.")
        return Fault(
            Check.RECORD_TYPE_NOT_ALLOWED, f"You may not use the record type {quoted(value)} of {self.object}."
        )


def look_up(text: pl.Series, search: Search, found: pl.DataFrame) -> Cells:
    """The ids of the records whose key is `text` (null where there is none), by what was `found` (FOUND_SCHEMA)."""
    hits = hits_of(text, search, found)
    records, is_unusable = hits["n"].fill_null(0), ~hits["is_usable"].fill_null(value=True)
    is_missing, is_doubled = text.is_not_null() & (records == 0), (records > 1) & ~is_unusable
    faults = [
        _faults(text, is_missing, search.missing, is_wrong=search.not_found is NotFound.REJECT),
        _faults(text, is_doubled, search.doubled, is_wrong=search.several is Several.REJECT),
        _faults(text, is_unusable, search.unusable, is_wrong=search.inactive is Inactive.REJECT),
    ]
    other = pl.lit(_id_of(search, found), dtype=pl.String)
    own, none = pl.col("id"), pl.lit(None, dtype=pl.String)
    unusable = {Inactive.SEND: own, Inactive.INSTEAD: other}.get(search.inactive, none)
    ids = pl.DataFrame([hits["id"]]).select(
        pl.when(pl.lit(is_missing))
        .then(other if search.not_found is NotFound.INSTEAD else none)
        .when(pl.lit(is_unusable))
        .then(unusable)
        .when(pl.lit(is_doubled))
        .then(own if search.several is Several.FIRST else none)
        .otherwise(own)
    )
    return Cells(ids.to_series(), pl.concat(faults))


def hits_of(text: pl.Series, search: Search, found: pl.DataFrame) -> pl.DataFrame:
    """What was found for each cell, in its place: the columns of FOUND_SCHEMA."""
    keys = search.compared(text).alias("key")
    return pl.DataFrame([keys]).join(found, on="key", how="left", maintain_order="left")


def _faults(text: pl.Series, where: pl.Series, fault: Callable[[str], Fault], *, is_wrong: bool) -> pl.DataFrame:
    return by_distinct(text, ~where, fault).faults if is_wrong and where.any() else no_faults()


def _id_of(search: Search, found: pl.DataFrame) -> str | None:
    """The id of the record that stands in for others."""
    if not search.instead:
        return None
    key = search.compared(pl.Series([search.instead]))[0]
    ids = found.filter(pl.col("key") == key)["id"]
    return str(ids[0]) if len(ids) else None
