"""Some rows of a plan, converted by the very code of a run; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from crmdesk.connectors.contract import Session, Source
from crmdesk.connectors.token import CancelToken
from crmdesk.engine.duplicates.rule import DuplicateRule
from crmdesk.engine.planning.plan import ReadPlan
from crmdesk.engine.preparing.fate import foresee
from crmdesk.engine.preparing.preparation import Preparation, Scan
from crmdesk.engine.preparing.prepared_block import converted_block, find_records, of_mapped, scan_keys, twin_problems
from crmdesk.model.preview import Fate, PreviewRow
from crmdesk.model.reject import RowProblem
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.convert import Converted, reading
from crmdesk.tabular.convert_read import convert_read


def preview_write(work: Preparation, rows: int, row: int = 1) -> list[PreviewRow]:
    """`rows` rows of an export from `row` on. Doubled keys are noticed among these rows only."""
    frame, known = _part(work, rows, row)
    if frame is None:
        return []
    scan = Scan(problems=[known])
    scan_keys(work, scan, frame)
    found = find_records(work, scan)
    converted = converted_block(work, frame, found, [known, twin_problems(work, scan)])
    fates, refused = foresee(work, converted.ready)
    told = {row: Fate(fate) for row, fate in zip(converted.ready[ROW], fates, strict=True)}
    if found.holding is not None:
        told |= dict.fromkeys(found.holding.unchanged(converted.ready)[ROW], Fate.SKIP)
    problems = pl.concat([converted.problems, refused])
    return _rows(frame, replace(converted, problems=problems), told)


def _part(work: Preparation, rows: int, row: int) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    parts, problems = [], []
    is_wanted = pl.col(ROW).is_between(row, row + rows - 1)
    for batch in work.source.batches():
        work.token.check()
        part = batch.frame.filter(is_wanted)
        if part.height:
            parts.append(part)
            problems.append(of_mapped(work.plan, batch.problems.filter(is_wanted)))
        if batch.frame[ROW][-1] >= row + rows - 1:
            break
    if not parts:
        return None, pl.DataFrame()
    return pl.concat(parts), pl.concat(problems)


def preview_read(
    plan: ReadPlan, session: Session, rows: int, token: CancelToken, row: int = 1, named: Source | None = None
) -> list[PreviewRow]:
    """`rows` rows of an import from `row` on, in the order of the run; those before are read as well.

    `named` is where the rows come from when it is not the query of the plan. Duplicates are noticed among the rows up
    to the last one shown: one that only a later row makes superfluous is not known yet.
    """
    source = named or session.source(replace(plan.query, limit=row - 1 + rows))
    frames, problems, found = [], [], 0
    for batch in source.batches(token):
        frames.append(batch.frame)
        problems.append(batch.problems)
        found += batch.frame.height
        if found >= row - 1 + rows:
            break
    if not frames:
        return []
    whole = pl.concat(frames).head(row - 1 + rows)
    if plan.distinct is not None:
        rule = DuplicateRule(plan.distinct)
        problems.append(rule.problems(whole, rule.stands([rule.ranked(whole)])))
    frame = whole.slice(row - 1)
    missing = pl.concat(problems).filter(pl.col(ROW).is_in(frame[ROW].implode()))
    converted = convert_read(plan.lines, frame, reading(plan.job.local).zone)
    return _rows(frame, replace(converted, problems=pl.concat([missing, converted.problems])), {})


def _rows(frame: pl.DataFrame, converted: Converted, fates: Mapping[int, Fate]) -> list[PreviewRow]:
    becomes = {row.pop(ROW): row for row in (*converted.ready.to_dicts(), *converted.rest.to_dicts())}
    wrong: dict[int, list[RowProblem]] = {}
    for problem in converted.problems.to_dicts():
        wrong.setdefault(problem[ROW], []).append(
            RowProblem(problem["field"] or "", problem["code"], problem["message"])
        )
    return [
        PreviewRow(
            row=values.pop(ROW),
            line=values.pop(LINE, 0) or 0,
            values=values,
            becomes=becomes.get(number, {}),
            problems=tuple(wrong.get(number, ())),
            fate=Fate.REJECT if number in wrong else fates.get(number),
        )
        for number, values in ((row[ROW], row) for row in frame.to_dicts())
    ]
