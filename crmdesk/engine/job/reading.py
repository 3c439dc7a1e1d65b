"""What a job file says about reading, from TOML and back: [population], [mapping_all], [schema], [duplicates]."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crmdesk.engine.job.local import local_table, read_local
from crmdesk.engine.job.table import Table, choice_of
from crmdesk.model.file_kind import SUFFIXES, is_known
from crmdesk.model.job import Engine
from crmdesk.model.local import LocalTable
from crmdesk.model.read_options import (
    Duplicates,
    Keep,
    Population,
    ReadOptions,
    SchemaRule,
    Take,
    WhenNew,
    WhenOther,
)

_TABLES = ("population", "mapping_all", "schema", "duplicates")
_WAYS = ("path", "database", "run", "pasted")


def read_options(table: Table, folder: Path, *, is_import: bool) -> ReadOptions:
    """What the job file says; the tables belong to an import."""
    if not is_import:
        for key in _TABLES:
            if table.take(key) is not None:
                table.problem(key, f"[{key}] belongs to an import.", "Remove it.")
        return ReadOptions()
    population, everything = table.optional("population"), table.optional("mapping_all")
    schema, duplicates = table.optional("schema"), table.optional("duplicates")
    return ReadOptions(
        population=_population(population, folder) if population is not None else None,
        all_except=everything.texts("except") if everything is not None else None,
        schema=_schema(schema, adds=everything is not None),
        duplicates=_duplicates(duplicates) if duplicates is not None else None,
    )


def read_engine(behaviour: Table | None, *, is_import: bool) -> Engine:
    """By which interface an import reads."""
    if behaviour is None or not (is_import or "engine" in behaviour):
        return Engine.AUTO
    if not is_import:
        behaviour.problem("engine", "An export says its engine in [export].", "Move it there.")
    return Engine(behaviour.choice("engine", (Engine.AUTO, Engine.REST, Engine.BULK), Engine.AUTO))


def refuse_beside_population(table: Table, others: Mapping[str, bool]) -> None:
    """A population names the records: nothing else chooses or sorts them."""
    for key, is_given in others.items():
        if is_given:
            table.problem(key, f"[{key}] has no place beside a population, which names the records.", "Remove one.")


def _population(table: Table, folder: Path) -> Population:
    given = [way for way in _WAYS if way in table]
    if len(given) != 1:
        table.problem(
            "path", "A population says exactly one of path, database, run, pasted.", 'Write path = "ids.csv".'
        )
    path, local, run = "", None, ""
    if "database" in table:
        found = read_local(table, folder, is_import=False)
        local = found if isinstance(found, LocalTable) else None
    elif "run" in table:
        run = table.scalar_text("run")
    elif "path" in table:
        path = table.text("path")
        if path and not is_known(path):
            table.problem(
                "path", f"“{path}” is not a kind of file that can be used.", f"Use one of {', '.join(SUFFIXES)}."
            )
    if "pasted" in given and not table.boolean("pasted", default=True):
        table.problem("pasted", "“pasted” is true or left out.", "Write pasted = true.")
    return Population(
        column=table.text("column", default="Id" if "pasted" in given else None),
        key=table.text("key", default=""),
        carry=table.texts("carry"),
        path=str((folder / Path(path).expanduser()).absolute()) if path else "",
        table=local,
        run=run,
        take=choice_of(table, "take", Take, Take.OUTPUT) if run else Take.OUTPUT,
    )


def _schema(table: Table | None, *, adds: bool) -> SchemaRule:
    usual = WhenNew.ADD if adds else WhenNew.LEAVE
    if table is None:
        return SchemaRule(usual)
    return SchemaRule(
        choice_of(table, "new", WhenNew, usual),
        choice_of(table, "changed", WhenOther, WhenOther.STOP),
        choice_of(table, "gone", WhenOther, WhenOther.STOP),
    )


def _duplicates(table: Table) -> Duplicates:
    key = table.texts("key")
    if not key:
        table.problem("key", "Duplicates are found by a key.", 'Write key = ["Email"].')
    keep = choice_of(table, "keep", Keep, Keep.FIRST)
    by = table.text("by", default="")
    if by and keep is not Keep.MOST_RECENT:
        table.problem("by", '“by” belongs to keep = "most-recent".', "Remove it.")
    return Duplicates(key, keep, by)


def reading_tables(options: ReadOptions, folder: Path | None) -> dict[str, object]:
    """The tables as `read_options` reads them back."""
    tables: dict[str, object] = {}
    if options.population is not None:
        tables["population"] = _population_table(options.population, folder)
    if options.all_except is not None:
        tables["mapping_all"] = {"except": list(options.all_except)} if options.all_except else {}
    rule = options.schema
    usual = _schema(None, adds=options.all_except is not None)
    schema = {"new": (rule.new, usual.new), "changed": (rule.changed, usual.changed), "gone": (rule.gone, usual.gone)}
    if said := {name: chosen.value for name, (chosen, default) in schema.items() if chosen is not default}:
        tables["schema"] = said
    if options.duplicates is not None:
        found = options.duplicates
        tables["duplicates"] = _filled({"key": list(found.key), "keep": found.keep.value, "by": found.by})
    return tables


def _population_table(population: Population, folder: Path | None) -> Mapping[str, object]:
    table: dict[str, object] = {}
    if population.table is not None:
        table |= local_table(population.table, folder)
    elif population.run:
        table |= {"run": population.run, "take": population.take.value}
    elif population.path:
        table["path"] = _relative(population.path, folder)
    else:
        table["pasted"] = True
    return table | _filled({"column": population.column, "key": population.key, "carry": list(population.carry)})


def _relative(path: str, folder: Path | None) -> str:
    if folder is None or not Path(path).is_relative_to(folder):
        return path
    relative = str(Path(path).relative_to(folder))
    # In a job file ~ at the beginning is somebody's home.
    return path if relative.startswith("~") else relative


def _filled(table: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in table.items() if value not in ("", [])}
