"""Reading records by SOQL and by id."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from crmdesk.practice import refusals
from crmdesk.practice.calls import Call
from crmdesk.practice.ids import to18
from crmdesk.practice.lookup import rows_by_id
from crmdesk.practice.org import Org
from crmdesk.practice.refusals import Refused
from crmdesk.practice.schema import PracticeObject, Schema
from crmdesk.practice.soql.compiled import Compiled, RecordQuery
from crmdesk.practice.soql.compiler import compile_query
from crmdesk.practice.soql.errors import SoqlError
from crmdesk.practice.soql.filter_scopes import narrowed
from crmdesk.practice.soql.parser import parse
from crmdesk.practice.soql.reading import records

_NAME = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*", re.ASCII)
_UTC = ZoneInfo("UTC")


def compiled(org: Org, user_id: str, soql: str, *, include_deleted: bool) -> Compiled:
    """The query against what the user sees, in his time zone. Raises Refused with the place of what is wrong."""
    schema, zone = org.schema_of(user_id), org.zone_of(user_id)
    return compiled_for(schema, org, soql, include_deleted=include_deleted, zone=zone, user_id=user_id)


def compiled_for(
    schema: Schema, org: Org, soql: str, *, include_deleted: bool, zone: ZoneInfo = _UTC, user_id: str = ""
) -> Compiled:
    """The query against any schema, at the org's time."""
    try:
        query = narrowed(parse(soql), user_id)
        return compile_query(query, schema, include_deleted=include_deleted, now=org.clock.now(), zone=zone)
    except SoqlError as error:
        raise Refused(error.code, error.message) from None


def record_by_id(call: Call, connection: sqlite3.Connection, what: PracticeObject, record_id: str) -> object:
    """The record as REST tells it, with all fields or those of `?fields=`. Raises NOT_FOUND and ENTITY_IS_DELETED."""
    row = rows_by_id(connection, what, (), [record_id]).get(record_id)
    if row is None:
        raise refusals.NOT_FOUND()
    if row[0]:
        raise refusals.DELETED()
    fields = [each for each in call.query.get("fields", "").split(",") if each] or [each.name for each in what.fields]
    return records(connection, _selection(call, what, fields), [record_id], call.root)[0]


def records_by_id(
    call: Call, connection: sqlite3.Connection, what: PracticeObject, ids: Sequence[str], fields: Sequence[str]
) -> list[object]:
    """The records in the order of the ids, None for an id that is no living record of the object."""
    known = [_known(record_id) for record_id in ids]
    living = rows_by_id(connection, what, (), [each for each in known if each])
    wanted = [each for each in known if each in living and not living[each][0]]
    found = records(connection, _selection(call, what, fields), list(dict.fromkeys(wanted)), call.root)
    by_id = {str(each["attributes"]["url"]).rpartition("/")[2]: each for each in found}  # type: ignore[index]
    return [by_id.get(each) for each in known]


def _known(record_id: str) -> str:
    try:
        return to18(record_id)
    except ValueError:
        return ""


def _selection(call: Call, what: PracticeObject, fields: Sequence[str]) -> RecordQuery:
    names = [each.strip() for each in fields]
    for name in names:
        if not _NAME.fullmatch(name):
            raise refusals.UNKNOWN_FIELD(field=name, object=what.name)
    once = dict.fromkeys(name.lower() for name in names)
    query = compiled(call.org, call.user.user_id, f"SELECT {', '.join(once)} FROM {what.name}", include_deleted=True)
    if not isinstance(query, RecordQuery):
        raise TypeError("a selection of fields is a query on records")
    return query
