"""Known records told from new ones: where the CRM has no upsert by looking the keys up, else by there being none."""

from __future__ import annotations

import polars as pl

from crmdesk.connectors.contract import Capabilities, Session
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.finding.lookup import DistinctKeys, compared, find_keys
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.sending.packers import Parts, Split, as_one
from crmdesk.model.job import Action
from crmdesk.model.schema import Field


def split_of(plan: WritingPlan, session: Session, can: Capabilities, keys: DistinctKeys, token: CancelToken) -> Split:
    """How prepared rows are told apart, if the CRM does not upsert all of them by itself. `keys` are all there are."""
    key = plan.key
    if key is not None and plan.inserts_apart:
        return _keyless_apart(key)
    if key is None or not looks_up(plan, can):
        return as_one
    record_id = plan.object.id_field
    found = find_keys(session, can, plan.object, key, keys.values(), token)
    ids = found.select("key", pl.col("id").alias("found"))

    def split(frame: pl.DataFrame) -> Parts:
        """An id that the CRM gives cannot be chosen: a row with one that is unknown goes as a change, to be refused."""
        keyed = frame.with_columns(compared(frame[key.name], key, can).alias("key"))
        joined = keyed.join(ids, on="key", how="left", maintain_order="left")
        if key.name == record_id and not key.is_creatable:
            joined = joined.with_columns(pl.coalesce("found", pl.col(key.name).replace("", None)).alias("found"))
        is_known = pl.col("found").is_not_null()
        return {
            Action.INSERT: joined.filter(~is_known).drop("key", "found"),
            Action.UPDATE: joined.filter(is_known).with_columns(pl.col("found").alias(record_id)).drop("key", "found"),
        }

    return split


def _keyless_apart(key: Field) -> Split:
    """New records of rows without a key: no CRM takes an empty key for one."""

    def split(frame: pl.DataFrame) -> Parts:
        is_named = frame[key.name].fill_null("") != ""
        return {None: frame.filter(is_named), Action.INSERT: frame.filter(~is_named)}

    return split


def looks_up(plan: WritingPlan, can: Capabilities) -> bool:
    """Whether the keys of the plan are looked up, so that its rows are inserted or updated."""
    return can.looks_up_upserts and plan.options.action is Action.UPSERT
