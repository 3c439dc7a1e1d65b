"""Whether a table can take the rows of a job, column by column, and the statement that makes one that can."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from crmdesk.errors import FileFormatError
from crmdesk.model.local import LocalTable, Mode
from crmdesk.tabular.databases.connection import connected, engine_of, file_of, name_of
from crmdesk.tabular.databases.slots import Slot, made_for, slot_of, type_of
from crmdesk.tabular.databases.values import Filling
from crmdesk.tabular.files.contract import FileLayout, Kind

_MOST_COLUMNS = {"sqlite": ("SQLite", 2000), "postgresql": ("PostgreSQL", 1600)}
"""Of a table: SQLite documentation, Limits In SQLite; PostgreSQL documentation, appendix K."""
_OWN_COLUMNS = 2  # beside those of the job, while rows gather
_LONGEST_NAME = 63  # bytes: PostgreSQL documentation, 4.1.1 Identifiers and Key Words
_NAME = r'"(?:[^"]|"")+"|[^".]+'
_WRITTEN = re.compile(rf"(?:({_NAME})\.)?({_NAME})")

_ADD = 'Add it, or leave the field out; one that came by [mapping_all] with except, or with new = "leave" in [schema].'
_WORDS = {
    Kind.TEXT: "texts",
    Kind.BOOLEAN: "true and false",
    Kind.INTEGER: "whole numbers",
    Kind.DECIMAL: "numbers",
    Kind.DATE: "dates",
    Kind.MOMENT: "points in time",
    Kind.CLOCK: "times without an offset",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The name of a table, with the schema it was given, if one was."""

    name: str
    schema: str | None


def place_of(connection: sa.Connection, local: LocalTable) -> Place:
    """`crm.contacts` is a table of the schema `crm` where a database has schemas; names with a point are in quotes."""
    return _place(local.table, has_schemas=connection.dialect.name != "sqlite")


def _place(name: str, *, has_schemas: bool) -> Place:
    if not has_schemas:
        return Place(name, None)
    if written := _WRITTEN.fullmatch(name):
        schema, rest = (_unquoted(part or "") for part in written.groups())
    else:
        schema, _, rest = name.rpartition(".")
    if len(rest.encode()) > _LONGEST_NAME:
        what = f"has a name of {len(rest.encode())} bytes, and PostgreSQL cuts it off at {_LONGEST_NAME}"
        raise FileFormatError(f"The table “{rest}” {what}.", hint="Choose a shorter one.", place="local.table")
    return Place(rest, schema or None)


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def found_table(connection: sa.Connection, place: Place) -> sa.Table | None:
    """The table as it is; None when there is none."""
    inspector = sa.inspect(connection)
    if not inspector.has_table(place.name, schema=place.schema):
        return None
    name = place.name
    if connection.dialect.name == "sqlite":  # to which upper and lower case are one, and to the library they are not
        names = [*inspector.get_table_names(), *inspector.get_view_names()]
        name = next((each for each in (*names, name) if each.lower() == name.lower()), name)
    with warnings.catch_warnings():
        # A type that the library does not know in full, like tinyint(1), is read all the same.
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        return sa.Table(name, sa.MetaData(), schema=place.schema, autoload_with=connection, resolve_fks=False)


def create_statement(local: LocalTable, layout: FileLayout, key: str) -> str:
    """The statement by which an import would make its table."""
    engine = engine_of(local.database, "")
    place = _place(local.table, has_schemas=engine.dialect.name != "sqlite")
    table = made_for(layout, place.name, place.schema, key if local.mode is Mode.MERGE else "")
    statement = str(CreateTable(table).compile(dialect=engine.dialect))
    return "\n".join(line.rstrip() for line in statement.strip().expandtabs(4).splitlines()) + ";"


def refuse_misfit(local: LocalTable, password: str, layout: FileLayout) -> None:
    """Raise FileFormatError when the table is there and cannot take the rows; nothing is written."""
    with connected(local.database, password) as connection:
        place = place_of(connection, local)
        fillings(connection, local, layout, found_table(connection, place))
        if connection.dialect.name == "postgresql":
            _refuse_without_rights(connection, local, place)


def _refuse_without_rights(connection: sa.Connection, local: LocalTable, place: Place) -> None:
    """Rows gather in a table beside the table, so a right to write into it alone is not enough."""
    if connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
        hint = "It is a copy of another one, or your user is held to reading: name one that takes rows."
        raise FileFormatError(f"{name_of(local.database)} is only read.", hint=hint, place="local.database")
    is_named = sa.literal_column("nspname") == sa.func.coalesce(sa.literal(place.schema), sa.func.current_schema())
    may_make = sa.func.has_schema_privilege(sa.literal_column("nspname"), "CREATE")
    asked = sa.select(sa.literal_column("nspname"), may_make).select_from(sa.table("pg_namespace")).where(is_named)
    found = connection.execute(asked).first()
    if found is None:
        msg = f"{name_of(local.database)} has no schema “{place.schema}”." if place.schema else "No schema is chosen."
        raise FileFormatError(msg, hint="Check the name before the point.", place="local.table")
    if not found[1]:
        msg = f"You may not make tables in the schema “{found[0]}”, where the rows gather beside their table."
        raise FileFormatError(msg, hint="Have the right CREATE on that schema given to you.", place="local.database")


