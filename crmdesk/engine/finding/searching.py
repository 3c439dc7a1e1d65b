"""The records that a source names, found before anything is sent: all keys of the whole source at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

import polars as pl

from crmdesk.connectors.contract import Capabilities, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.finding.lookup import Limits, find_keys, found_of
from crmdesk.errors import UserError
from crmdesk.model.mapping import Inactive, Lookup, NotFound, Owner, RecordType
from crmdesk.model.run import LookupCount
from crmdesk.model.schema import RemoteObject
from crmdesk.tabular.convert import WriteLine, WritePlan, fold_key, key_text
from crmdesk.tabular.search import Search, look_up

_MERGED_FROM = 1_000_000  # lines gathered before equal ones are put together, so that memory follows what differs


@dataclass(slots=True)
class KeyCounts:
    """The keys of one line in the whole source, and how many rows have each."""

    rows: int = 0
    frames: list[pl.DataFrame] = field(default_factory=list)

    def add(self, keys: pl.Series) -> None:
        """Take more keys, null where a row has none."""
        self.rows += len(keys)
        named = keys.drop_nulls().alias("text")
        counted = pl.DataFrame([named.filter(named != "")]).group_by("text").agg(pl.len().alias("rows"))
        self.frames.append(counted)
        if sum(frame.height for frame in self.frames) > _MERGED_FROM:
            self.frames = [self.counts()]

    def counts(self) -> pl.DataFrame:
        """Text and rows, each text once, in order."""
        if not self.frames:
            return pl.DataFrame(schema={"text": pl.String(), "rows": pl.UInt32()})
        return pl.concat(self.frames).group_by("text").agg(pl.col("rows").sum()).sort("text")


def searched(plan: WritePlan) -> list[tuple[WriteLine, Search]]:
    """The lines whose values are records of the CRM."""
    return [(line, line.search) for line in plan.lines if line.search is not None]


@dataclass(slots=True)
class Searches:
    """The searches of one preparation: `add` the blocks of the source, then `find`."""

    plan: WritePlan
    keys: dict[str, KeyCounts] = field(default_factory=dict)

    def add(self, frame: pl.DataFrame) -> None:
        """Gather the keys of a block."""
        for line, _ in searched(self.plan):
            self.keys.setdefault(line.field.name, KeyCounts()).add(key_text(line, frame, self.plan.reading))

    def find(self, ask: Asking) -> dict[str, pl.DataFrame]:
        """For each line the records found (FOUND_SCHEMA), by the name of its field; raises UserError.

        Nothing is remembered beyond this: a record that is missing now may be there in the next run.
        """
        return {line.field.name: self._found(line.field.name, search, ask) for line, search in searched(self.plan)}

    def _found(self, name: str, search: Search, ask: Asking) -> pl.DataFrame:
        texts = self.keys.get(name, KeyCounts()).counts()["text"]
        if search.instead:
            texts = texts.extend(pl.Series("text", [search.instead])).unique().sort()
        found = ask.records(search, texts)
        # What stands in for others must be there itself, or every row that needs it would be wrong.
        if search.instead and (why := why_not_instead(search, found)):
            msg = f"What is to be taken instead cannot be used. {why}"
            raise UserError(msg, hint="Name another one with instead = ….")
        return found

    def counts(self, found: dict[str, pl.DataFrame]) -> tuple[LookupCount, ...]:
        """What became of the keys of each line, in the order of the job."""
        return tuple(
            _count(line.field.name, search, self.keys.get(line.field.name, KeyCounts()), found[line.field.name])
            for line, search in searched(self.plan)
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask for records; `remote` is the object of the job."""

    session: Session
    can: Capabilities
    describe: Callable[[str], RemoteObject]
    remote: RemoteObject
    token: CancelToken

    def records(self, search: Search, texts: pl.Series) -> pl.DataFrame:
        """The records whose key is one of `texts` (FOUND_SCHEMA); UserError where the key is no field any more."""
        match search.origin:
            case RecordType():
                return _record_types(self.remote)
            case Lookup(filter=where):
                limits = Limits(filter=where)
            case Owner():
                users = self.can.users
                limits = Limits() if users is None else Limits(active=users.active, active_when=users.active_when)
            case _:
                assert_never(search.origin)
        target = self.describe(search.object)
        key = target.key(search.key)
        if key is None:
            raise UserError(f"{target.name} no longer has the field {search.key}.", hint="Check the job again.")
        return find_keys(self.session, self.can, target, key, texts, self.token, limits)


def _record_types(remote: RemoteObject) -> pl.DataFrame:
    """The record types by label and by developer name, as described: nothing has to be asked for."""
    named = [
        (fold_key(pl.Series([name]), folds_case=True)[0], each.id, each.is_available)
        for each in remote.record_types
        for name in (each.label, each.name)
    ]
    schema = {"key": pl.String(), "id": pl.String(), "is_usable": pl.Boolean()}
    return found_of(pl.DataFrame(named, schema=schema, orient="row"))


def why_not_instead(search: Search, found: pl.DataFrame) -> str:
    """Why the record that stands in for others is none of those `found` that may be used; "" when it is."""
    cells = look_up(pl.Series([search.instead], dtype=pl.String), search, found)
    key = search.compared(pl.Series([search.instead]))[0]
    usable = found.filter((pl.col("key") == key) & pl.col("is_usable") & (pl.col("n") == 1))
    if not usable.is_empty():
        return ""
    return str(cells.faults["message"][0]) if cells.faults.height else search.missing(search.instead).message


def _count(name: str, search: Search, keys: KeyCounts, found: pl.DataFrame) -> LookupCount:
    counts = keys.counts()
    joined = counts.with_columns(search.compared(counts["text"]).alias("key")).join(found, on="key", how="left")
    is_there, is_usable = pl.col("n").is_not_null(), pl.col("is_usable").fill_null(value=True)
    kinds = {
        "found": is_there & is_usable & (pl.col("n") == 1),
        "not_found": ~is_there,
        "several": is_there & is_usable & (pl.col("n") > 1),
        "inactive": is_there & ~is_usable,
    }
    row = joined.select(
        *(pl.col("rows").filter(which).sum().cast(pl.Int64).alias(kind) for kind, which in kinds.items()),
        pl.col("rows").sum().cast(pl.Int64).alias("named"),
    ).row(0, named=True)
    replaced = row["not_found"] if search.not_found is NotFound.INSTEAD else 0
    replaced += row["inactive"] if search.inactive is Inactive.INSTEAD else 0
    return LookupCount(
        field=name,
        object=search.object,
        key=search.key,
        keys=counts.height,
        found=row["found"],
        not_found=row["not_found"],
        several=row["several"],
        inactive=row["inactive"],
        empty=keys.rows - row["named"],
        replaced=replaced,
        instead=search.instead if replaced else "",
    )
