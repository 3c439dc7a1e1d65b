"""A job file (TOML) becomes a Job; every problem of the file is named at once."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from crmdesk.engine.job.index import read_index
from crmdesk.engine.job.local import read_local
from crmdesk.engine.job.mapping import read_line
from crmdesk.engine.job.period import read_period
from crmdesk.engine.job.reading import read_engine, read_options, refuse_beside_population
from crmdesk.engine.job.table import Table, choice_of
from crmdesk.engine.job.writing import read_behaviour, read_export, read_guard
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Order, Scalar, Value
from crmdesk.model.job import Action, Behaviour, Job, Operation

_LISTS = {Operator.IN, Operator.NOT_IN, Operator.INCLUDES, Operator.EXCLUDES}
_EMPTINESS = {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}


def read_job(path: Path) -> tuple[Job, str]:
    """The job in the file `path`, and the text of the file; raises UserError and PlanError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UserError(
            f"There is no job named “{path}”, and no file of that name either.",
            hint="Give the name of a saved job (crmdesk job list) or the path of a .toml file.",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"The job file {path} cannot be read: {error}.", hint="A job file is a TOML text in UTF-8."
        ) from error
    return parse_job(text, path.resolve().parent), text


def parse_job(text: str, folder: Path) -> Job:
    """The job that `text` describes; relative paths start at `folder`. Raises PlanError with all problems."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PlanError((Problem("file", f"The job file is not valid TOML: {error}.", "Mend that line."),)) from error
    table = Table(document)
    job = _job(table, folder)
    problems = table.problems()
    if problems:
        raise PlanError(problems)
    return job


def parse_draft(text: str) -> Job:
    """The job of a `text` by `job_text`, which may lack what a job file must have."""
    return _job(Table(tomllib.loads(text, parse_float=Decimal)), Path())


def _job(table: Table, folder: Path) -> Job:
    if table.integer("version", default=1) != 1:
        table.problem("version", "This job file has a version that this program does not know.", "Use version = 1.")
    operation = _operation(table)
    is_import, is_reading = operation is Operation.IMPORT, operation.is_reading
    local = read_local(table.table("local"), folder, is_import=is_reading)
    mapping = tuple(read_line(line, _group, is_import=is_reading) for line in table.tables("mapping"))
    reading = read_options(table, folder, is_import=is_import)
    if not mapping and reading.all_except is None and operation is not Operation.IMPORT_DELETED:
        table.problem("mapping", "The job maps no field.", "Add a [[mapping]] with remote = … and local = ….")
    filter_table = table.optional("filter")
    orders = tuple(
        Order(order.text("field"), is_descending=order.choice("direction", ("asc", "desc"), "asc") == "desc")
        for order in table.tables("order_by")
    )
    if not is_import and (filter_table is not None or orders):
        what = "deletions are chosen by their period" if is_reading else "a file is sent as it is"
        table.problem("filter", f"A filter and an order belong to an import; {what}.", "Remove them.")
    index = read_index(table.optional("index"), is_import=is_import)
    if reading.population is not None:
        others = {"filter": filter_table is not None, "order_by": bool(orders), "index": index is not None}
        refuse_beside_population(table, others)
    behaviour = table.optional("behaviour")
    export = None if is_reading else read_export(table.optional("export"), operation, mapping)
    if export is not None and export.action in (Action.DELETE, Action.UNDELETE) and len(mapping) > 1:
        some = "record id" if export.action is Action.UNDELETE else "record id or a unique external id"
        table.problem("mapping", f"A {export.action} maps one field: the {some}.", "Remove the other lines.")
    if is_reading and table.take("export") is not None:
        table.problem("export", "[export] belongs to an export or a delete.", "Remove it.")
    return Job(
        name=table.text("name"),
        account=table.text("account", default="Practice org"),
        object=table.text("object"),
        operation=operation,
        local=local,
        mapping=mapping,
        filter=_group(filter_table) if filter_table is not None else None,
        order_by=orders,
        export=export,
        guard=read_guard(table.optional("guard"), is_import=is_reading),
        behaviour=_behaviour(behaviour),
        reading=reading,
        engine=read_engine(behaviour, is_import=is_import),
        index=index,
        period=read_period(table, folder, is_wanted=operation is Operation.IMPORT_DELETED),
    )


def _operation(table: Table) -> Operation:
    """What the job does; it has to be said, because one way or the other data is written over."""
    if table.take("operation") is None:
        words = ", ".join(f"“{operation}”" for operation in Operation)
        table.problem("operation", "“operation” is missing.", f"Choose one of {words}.")
        return Operation.EXPORT if "export" in table else Operation.IMPORT
    return choice_of(table, "operation", Operation, Operation.EXPORT if "export" in table else Operation.IMPORT)


def _behaviour(behaviour: Table | None) -> Behaviour:
    if behaviour is None:
        return Behaviour()
    return read_behaviour(behaviour)


def _group(table: Table) -> Group:
    for word in ("not", "none"):
        if word in table:
            table.take(word)
            table.problem(word, "There is no AND NOT and no OR NOT.", "Turn the comparisons round: != for =, < for >=.")
    joined = [name for name in Joined if name.value in table]
    if len(joined) != 1:
        table.problem(
            "",
            "A group of conditions has one operator: all or any.",
            "Write all = [ … ] or any = [ … ], and nest groups.",
        )
        return Group(Joined.ALL, ())
    members = tuple(_member(member) for member in table.tables(joined[0].value))
    if not members:
        table.problem(joined[0].value, "A group of conditions is empty.", "Remove it, or add a condition.")
    return Group(joined[0], members)


def _member(table: Table) -> Filter:
    if any(word in table for word in ("all", "any", "not", "none")):
        return _group(table)
    field = table.text("field")
    operator = choice_of(table, "op", Operator, Operator.EQUAL)
    raw = table.take("value")
    value: Value = None
    if "expression" in table:
        return Condition(field, operator, expression=_expression(table, operator))
    if operator in _EMPTINESS:
        if raw is not None:
            table.problem("value", f"“{operator}” takes no value.", "Remove value.")
    elif operator in _LISTS:
        if not isinstance(raw, list) or not raw:
            table.problem("value", f"“{operator}” wants a list of values.", 'Write value = ["a", "b"].')
        else:
            value = tuple(item for item in (_scalar(table, item) for item in raw) if item is not None)
    elif operator is Operator.BETWEEN:
        value = _both_ends(table, raw)
    else:
        value = _scalar(table, raw)
    return Condition(field, operator, value)


def _both_ends(table: Table, raw: object) -> Value:
    """The two values of “between”."""
    if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004 - from and to
        table.problem("value", "“between” wants two values: from and to, both included.", "Write value = [1, 10].")
        return None
    return tuple(item for item in (_scalar(table, item) for item in raw) if item is not None)


def _expression(table: Table, operator: Operator) -> str:
    """A JavaScript expression instead of a value."""
    expression = table.text("expression")
    if operator in _EMPTINESS or table.take("value") is not None:
        table.problem("expression", "The condition has an expression and needs none.", "Leave expression out.")
    return expression


def _scalar(table: Table, raw: object) -> Scalar | None:
    match raw:
        case datetime() if raw.tzinfo is None:
            table.problem(
                "value", f"The time {raw.isoformat()} has no offset.", "Write it with Z or +02:00 at the end."
            )
            return None
        case bool() | str() | int() | Decimal() | datetime() | date():
            return raw
        case _:
            table.problem(
                "value",
                f"{raw!r} cannot be compared with a field." if raw is not None else "The condition has no value.",
                "Give a text, a number, a date or true/false.",
            )
            return None
