"""The plan of an export or a delete."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import assert_never

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.finding.lookup import folds
from crmdesk.engine.planning.keys import found_by_id, key_of, line_of_parts
from crmdesk.engine.planning.mapping import LineCheck
from crmdesk.engine.planning.plan import Describe, WritingPlan
from crmdesk.engine.planning.problems import Problems, check_twice
from crmdesk.engine.sending.ways import check_ways, engine_of, why_this_way
from crmdesk.model.job import Action, ExportOptions, Job
from crmdesk.model.mapping import Column, Constant, Expression, Lookup, Mapping, Owner, RecordType
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.tabular.convert import WriteLine, WritePlan, reading
from crmdesk.tabular.formula.function import Setting
from crmdesk.tabular.reading import Reading

Variables = Dictionary[str, str]
NO_VARIABLES: Variables = MappingProxyType({})


def plan_write(
    job: Job,
    remote: RemoteObject,
    header: Sequence[str],
    can: Capabilities,
    describe: Describe,
    variables: Variables = NO_VARIABLES,
) -> WritingPlan:
    """The plan of an export or a delete of a source with the columns `header`; raises PlanError with all problems.

    `variables` are those that formulas can name beside the ones that the job itself gives.
    """
    problems = Problems()
    options = job.export
    if options is None:
        raise TypeError(job)
    # A file of JSON Lines without a line has no row that could lack a column.
    header = header or columns_of(job.mapping)
    _check_action(options, remote, can, problems)
    check = LineCheck(remote, header, options, can, describe, _setting(job, variables), problems)
    lines = [line for number, item in enumerate(job.mapping, 1) if (line := check.line(number, item))]
    check_twice(job, problems)
    key = key_of(options, remote, lines, problems)
    _check_required(options, remote, lines, problems)
    problems.raise_any()
    is_looked_up = key is not None and key.name != remote.id_field and options.action in (Action.UPDATE, Action.DELETE)
    if key is not None and is_looked_up:
        lines, key = found_by_id(lines, remote, key, can)
    elif key is not None and key.parts:
        lines = [*lines, line_of_parts(lines, key)]
    convert = _conversion(lines, key, check.setting.reading, options, can)
    return WritingPlan(
        job=job,
        object=remote,
        options=options,
        convert=convert,
        key=key,
        is_key_looked_up=is_looked_up,
        engine=engine_of(options, can),
        notices=(*_notices(options, remote), *why_this_way(options, can)),
        inserts_apart=convert.inserts_without_key and not convert.is_by_id and not can.looks_up_upserts,
    )


def _conversion(
    lines: Sequence[WriteLine], key: Field | None, form: Reading, options: ExportOptions, can: Capabilities
) -> WritePlan:
    return WritePlan(
        lines=tuple(_folding(line, can) for line in lines),
        reading=form,
        action=options.action,
        key=key,
        when_key_empty=options.when_key_empty,
        code=can.code,
        clear_word=can.clear_word,
    )


def in_run(plan: WritingPlan, run: str) -> WritingPlan:
    """The plan as `run` carries it out: formulas can name it."""
    lines = (
        replace(line, formula=line.formula.with_variable("run", run)) if line.formula is not None else line
        for line in plan.convert.lines
    )
    return replace(plan, convert=replace(plan.convert, lines=tuple(lines)))


def columns_of(mapping: Mapping) -> tuple[str, ...]:
    """The source columns that a mapping takes values from."""
    names: list[str] = []
    for item in mapping:
        match item.origin:
            case Column(name) | Lookup(column=name) | Owner(column=name) | RecordType(column=name):
                names.append(name)
            case Expression(text):
                from crmdesk.tabular.formula.parse import named_columns

                names.extend(named_columns(text))
            case Constant():
                pass
            case _:
                assert_never(item.origin)
    return tuple(dict.fromkeys(names))


def _check_action(options: ExportOptions, remote: RemoteObject, can: Capabilities, problems: Problems) -> None:
    check_ways(options, can, problems)
    if options.only_changed and options.action not in (Action.UPDATE, Action.UPSERT):
        message = "Only records that are changed can be as they were before."
        problems.add("export.only_changed", message, "Remove it, or choose the action update or upsert.")
    allowed = {
        Action.INSERT: remote.is_creatable,
        Action.UPDATE: remote.is_updatable,
        Action.UPSERT: remote.is_creatable and remote.is_updatable,
        Action.DELETE: remote.is_deletable,
        Action.UNDELETE: remote.is_deletable,
    }
    if not allowed[options.action]:
        problems.add(
            "object",
            f"You may not {options.action} {remote.label_plural} ({remote.name}).",
            f"Ask for the right to {options.action} {remote.name}.",
        )


def _check_required(
    options: ExportOptions, remote: RemoteObject, lines: Sequence[WriteLine], problems: Problems
) -> None:
    if options.action is not Action.INSERT:
        return  # an upsert may only update; the CRM says which of its rows lack something
    mapped = {line.field.name for line in lines}
    for field in remote.fields:
        if field.is_required_on_create and field.name not in mapped and field.name != remote.id_field:
            problems.add(
                "mapping",
                f"{field.label} ({field.name}) is not mapped, and the CRM needs it for a new record.",
                f'Add a [[mapping]] with remote = "{field.name}".',
            )


def _folding(line: WriteLine, can: Capabilities) -> WriteLine:
    """The line, with whether case is folded: of a search in the text that it looks for, not in the id that it finds."""
    return replace(line, folds_case=line.search.folds_case if line.search is not None else folds(line.field, can))


def _setting(job: Job, variables: Variables) -> Setting:
    """What formulas can know: the time is that of the plan, which a run makes when it begins."""
    own = {"job": job.name, "object": job.object, "account": job.account, "user": "", "run": ""}
    return Setting(reading(job.local), datetime.now(UTC), {**job.variables, **own, **variables})


def _notices(options: ExportOptions, remote: RemoteObject) -> tuple[str, ...]:
    found = []
    if options.action is Action.INSERT:
        found.append("No key: every row creates a new record.")
    key = remote.key(options.key) if options.key else None
    if key is not None and key.name != remote.id_field and not key.is_unique:
        found.append(f"{key.name} is not unique in the CRM: a row whose key several records have is refused.")
    return tuple(found)
