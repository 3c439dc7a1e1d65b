"""The plan of an import."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from crmdesk.connectors.contract import Query
from crmdesk.engine.filters.campaign import RuleSet, violations
from crmdesk.engine.filters.values import checked_filter
from crmdesk.engine.finding.population import CARRIED
from crmdesk.engine.javascript.evaluating import Evaluate
from crmdesk.engine.planning.lines import carried_lines, distinct_of, key_of, place_of, whole_mapping
from crmdesk.engine.planning.plan import Describe, Distinct, ReadPlan
from crmdesk.engine.planning.problems import Problems, check_twice, near_field, unknown_field
from crmdesk.engine.schema.rules import ruled
from crmdesk.errors import UserError
from crmdesk.model.filter import Filter, Order
from crmdesk.model.job import Job
from crmdesk.model.local import NoText
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.local_run import LocalRun
from crmdesk.model.mapping import Column, Mapping
from crmdesk.model.schema import UNREADABLE, Field, FieldType, RemoteObject
from crmdesk.tabular.batch import LINE, ROW
from crmdesk.tabular.convert_read import ReadLine

_OWN_COLUMNS = "_crmdesk_"
_INSTEAD = {
    FieldType.COMPOUND: "Map its parts instead.",
    FieldType.BINARY: "It holds the content of a file. Leave it out, and map the name of the file.",
}


def plan_read(
    job: Job,
    remote: RemoteObject,
    describe: Describe,
    evaluate: Evaluate | None = None,
    rules: RuleSet = RuleSet.FULL,
    before: RemoteObject | None = None,
) -> ReadPlan:
    """The plan of an import; raises PlanError with all problems.

    `evaluate` gives the values of expressions. `before` is the object as the job last knew it.
    """
    problems = Problems()
    ruling = ruled(job, whole_mapping(job, remote, problems), remote, before, problems)
    lines = _lines(job, ruling.mapping, remote, describe, problems)
    check_twice(job, problems)
    population = job.reading.population
    if population is not None:
        lines += carried_lines(population)
    _check_columns(lines, problems)
    where = _where(job, remote, describe, problems, evaluate, rules)
    orders = _orders(job, remote, describe, problems)
    named_by = key_of(population, remote, problems) if population is not None else None
    rule, find = job.reading.duplicates, partial(_path, remote=remote, describe=describe)
    distinct = distinct_of(rule, find, problems) if rule is not None else None
    problems.raise_any()
    query = Query(remote.name, _names(lines, named_by, distinct), where, tuple(orders), engine=job.engine)
    return ReadPlan(job, remote, query, tuple(lines), named_by, ruling.notices, distinct)


def _lines(job: Job, mapping: Mapping, remote: RemoteObject, describe: Describe, problems: Problems) -> list[ReadLine]:
    lines = []
    for item in mapping:
        place = place_of(job, item)
        found = _path(item.remote, remote, describe)
        if found is None:
            problems.add(f"{place}.remote", *unknown_field(item.remote, remote, describe))
            continue
        path, field = found
        if field.type in UNREADABLE:
            hint = field.why_not or _INSTEAD[field.type]
            problems.add(f"{place}.remote", f"{path} cannot be read into a column.", hint)
            continue
        local = item.origin.name if isinstance(item.origin, Column) else item.remote
        lines.append(ReadLine(path, local, field, item.conversion, item.values, fills_text=_fills_text(job)))
    return lines


def _where(
    job: Job,
    remote: RemoteObject,
    describe: Describe,
    problems: Problems,
    evaluate: Evaluate | None,
    rules: RuleSet,
) -> Filter | None:
    if job.filter is None:
        return None
    find = partial(_path, remote=remote, describe=describe)
    near = partial(near_field, remote=remote, describe=describe)
    where = checked_filter(job.filter, find, problems.add, evaluate=evaluate, near=near)
    if rules is RuleSet.CAMPAIGN:
        violations(where, find, problems.add)
    return where


def _names(lines: Sequence[ReadLine], named_by: Field | None, distinct: Distinct | None) -> tuple[str, ...]:
    """The fields to ask for: those of the lines, then those by which rows are told apart, each once."""
    names = dict.fromkeys(line.remote for line in lines if not line.remote.startswith(CARRIED))
    if named_by is not None:
        names[named_by.name] = None
    return tuple(names | dict.fromkeys(distinct.fields if distinct is not None else ()))


def _check_columns(lines: Sequence[ReadLine], problems: Problems) -> None:
    """Each line needs a column of its own; databases take upper and lower case for one."""
    seen: dict[str, str] = {}
    for name in (line.local for line in lines):
        if name in (ROW, LINE) or name.casefold().startswith(_OWN_COLUMNS):
            problems.add("mapping", f"CRM Desk needs the column “{name}” for itself.", "Give the field another column.")
        first = seen.get(name.casefold())
        if first is not None:
            also = f" (“{first}”)" if first != name else ""
            what = f"Two fields are written into the column “{name}”{also}."
            problems.add("mapping", what, "Give each its own column.")
        seen[name.casefold()] = name


def _orders(job: Job, remote: RemoteObject, describe: Describe, problems: Problems) -> list[Order]:
    """The order in the CRM's own spelling."""
    orders: list[Order] = []
    for number, order in enumerate(job.order_by, 1):
        place, found = f"order_by[{number}].field", _path(order.field, remote, describe)
        if found is None:
            problems.add(place, *unknown_field(order.field, remote, describe))
        elif not found[1].is_sortable:
            problems.add(place, f"The CRM cannot sort by {found[0]}.", "Order by another field.")
        elif any(known.field == found[0] for known in orders):
            problems.add(place, f"The rows are sorted by {found[0]} already.", "Remove one of the two.")
        else:
            orders.append(replace(order, field=found[0]))
    return orders


def _fills_text(job: Job) -> bool:
    return not isinstance(job.local, LocalRun | LocalAccount) and job.local.no_text is NoText.EMPTY


def _path(name: str, remote: RemoteObject, describe: Describe) -> tuple[str, Field] | None:
    """The field that `name` (`Industry`, `Account.Name`) leads to, with the path in the CRM's own spelling.

    A link to several kinds of records (an owner is a user or a queue) leads to what any of them has.
    """
    relationship, dot, rest = name.partition(".")
    if not dot:
        field = remote.field(name)
        return (field.name, field) if field is not None else None
    parent = next(
        (f for f in remote.fields if f.relationship.casefold() == relationship.casefold() and f.references), None
    )
    if parent is None:
        return None
    for kind in parent.references:
        with suppress(UserError):  # one that the user may not see
            below = _path(rest, describe(kind), describe)
            if below is not None:
                return f"{parent.relationship}.{below[0]}", below[1]
    return None
