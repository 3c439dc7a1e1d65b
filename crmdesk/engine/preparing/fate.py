"""What becomes of rows that can be sent, as far as the CRM can be asked: new records, known ones, refused ones."""

from __future__ import annotations

from typing import assert_never

import polars as pl

from crmdesk.engine.finding.lookup import compared, find_keys
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.preparing.preparation import Preparation
from crmdesk.model.job import Action
from crmdesk.model.preview import Fate
from crmdesk.model.reject import Check
from crmdesk.model.schema import Field
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems

UNKNOWN = "No record has this id."
NO_KEY = "No record has this key."
SEVERAL = "Several records have this key."


def foresee(work: Preparation, ready: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """The Fate of each of the prepared rows, and why the CRM would refuse some of them (PROBLEM_SCHEMA)."""
    key, action = work.plan.key, work.plan.options.action
    match action:
        case Action.INSERT | Action.UNDELETE:
            return _all(action, ready), no_problems()
        case Action.UPDATE | Action.DELETE:
            if key is None or work.plan.is_key_looked_up:
                return _all(action, ready), no_problems()
            unknown = _there(work, key, ready[key.name]) == 0
            fates = _all(action, ready).set(unknown, Fate.REJECT.value)
            return fates, _problems(work, ready.filter(unknown), Check.KEY_UNKNOWN, key.name, UNKNOWN)
        case Action.UPSERT:
            if key is None:
                raise TypeError(work.plan)
            told = known_or_new(work, key, ready[key.name], lacks_required(work.plan, ready))
            fates = _all(Action.INSERT, ready).set(told["exists"], Fate.UPDATE.value)
            fates = fates.set(told["is_unknown"] | told["is_lacking"] | told["is_several"], Fate.REJECT.value)
            refused = _problems(work, ready.filter(told["is_unknown"]), Check.KEY_UNKNOWN, key.name, UNKNOWN)
            several = _problems(work, ready.filter(told["is_several"]), Check.KEY_SEVERAL, key.name, SEVERAL)
            rows = ready.filter(told["is_lacking"])
            told_of = the_one_needed(work.plan)
            lacking = _problems(work, rows, Check.REQUIRED_EMPTY, told_of, _what_is_lacking(work.plan, rows))
            return fates, pl.concat([refused, several, lacking])
        case _:
            assert_never(action)


def known_or_new(work: Preparation, key: Field, keys: pl.Series, lacks: pl.Series) -> pl.DataFrame:
    """For each row of an upsert `exists` (one record), `is_unknown` (an id that none has), `is_lacking`, `is_several`.

    `lacks` tells which rows lack what a new record needs.
    """
    return judged(work.plan, _there(work, key, keys), keys.fill_null("") != "", lacks)


def judged(plan: WritingPlan, there: pl.Series, is_named: pl.Series, lacks: pl.Series) -> pl.DataFrame:
    """As known_or_new, where it is known how many records have the key of each row, and whether it has one."""
    key, exists = plan.key, pl.col("there") > 0
    is_by_id = key is not None and key.name == plan.object.id_field
    is_unknown = ~exists & pl.col("is_named") & pl.lit(is_by_id)
    rows = pl.DataFrame(
        [
            there.alias("there"),
            is_named.alias("is_named"),
            lacks.alias("lacks"),
        ]
    )
    is_lacking = ~exists & ~is_unknown & (pl.col("lacks") | pl.lit(bool(_left_out(plan))))
    return rows.select(
        (pl.col("there") == 1).alias("exists"),
        is_unknown.alias("is_unknown"),
        is_lacking.alias("is_lacking"),
        (pl.col("there") > 1).alias("is_several"),
    )


def lacks_required(plan: WritingPlan, ready: pl.DataFrame) -> pl.Series:
    """Whether a prepared row leaves a mapped field empty that a new record must fill."""
    empty = [pl.col(name).fill_null("") == "" for name in required_columns(plan)]
    return ready.select(pl.any_horizontal(pl.repeat(value=False, n=ready.height), *empty)).to_series()


def required_columns(plan: WritingPlan) -> tuple[str, ...]:
    """The mapped fields that a new record must fill."""
    return tuple(each.name for each in plan.fields if each.is_required_on_create and each.name != plan.object.id_field)


def the_one_needed(plan: WritingPlan) -> str:
    """The field that a new record must fill where there is one alone; an empty text where there are several."""
    needed = (*required_columns(plan), *_left_out(plan))
    return needed[0] if len(needed) == 1 else ""


def what_is_needed(plan: WritingPlan) -> str:
    """Why rows that become new records are refused, whatever they lack."""
    needed = (*required_columns(plan), *_left_out(plan))
    return f"A new record needs {', '.join(needed)}."


def _left_out(plan: WritingPlan) -> list[str]:
    """The fields that a new record must fill and that are not mapped: with one, no row can become a new record."""
    mapped = {plan.object.id_field, *(each.name for each in plan.fields)}
    return [each.name for each in plan.object.fields if each.is_required_on_create and each.name not in mapped]


def _what_is_lacking(plan: WritingPlan, rows: pl.DataFrame) -> pl.Expr:
    """A sentence with the fields that are missing in each of the rows."""
    empty = [pl.when(pl.col(name).fill_null("") == "").then(pl.lit(name)) for name in required_columns(plan)]
    names = pl.concat_list(*map(pl.lit, _left_out(plan)), *empty).list.drop_nulls().list.join(", ")
    return pl.format("A new record needs {}.", names) if rows.height else pl.lit("")


def _there(work: Preparation, key: Field, keys: pl.Series) -> pl.Series:
    """How many records have each of the keys."""
    distinct = keys.drop_nulls().unique()
    found = find_keys(work.session, work.can, work.plan.object, key, distinct.filter(distinct != ""), work.token)
    asked = pl.DataFrame([compared(keys, key, work.can).alias("key")])
    joined = asked.join(found.select("key", "n"), on="key", how="left", maintain_order="left")
    return joined["n"].fill_null(0)


def _all(action: Action, ready: pl.DataFrame) -> pl.Series:
    return pl.repeat(Fate(action.value).value, ready.height, eager=True).cast(pl.String)


def _problems(work: Preparation, rows: pl.DataFrame, check: Check, field: str, message: str | pl.Expr) -> pl.DataFrame:
    told = rows.select(
        ROW,
        pl.lit(field).alias("field"),
        pl.lit(work.can.code(check)).alias("code"),
        (pl.lit(message) if isinstance(message, str) else message).alias("message"),
    )
    return told.cast(pl.Schema(PROBLEM_SCHEMA))
