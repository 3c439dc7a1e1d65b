"""A block of the source: its keys gathered, its rows converted, what is wrong with them told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

import polars as pl

from crmdesk.engine.finding.holding import Holding, holding_of
from crmdesk.engine.finding.known_and_new import looks_up
from crmdesk.engine.finding.lookup import compared_field, find_keys
from crmdesk.engine.finding.rejected_parents import told_of_rejected
from crmdesk.engine.finding.searching import Asking, Searches
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.engine.planning.writing import columns_of
from crmdesk.engine.preparing.disk import keeping
from crmdesk.engine.preparing.preparation import Found, Preparation, Scan
from crmdesk.engine.preparing.source_copy import SourceCopy
from crmdesk.model.job import WhenKeyTwice
from crmdesk.model.reject import Check
from crmdesk.tabular.batch import PROBLEM_SCHEMA, ROW, no_problems
from crmdesk.tabular.convert import Converted, WriteLine, convert, fold_key, key_text
from crmdesk.tabular.keys import KeyIndex


def of_mapped(plan: WritingPlan, problems: pl.DataFrame) -> pl.DataFrame:
    """The problems of a source without those of columns that the job does not read."""
    if problems.is_empty():
        return problems
    return problems.filter(pl.col("field").is_in(["", *columns_of(plan.job.mapping)]))


def scan_keys(work: Preparation, scan: Scan, frame: pl.DataFrame) -> None:
    """Gather the keys of one block: those to look up, and the one that must not stand twice."""
    scan.searches = scan.searches or Searches(work.plan.convert)
    scan.searches.add(frame)
    line_of_key = work.plan.key_line
    if line_of_key is not None:
        scan.keys = scan.keys or KeyIndex(work.ledger.folder)
        keys = _compared_key(work, line_of_key, frame)
        with keeping(work.ledger.folder):
            scan.keys.add(frame[ROW], keys)
        if work.plan.asks_what_exists or looks_up(work.plan, work.can) or work.plan.options.only_changed:
            scan.own_keys.add(keys)


def _compared_key(work: Preparation, line: WriteLine, frame: pl.DataFrame) -> pl.Series:
    return fold_key(key_text(line, frame, work.plan.convert.reading), line.folds_case)


def find_records(work: Preparation, scan: Scan) -> Found:
    """Look up all that the rows name; raises UserError."""
    searches = scan.searches or Searches(work.plan.convert)
    records = searches.find(Asking(work.session, work.can, work.describe, work.plan.object, work.token))
    existing = None
    if work.plan.asks_what_exists and work.plan.key is not None:
        keys = scan.own_keys.values()
        existing = find_keys(work.session, work.can, work.plan.object, work.plan.key, keys, work.token)["key"]
    return Found(records, existing, searches.counts(records), _holding(work, scan, records))


def _holding(work: Preparation, scan: Scan, records: Mapping[str, pl.DataFrame]) -> Holding | None:
    """What the records hold that are to be changed, where the job leaves out rows that say nothing new."""
    plan = work.plan
    if not plan.options.only_changed or plan.key is None:
        return None
    keys = records[plan.key.name]["id"] if plan.is_key_looked_up else scan.own_keys.values()
    return holding_of(plan, keys, work.session, work.can, work.token)


def twin_problems(work: Preparation, scan: Scan) -> pl.DataFrame:
    """A problem for each row whose key another row has, see `_twin_problems`; found once."""
    if scan.twins is None:
        scan.twins = _twin_problems(work, scan)
    return scan.twins


def _twin_problems(work: Preparation, scan: Scan) -> pl.DataFrame:
    """A problem for each row whose key another row has, and which the rule of the job does not keep.

    The CRM would take them for one record.
    """
    line = work.plan.key_line
    if scan.keys is None or line is None:
        return no_problems()
    name = compared_field(line, work.describe).name
    rule = work.plan.options.when_key_twice
    twins = _twins(scan.keys, name, rule)
    code = pl.lit(work.can.code(Check.KEY_TWICE))
    named = twins.select(ROW, pl.lit(name).alias("field"), code.alias("code"), "message")
    if line.folds_case and rule is WhenKeyTwice.REJECT and not twins.is_empty():
        named = _told_of_case(named, _only_case_differs(work, scan, line, twins[ROW]), name)
    return named.select(pl.col(column).cast(kind) for column, kind in PROBLEM_SCHEMA.items())


def _only_case_differs(work: Preparation, scan: Scan, line: WriteLine, rows: pl.Series) -> pl.Series:
    """Those of the rows whose key another row has in upper or lower case only."""
    found = [pl.DataFrame(schema={ROW: pl.Int64, "key": pl.String})]
    for block in SourceCopy(work.ledger.folder, scan.names).blocks():
        some = block.filter(pl.col(ROW).is_in(rows.implode()))
        key = fold_key(key_text(line, some, work.plan.convert.reading), folds_case=False)
        found.append(some.select(pl.col(ROW).cast(pl.Int64)).with_columns(key.alias("key")))
    keys = pl.concat(found)
    spellings = pl.col("key").n_unique().over(fold_key(pl.col("key"), folds_case=True))
    return keys.filter(spellings > 1)[ROW]


def _told_of_case(twins: pl.DataFrame, rows: pl.Series, name: str) -> pl.DataFrame:
    """The problems of twins, where those of `rows` tell what makes them such."""
    is_one = pl.col(ROW).is_in(rows.implode())
    more = f" Some differ in upper and lower case only, and the CRM takes them for one {name}."
    return twins.with_columns(
        pl.when(is_one).then(pl.lit(Check.KEY_CASE.value)).otherwise("code").alias("code"),
        pl.when(is_one).then(pl.format(f"{{}}{more}", "message")).otherwise("message").alias("message"),
    )


def _twins(keys: KeyIndex, name: str, rule: WhenKeyTwice) -> pl.DataFrame:
    """The rows that are not sent (ROW), and what is said of each (`message`)."""
    match rule:
        case WhenKeyTwice.REJECT:
            message = pl.format("The same {} stands in other rows of the source: {}.", pl.lit(name), pl.col("others"))
            return keys.twins().select(ROW, message.alias("message"))
        case WhenKeyTwice.KEEP_FIRST | WhenKeyTwice.KEEP_LAST:
            which = "last" if rule is WhenKeyTwice.KEEP_LAST else "first"
            message = pl.format(
                f"Row {{}} has the same {{}}, and the {which} one is kept.", pl.col("stands"), pl.lit(name)
            )
            found = keys.surplus(keeps_last=rule is WhenKeyTwice.KEEP_LAST)
            return found.select(ROW, message.alias("message"))
        case _:
            assert_never(rule)


def set_twins_aside(work: Preparation, twins: pl.DataFrame) -> None:
    """Nobody need look at rows that the job leaves out, and to send them again would write over what was kept."""
    rule = work.plan.options.when_key_twice
    if rule is not WhenKeyTwice.REJECT and not twins.is_empty():
        which = "last" if rule is WhenKeyTwice.KEEP_LAST else "first"
        work.ledger.set_aside(twins[ROW], f"The job keeps the {which} of several rows with one key.")


def converted_block(work: Preparation, frame: pl.DataFrame, found: Found, known: list[pl.DataFrame]) -> Converted:
    """A block converted; rows with a problem, `known` ones included, are not among the ready ones."""
    converted = convert(work.plan.convert, frame, found.records, _created(work, frame, found))
    named = told_of_rejected(work.plan.convert, frame, _named_by_key(work, converted.problems), work.rejected)
    told = [each for each in known if not each.is_empty()]
    present = pl.concat(told).filter(pl.col(ROW).is_in(frame[ROW].implode())) if told else no_problems()
    if present.is_empty():
        return replace(converted, problems=named)
    problems = pl.concat([present, named]).sort(ROW, maintain_order=True)
    is_bad = pl.col(ROW).is_in(present[ROW].unique().implode())
    rest = pl.concat([converted.rest, converted.ready.filter(is_bad)]).sort(ROW)
    return Converted(converted.ready.filter(~is_bad), problems, rest)


def _created(work: Preparation, frame: pl.DataFrame, found: Found) -> pl.Series | None:
    """Which rows make a new record, where that was asked."""
    line = work.plan.key_line
    if found.existing is None or line is None:
        return None
    keys = _compared_key(work, line, frame)
    return ~keys.is_in(found.existing.implode()).fill_null(value=False)


def _named_by_key(work: Preparation, problems: pl.DataFrame) -> pl.DataFrame:
    """A record that is to be changed and cannot be found has an unknown key, not a missing parent; nor several."""
    plan = work.plan
    if not plan.is_key_looked_up or plan.key is None:
        return problems
    is_key = pl.col("field") == plan.key.name
    code = work.can.code
    none, several = code(Check.PARENT_NOT_FOUND), code(Check.PARENT_SEVERAL)
    of_key = {none: code(Check.KEY_UNKNOWN), several: code(Check.KEY_SEVERAL)}
    return problems.with_columns(
        pl.when(is_key).then(pl.col("code").replace(of_key)).otherwise(pl.col("code")).alias("code"),
        pl.when(is_key).then(pl.lit(plan.options.key)).otherwise(pl.col("field")).alias("field"),
    )
