"""As much of the Tooling API as reading needs: queries, objects, describes."""

from __future__ import annotations

from typing import assert_never

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.column_metadata import column_metadata
from crmdesk.practice.describe import describe_global, describe_object
from crmdesk.practice.reading import compiled_for
from crmdesk.practice.replies import json_reply
from crmdesk.practice.soql.compiled import AggregateQuery, CountQuery, RecordQuery
from crmdesk.practice.soql.reading import aggregate_records, count, records
from crmdesk.practice.tooling import METADATA, TOOLING, tooling_tables

Json = dict[str, object]


def query(call: Call) -> Response:
    soql = call.query.get("q", "")
    if not soql.strip():
        raise refusals.NO_QUERY()
    asked = compiled_for(TOOLING, call.org, soql, include_deleted=False)
    if call.query.get("columns", "").lower() == "true":
        return json_reply(column_metadata(asked))
    with tooling_tables(call.org.schema, call.org.org_rules.book) as connection:
        match asked:
            case CountQuery():
                return json_reply(_answer(count(connection, asked), []))
            case AggregateQuery():
                found = aggregate_records(connection, asked)
            case RecordQuery():
                ids = [str(row[0]) for row in connection.execute(asked.ids.sql, asked.ids.parameters)]
                found = [_with_metadata(each) for each in records(connection, asked, ids, _base(call))]
                if len(found) > 1 and any({METADATA, "FullName"} & each.keys() for each in found):
                    raise refusals.ONE_ROW_FOR_METADATA(count=len(found))
            case _:
                assert_never(asked)
    return json_reply(_answer(len(found), found))


def _answer(size: int, found: list[dict[str, object]]) -> dict[str, object]:
    return {"size": size, "totalSize": size, "done": True, "queryLocator": None, "records": found}


def _with_metadata(record: Json) -> Json:
    """The definition itself, which is an object and no text."""
    told = record.get(METADATA)
    return record | {METADATA: msgspec.json.decode(told)} if isinstance(told, str) else record


def read(call: Call) -> Response:
    """One record by its id, with its definition."""
    what = TOOLING.object(call.path["object"])
    if what is None:
        raise refusals.NOT_FOUND()
    names = ", ".join(each.name for each in what.fields)
    asked = compiled_for(TOOLING, call.org, f"SELECT {names} FROM {what.name}", include_deleted=False)  # noqa: S608 - names of the schema
    with tooling_tables(call.org.schema, call.org.org_rules.book) as connection:
        found = (
            records(connection, asked, [call.path["record_id"]], _base(call)) if isinstance(asked, RecordQuery) else []
        )
    if not found:
        raise refusals.NOT_FOUND()
    return json_reply(_with_metadata(found[0]))


def list_objects(call: Call) -> Response:
    return json_reply(describe_global(TOOLING, _base(call)))


def describe(call: Call) -> Response:
    found = TOOLING.object(call.path["object"])
    if found is None:
        raise refusals.NOT_FOUND()
    return json_reply(describe_object(TOOLING, found, _base(call)))


def _base(call: Call) -> str:
    return f"{call.root}/tooling"


def routes(root: str) -> list[Route]:
    tooling = f"{root}/tooling"
    return [
        resource(f"{tooling}/query", GET=query),
        resource(f"{tooling}/sobjects", GET=list_objects),
        resource(f"{tooling}/sobjects/{{object}}/describe", GET=describe),
        resource(f"{tooling}/sobjects/{{object}}/{{record_id}}", GET=read),
    ]
