"""The plan of an export or a delete."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.lookup import compared_field, folds
from crmdesk.engine.plan import Describe, WritingPlan
from crmdesk.engine.plan_problems import Problems, check_twice, unknown_field
from crmdesk.engine.ways import check_ways, engine_of, why_this_way
from crmdesk.errors import UserError
from crmdesk.model.job import Action, ExportOptions, Job
from crmdesk.model.mapping import Column, Constant, FieldMap, Lookup, Mapping, NotFound, WhenEmpty
from crmdesk.model.schema import Field, RemoteObject
from crmdesk.tabular.convert import WriteLine, WritePlan, reading


def plan_write(
    job: Job, remote: RemoteObject, header: Sequence[str], can: Capabilities, describe: Describe
) -> WritingPlan:
    """The plan of an export or a delete of a source with the columns `header`; raises PlanError with all problems."""
    problems = Problems()
    options = job.export
    if options is None:
        raise TypeError(job)
    _check_action(options, remote, can, problems)
    lines = [
        line
        for number, item in enumerate(job.mapping, 1)
        if (line := _write_line(item, f"mapping[{number}]", remote, header, options, describe, problems))
    ]
    check_twice(job, problems)
    key = _key(options, remote, lines, problems)
    _check_required(options, remote, lines, problems)
    problems.raise_any()
    is_looked_up = key is not None and key.name != remote.id_field and options.action in (Action.UPDATE, Action.DELETE)
    if key is not None and is_looked_up:
        lines = [_found_by_id(line, job, remote, key) if line.field == key else line for line in lines]
        id_field = remote.field(remote.id_field)
        key = id_field if id_field is not None else key
    lines = [replace(line, folds_case=folds(compared_field(line, describe), can)) for line in lines]
    return WritingPlan(
        job=job,
        object=remote,
        options=options,
        convert=WritePlan(
            lines=tuple(lines),
            reading=reading(job.local),
            action=options.action,
            key=key,
            when_key_empty=options.when_key_empty,
            code=can.code,
            clear_word=can.clear_word,
        ),
        key=key,
        is_key_looked_up=is_looked_up,
        engine=engine_of(options, can),
        notices=(*_notices(options, remote), *why_this_way(options, can)),
    )


def columns_of(mapping: Mapping) -> tuple[str, ...]:
    """The source columns that a mapping takes values from."""
    names = [
        item.origin.name if isinstance(item.origin, Column) else item.origin.column
        for item in mapping
        if isinstance(item.origin, Column | Lookup)
    ]
    return tuple(dict.fromkeys(names))


def _write_line(
    item: FieldMap,
    place: str,
    remote: RemoteObject,
    header: Sequence[str],
    options: ExportOptions,
    describe: Describe,
    problems: Problems,
) -> WriteLine | None:
    field = remote.field(item.remote)
    if field is None:
        problems.add(f"{place}.remote", *unknown_field(item.remote, remote))
        return None
    is_id = field.name == remote.id_field
    is_key = field.name.casefold() == options.key.casefold()
    if is_id and options.action is Action.INSERT and not field.is_creatable:
        problems.add(
            f"{place}.remote", f"{field.name} is given by the CRM; an insert cannot set it.", "Remove the line."
        )
    elif not (is_id or is_key) and not _is_writable(field, options.action):
        problems.add(
            f"{place}.remote",
            f"You may not write {field.label} ({field.name}): it is read-only for you.",
            "Leave the field out.",
        )
    match item.origin:
        case Column(name):
            _check_column(name, header, f"{place}.local", problems)
        case Constant():
            if is_key:
                problems.add(f"{place}.constant", "The key cannot be the same for every row.", "Map a column to it.")
        case Lookup(column, object_name, key):
            _check_column(column, header, f"{place}.lookup.column", problems)
            item = replace(item, origin=_checked_lookup(item.origin, object_name, key, place, describe, problems))
    return WriteLine(item, field)


def _checked_lookup(
    lookup: Lookup, object_name: str, key: str, place: str, describe: Describe, problems: Problems
) -> Lookup:
    try:
        target = describe(object_name)
    except UserError as error:
        problems.add(f"{place}.lookup.object", error.message, error.hint)
        return lookup
    field = target.field(key)
    if field is None:
        problems.add(f"{place}.lookup.key", *unknown_field(key, target))
        return lookup
    if not field.is_filterable:
        problems.add(
            f"{place}.lookup.key", f"The CRM cannot search {target.name} by {field.name}.", "Choose another key."
        )
    return replace(lookup, object=target.name, key=field.name)


def _is_writable(field: Field, action: Action) -> bool:
    match action:
        case Action.INSERT:
            return field.is_creatable
        case Action.UPDATE:
            return field.is_updatable
        case Action.UPSERT:
            return field.is_creatable and field.is_updatable
        case Action.DELETE | Action.UNDELETE:
            return False


def _check_column(name: str, header: Sequence[str], place: str, problems: Problems) -> None:
    if name not in header:
        folded = {column.casefold(): column for column in header}
        near = folded.get(name.casefold()) or next(iter(difflib.get_close_matches(name, header, n=1)), "")
        hint = f"Did you mean “{near}”?" if near else f"The columns are: {', '.join(header[:12])}."
        problems.add(place, f"The file has no column “{name}”.", hint)


def _check_action(options: ExportOptions, remote: RemoteObject, can: Capabilities, problems: Problems) -> None:
    check_ways(options, can, problems)
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


def _key(options: ExportOptions, remote: RemoteObject, lines: Sequence[WriteLine], problems: Problems) -> Field | None:
    if not options.key:
        if options.action is Action.INSERT:
            return None
        problems.add(
            "export.key",
            f"An {options.action} needs a key: the field that finds the record.",
            f'Write key = "{remote.id_field}" or an external id, and map it.',
        )
        return None
    key = remote.field(options.key)
    if key is None:
        problems.add("export.key", *unknown_field(options.key, remote))
        return None
    if options.action is Action.INSERT:
        problems.add("export.key", "An insert takes no key.", "Remove key, or choose the action upsert.")
    if not (key.is_key or key.name == remote.id_field):
        problems.add(
            "export.key",
            f"The CRM cannot find {remote.label_plural} by {key.name}.",
            "Choose the record id or an external id.",
        )
    if not any(line.field.name == key.name for line in lines) and not problems.found:
        problems.add(
            "export.key", f"The key {key.name} is not mapped.", f'Add a [[mapping]] with remote = "{key.name}".'
        )
    return key


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


def _found_by_id(line: WriteLine, job: Job, remote: RemoteObject, key: Field) -> WriteLine:
    """The line that finds the record's id by a foreign key, so that the request itself goes by id."""
    id_field = remote.field(remote.id_field)
    if id_field is None or not isinstance(line.map.origin, Column):
        raise TypeError(job)
    origin = Lookup(line.map.origin.name, remote.name, key.name, NotFound.REJECT, NotFound.REJECT)
    return WriteLine(replace(line.map, remote=id_field.name, origin=origin, when_empty=WhenEmpty.LEAVE), id_field)


def _notices(options: ExportOptions, remote: RemoteObject) -> tuple[str, ...]:
    found = []
    if options.action is Action.INSERT:
        found.append("No key: every row creates a new record.")
    key = remote.field(options.key) if options.key else None
    if key is not None and key.name != remote.id_field and not key.is_unique:
        found.append(f"{key.name} is not unique in the CRM: a row whose key several records have is refused.")
    return tuple(found)
