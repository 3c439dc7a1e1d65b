"""A job file (TOML) becomes a Job; every problem of the file is named at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from crmdesk.engine.job.filter import read_filter
from crmdesk.engine.job.index import read_index
from crmdesk.engine.job.local import read_local
from crmdesk.engine.job.mapping import read_line
from crmdesk.engine.job.period import read_period
from crmdesk.engine.job.reading import read_engine, read_options, refuse_beside_population
from crmdesk.engine.job.table import Table, choice_of
from crmdesk.engine.job.writing import read_behaviour, read_export, read_guard
from crmdesk.errors import PlanError, Problem, UserError
from crmdesk.model.behaviour import Behaviour
from crmdesk.model.filter import Order
from crmdesk.model.job import OWN_VARIABLES, Action, ExportOptions, Job, Operation
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.mapping import FieldMap


def read_job(path: Path) -> tuple[Job, str]:
    """The job in the file `path`, and the text of the file; raises UserError and PlanError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UserError(
            f"There is no job named “{path}”, and no file of that name either.",
            hint="Give the name of a saved job (crmdesk job list) or the path of a .toml file.",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UserError(
            f"The job file {path} cannot be read: its line {line} is not UTF-8.", hint="Save it as a text in UTF-8."
        ) from error
    except OSError as error:
        raise UserError(
            f"The job file {path} cannot be read: {error.strerror or error}.", hint="Give the path of a .toml file."
        ) from error
    return parse_job(text, path.resolve().parent), text


def parse_job(text: str, folder: Path) -> Job:
    """The job that `text` describes; relative paths start at `folder`. Raises PlanError with all problems."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:  # a number of thousands of digits is one, too
        raise PlanError((Problem("file", f"The job file is not valid TOML: {error}.", "Mend that line."),)) from error
    except RecursionError as error:
        message, hint = "The job file is nested more deeply than can be read.", "Take it apart."
        raise PlanError((Problem("file", message, hint),)) from error
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
    mapping = tuple(read_line(line, read_filter, is_import=is_reading) for line in table.tables("mapping"))
    reading = read_options(table, folder, is_import=is_import)
    if not mapping and reading.all_except is None and operation is not Operation.IMPORT_DELETED:
        table.problem("mapping", "The job maps no field.", "Add a [[mapping]] with remote = … and local = ….")
    filter_table = table.optional("filter")
    orders = _orders(table)
    if not (is_import or isinstance(local, LocalAccount)) and (filter_table is not None or orders):
        what = "deletions are chosen by their period" if is_reading else "a file is sent as it is"
        table.problem("filter", f"A filter and an order belong to an import; {what}.", "Remove them.")
    index = read_index(table.optional("index"), is_import=is_import)
    if reading.population is not None:
        others = {"filter": filter_table is not None, "order_by": bool(orders), "index": index is not None}
        refuse_beside_population(table, others)
    behaviour = table.optional("behaviour")
    export = _export(table, operation, mapping)
    return Job(
        name=table.text("name"),
        account=table.text("account", default="Practice org"),
        object=table.text("object"),
        operation=operation,
        local=local,
        mapping=mapping,
        filter=read_filter(filter_table) if filter_table is not None else None,
        order_by=orders,
        export=export,
        guard=read_guard(table.optional("guard"), is_import=is_reading),
        behaviour=_behaviour(behaviour),
        reading=reading,
        engine=read_engine(behaviour, is_import=is_import),
        index=index,
        period=read_period(table, folder, is_wanted=operation is Operation.IMPORT_DELETED),
        variables=_variables(table, is_reading=is_reading),
    )


def _orders(table: Table) -> tuple[Order, ...]:
    return tuple(
        Order(order.text("field"), is_descending=order.choice("direction", ("asc", "desc"), "asc") == "desc")
        for order in table.tables("order_by")
    )


def _export(table: Table, operation: Operation, mapping: tuple[FieldMap, ...]) -> ExportOptions | None:
    if operation.is_reading:
        if table.take("export") is not None:
            table.problem("export", "[export] belongs to an export or a delete.", "Remove it.")
        return None
    export = read_export(table.optional("export"), operation, mapping)
    if export.action is Action.UNDELETE and len(mapping) > 1:
        table.problem("mapping", "An undelete maps one field: the record id.", "Remove the other lines.")
    return export


def _variables(table: Table, *, is_reading: bool) -> Mapping[str, str]:
    found = table.text_map("variables")
    if found and is_reading:
        table.problem("variables", "Variables are for formulas, and a job that reads has none.", "Remove them.")
    for name in found:
        if not re.fullmatch(r"\w+", name):
            table.problem("variables", f"“{name}” cannot be named in a formula.", "Use letters, digits and _.")
        elif name in OWN_VARIABLES:
            table.problem("variables", f"vars.{name} is known already.", "Choose another name.")
    return found


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
