"""What the records of the CRM hold already, so that rows which would change nothing cost no call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from crmdesk.connectors.contract import Capabilities, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.finding.lookup import compared
from crmdesk.engine.finding.records import Wanted, records
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.model.run import RowOutcome
from crmdesk.model.schema import UNREADABLE, Field, FieldType
from crmdesk.tabular.batch import ROW
from crmdesk.tabular.outcome import OUTCOME_SCHEMA
from crmdesk.tabular.types.numbers import alike

_KEY, _ID, _RECORDS = "__key__", "__id__", "__records__"


@dataclass(frozen=True, slots=True)
class Holding:
    """For each key that one record has: the record's id, and its fields as hashes, 8 bytes each."""

    key: Field
    can: Capabilities
    held: pl.DataFrame
    fields: tuple[Field, ...]

    def unchanged(self, ready: pl.DataFrame) -> pl.DataFrame:
        """The prepared rows that say nothing new (OUTCOME_SCHEMA). What cannot be compared counts as new."""
        keys = compared(ready[self.key.name], self.key, self.can).hash().alias(_KEY)
        named = [field.name for field in self.fields]
        joined = ready.select(ROW, keys).join(self.held, on=_KEY, how="left", maintain_order="left")
        same = joined[_ID].is_not_null()
        for column in ready.columns:
            if column in (ROW, self.key.name):
                continue
            sent = ready[column]
            if column in named:
                field = self.fields[named.index(column)]
                same &= sent.is_null() | (comparable(sent, field).hash() == joined[column]).fill_null(value=False)
            else:
                same &= sent.is_null()
        told = joined.filter(same).select(ROW, pl.lit(RowOutcome.UNCHANGED.value).alias("outcome"), id=_ID)
        return told.cast(pl.Schema(OUTCOME_SCHEMA))


def holding_of(
    plan: WritingPlan, keys: pl.Series, session: Session, can: Capabilities, token: CancelToken
) -> Holding | None:
    """What the records with one of `keys` hold in the fields of the plan; None for a plan without a key."""
    key = plan.key
    if key is None:
        return None
    fields = tuple(field for field in plan.fields if field.type not in UNREADABLE and field.name != key.name)
    names = tuple(dict.fromkeys((key.name, plan.object.id_field, *(field.name for field in fields))))
    wanted = Wanted(plan.object, key, lambda: (keys,), names)
    found = [_hashed(frame, key, fields, plan.object.id_field, can) for frame in _read(wanted, session, can, token)]
    schema = {_KEY: pl.UInt64(), _ID: pl.String(), **{field.name: pl.UInt64() for field in fields}}
    held = pl.concat([pl.DataFrame(schema=schema), *found])
    return Holding(key, can, held.filter(pl.len().over(_KEY) == 1), fields)


def _read(wanted: Wanted, session: Session, can: Capabilities, token: CancelToken) -> Iterator[pl.DataFrame]:
    for frame in records(wanted, session, can, token):
        token.check()
        if frame.height:
            yield frame


def _hashed(
    frame: pl.DataFrame, key: Field, fields: tuple[Field, ...], id_field: str, can: Capabilities
) -> pl.DataFrame:
    keys = compared(frame[key.name], key, can).hash().alias(_KEY)
    values = [comparable(frame[field.name], field).hash().alias(field.name) for field in fields]
    return pl.DataFrame([keys, frame[id_field].alias(_ID), *values])


def short_ids(ids: pl.Series) -> pl.Series:
    """Record ids as they compare: one of 18 characters is one of 15 with a checksum; others, GUIDs say, stay."""
    return ids.str.replace(r"^([0-9A-Za-z]{15})[0-9A-Za-z]{3}$", "${1}")


def comparable(text: pl.Series, field: Field) -> pl.Series:
    """A value in one of the forms in which it may be written; "" for none. A text that fits no rule stays as it is."""
    value = text.fill_null("")
    match field.type:
        case FieldType.BOOLEAN:
            return value.str.to_lowercase().replace("", "false")
        case FieldType.ID | FieldType.REFERENCE:
            return short_ids(value)
        case FieldType.INTEGER | FieldType.DECIMAL:
            return alike(value)
        case FieldType.DATETIME:
            moment = value.str.replace(r"Z$", "+00:00").str.replace(r"([+-]\d\d)(\d\d)$", "${1}:${2}")
            read = moment.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="ms", time_zone="UTC", strict=False)
            return read.dt.epoch("ms").cast(pl.String).fill_null(value)
        case FieldType.MULTIPICKLIST:
            return value.str.split(";").list.sort().list.join(";")
        case _:
            return value
