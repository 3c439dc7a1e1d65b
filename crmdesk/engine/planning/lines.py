"""The lines of an import beside those that a job names: the record id, all other fields, what a population carries."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.engine.filters.values import FindField
from crmdesk.engine.finding.population import CARRIED
from crmdesk.engine.planning.plan import Distinct
from crmdesk.engine.planning.problems import Problems, unknown_field
from crmdesk.model.job import Job
from crmdesk.model.mapping import Column, Conversion, FieldMap, Mapping
from crmdesk.model.read_options import Duplicates, Keep, Population
from crmdesk.model.schema import UNREADABLE, Field, FieldType, RemoteObject
from crmdesk.tabular.convert_read import ReadLine


def whole_mapping(job: Job, remote: RemoteObject, problems: Problems) -> Mapping:
    """The record id where the job does not map it, the lines of the job, and all other fields where it asks for them.

    A field that comes by itself is written into a column of its own name.
    """
    mapped = {item.remote.casefold() for item in job.mapping}
    id_field = remote.field(remote.id_field)
    first = () if id_field is None or id_field.name.casefold() in mapped else (_by_itself(id_field),)
    if job.reading.all_except is None:
        return (*first, *job.mapping)
    left_out = {name.casefold() for name in job.reading.all_except}
    for name in job.reading.all_except:
        if remote.field(name) is None:
            problems.add("mapping_all.except", *unknown_field(name, remote))
    others = tuple(
        _by_itself(field)
        for field in remote.fields
        if field is not id_field and field.type not in UNREADABLE and field.name.casefold() not in mapped | left_out
    )
    return (*first, *job.mapping, *others)


def place_of(job: Job, item: FieldMap) -> str:
    """Where a line belongs in the job."""
    return f"mapping[{job.mapping.index(item) + 1}]" if item in job.mapping else "mapping_all"


def _by_itself(field: Field) -> FieldMap:
    return FieldMap(remote=field.name, origin=Column(field.name))


def carried_lines(population: Population) -> list[ReadLine]:
    """A line for each column that travels with the rows."""
    return [
        ReadLine(CARRIED + name, name, Field(name, name, FieldType.TEXT), Conversion.COPY_PASTE)
        for name in population.carry
    ]


def key_of(population: Population, remote: RemoteObject, problems: Problems) -> Field | None:
    """The field that names the records; a problem where the CRM finds none by it."""
    name = population.key or remote.id_field
    field = remote.field(name)
    if field is None:
        problems.add("population.key", *unknown_field(name, remote))
        return None
    if not (field.is_key or field.is_unique or field.is_external_id) or not field.is_filterable:
        problems.add(
            "population.key",
            f"{field.name} does not find a record: it is no record id, no external id and not unique.",
            f"Use {remote.id_field}, or an external id.",
        )
    return field


def distinct_of(rule: Duplicates, find: FindField, problems: Problems) -> Distinct:
    """The rule against today's schema; the date of the most recent row is LastModifiedDate where none is named."""
    by = rule.by or ("LastModifiedDate" if rule.keep is Keep.MOST_RECENT else "")
    found: dict[str, Field] = {}
    for place, name in (*(("key", name) for name in rule.key), *((("by", by),) if by else ())):
        known = find(name)
        if known is None:
            problems.add(f"duplicates.{place}", f"There is no field “{name}” that you can see.", "Check its spelling.")
        elif place == "by" and known[1].type not in (FieldType.DATE, FieldType.DATETIME):
            problems.add("duplicates.by", f"{known[0]} is no date.", "Name a field of dates.")
        else:
            found[known[0]] = known[1]
    whole = {name.casefold(): name for name in found}
    key = tuple(whole.get(name.casefold(), name) for name in rule.key)
    folded = tuple(name for name in key if name in found and not found[name].is_case_sensitive)
    return Distinct(replace(rule, key=key, by=whole.get(by.casefold(), by)), folded)
