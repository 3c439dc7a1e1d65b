"""The key of an export: the field that finds the record, or several together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crmdesk.connectors.contract import Capabilities
from crmdesk.engine.finding.lookup import folds
from crmdesk.engine.planning.problems import Problems, unknown_field
from crmdesk.model.job import Action, ExportOptions, WhenKeyTwice
from crmdesk.model.mapping import Constant, FieldMap, Lookup, WhenEmpty
from crmdesk.model.schema import NUMBERS, Field, RemoteObject
from crmdesk.tabular.convert import WriteLine
from crmdesk.tabular.search import Search


def key_of(
    options: ExportOptions, remote: RemoteObject, lines: Sequence[WriteLine], problems: Problems
) -> Field | None:
    """The key that the options name; None for an insert, and where it is none."""
    if not options.key:
        _check_none(options, remote, problems)
        return None
    key = remote.key(options.key)
    if key is None:
        problems.add("export.key", *_unknown(options, remote))
        return None
    if options.action is Action.INSERT:
        problems.add("export.key", "An insert takes no key.", "Remove key, or choose the action upsert.")
    if not (key.is_key or key.name == remote.id_field):
        problems.add(
            "export.key",
            f"The CRM cannot find {remote.label_plural} by {key.name}.",
            f"Choose one of {_choices(remote)}.",
        )
    for name in key.parts or (key.name,):
        _check_line(name, next((line for line in lines if line.field.name == name), None), remote, problems)
    return key


def _check_none(options: ExportOptions, remote: RemoteObject, problems: Problems) -> None:
    if options.action is not Action.INSERT:
        what = f"An {options.action} needs a key: the field that finds the record."
        problems.add("export.key", what, f"Write key = …, one of {_choices(remote)}, and map it.")
    elif options.when_key_twice is not WhenKeyTwice.REJECT:
        message = "An insert has no key that two rows could share."
        problems.add("export.when_key_twice", message, "Remove it, or choose the action upsert.")


def _check_line(name: str, line: WriteLine | None, remote: RemoteObject, problems: Problems) -> None:
    if line is None:
        problems.add("export.key", f"The key {name} is not mapped.", f'Add a [[mapping]] with remote = "{name}".')
    elif line.search is not None and name != remote.id_field:
        problems.add("export.key", f"The key {name} cannot be searched for itself.", "Map a column to it.")


def _unknown(options: ExportOptions, remote: RemoteObject) -> tuple[str, str]:
    name, choices = options.key, _choices(remote)
    if "," not in name:
        return unknown_field(name, remote)
    what = f"{remote.label} ({remote.name}) has no key of {name} together."
    if options.action is Action.DELETE:
        return f"A delete maps what finds the record and nothing else: {what}", f"Keep the lines of one of {choices}."
    return what, f"Choose one of {choices}."


def _choices(remote: RemoteObject) -> str:
    """What the CRM finds records by, as a job file says it."""
    single = [field.name for field in remote.fields if field.is_key or field.name == remote.id_field]
    several = ("[" + ", ".join(f'"{name}"' for name in key.parts) + "]" for key in remote.keys)
    return ", ".join((*single, *several))


def line_of_parts(lines: Sequence[WriteLine], key: Field) -> WriteLine:
    """The line of a key of several fields, made of theirs."""
    parts = tuple(line for name in key.parts for line in lines if line.field.name == name)
    return WriteLine(FieldMap(key.name, Constant("")), key, parts=parts)


def found_by_id(
    lines: Sequence[WriteLine], remote: RemoteObject, key: Field, can: Capabilities
) -> tuple[list[WriteLine], Field]:
    """The lines where that of a foreign key finds the record's id, so that the request itself goes by id; the id.

    What found the record is not written to it: it stands there.
    """
    id_field = remote.field(remote.id_field)
    if id_field is None:
        raise TypeError(remote)
    lookup = Lookup("", remote.name, key.name)
    search = Search(lookup, remote.name, key.name, folds(key, can), key.type in NUMBERS)

    def found(line: WriteLine) -> WriteLine:
        return replace(
            line,
            map=replace(line.map, remote=id_field.name, when_empty=WhenEmpty.LEAVE),
            field=id_field,
            search=search,
        )

    if key.parts:
        return [
            *(line for line in lines if line.field.name not in key.parts),
            found(line_of_parts(lines, key)),
        ], id_field
    return [found(line) if line.field == key else line for line in lines], id_field