def slots_of(local: LocalTable, password: str) -> Mapping[str, Slot]:
    """What the columns of a table hold, by name; none where there is no table."""
    file = file_of(local.database)
    if file is not None and not file.exists():
        return {}
    with connected(local.database, password, is_readonly=True) as connection:
        table = found_table(connection, place_of(connection, local))
        is_sqlite = connection.dialect.name == "sqlite"
        columns = table.columns if table is not None else ()
        slots = {column.name: slot_of(column.type, is_sqlite=is_sqlite) for column in columns}
    return {name: slot for name, slot in slots.items() if slot is not None}


def fillings(
    connection: sa.Connection, local: LocalTable, layout: FileLayout, table: sa.Table | None
) -> Sequence[Filling]:
    """Which column of the job goes where; raises FileFormatError naming what does not fit."""
    is_sqlite = connection.dialect.name == "sqlite"
    _refuse_too_many(connection.dialect.name, len(layout.columns))
    if table is None:
        made = {column.name: slot_of(type_of(column.kind), is_sqlite=is_sqlite) for column in layout.columns}
        return [Filling(column, column.name, made[column.name] or Slot(Kind.TEXT)) for column in layout.columns]
    columns = {column.name: column for column in table.columns}
    names = {name: _column_of(local, name, list(columns)) for name in layout.names}
    missing = [name for name, found in names.items() if not found]
    if missing:
        raise _refused(local, f"has no column {_listed(missing)}", _ADD)
    _refuse_others(local, [column for name, column in columns.items() if name not in names.values()])
    found = []
    for column in layout.columns:
        target = columns[names[column.name]]
        slot = slot_of(target.type, is_sqlite=is_sqlite)
        if slot is None or not slot.takes(column.kind):
            kept = getattr(target.type, "name", None) or target.type  # a type with a name of its own goes by it
            what = f"keeps {kept} in its column {_listed([target.name])}, not {_WORDS[column.kind]}"
            raise _refused(local, what, "Change the column, or map the field to another one.")
        found.append(Filling(column, target.name, slot))
    return found


def _refuse_too_many(dialect: str, columns: int) -> None:
    """Files that are merged into come by here, too: their rows meet in a table of SQLite."""
    name, most = _MOST_COLUMNS[dialect]
    if columns + _OWN_COLUMNS > most:
        raise FileFormatError(
            f"The job has {columns:,} columns, and a table of {name} takes {most - _OWN_COLUMNS:,} of a job.",
            hint='Leave fields out, or write a file with mode = "replace".',
            place="local",
        )


def _column_of(local: LocalTable, name: str, columns: Sequence[str]) -> str:
    """The column that is called so, upper and lower case aside where none is called just so; "" for none."""
    alike = [column for column in columns if column.casefold() == name.casefold()]
    if name in alike:
        return name
    if len(alike) <= 1:
        return "".join(alike)
    what = f"has the columns {_listed(alike)}, of which none is called “{name}” to the letter"
    raise _refused(local, what, "Write the name in the mapping as the table has it.")


def _refuse_others(local: LocalTable, others: Sequence[sa.Column[object]]) -> None:
    """Columns that the job does not fill: replaced rows would lose them, added ones may not lack them."""
    if local.mode is Mode.REPLACE and others:
        what = f"has columns that this job does not fill, and replacing its rows would empty them: {_named(others)}"
        raise _refused(local, what, 'Map them, choose mode = "merge" or "append", or another table.')
    needed = [column for column in others if not _fills_itself(column)]
    if needed:
        what = f"has columns that must be filled, and this job does not: {_named(needed)}"
        raise _refused(local, what, "Map them, give them a default, or choose another table.")


def _fills_itself(column: sa.Column[object]) -> bool:
    if column.nullable or column.server_default is not None or column.identity or column.computed:
        return True
    return bool(column.primary_key and isinstance(column.type, sa.Integer) and column.autoincrement)


def _named(columns: Sequence[sa.Column[object]]) -> str:
    return _listed([column.name for column in columns])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:20])


def _refused(local: LocalTable, what: str, hint: str) -> FileFormatError:
    return FileFormatError(f"The table “{local.table}” {what}.", hint=hint, place="local.table")
