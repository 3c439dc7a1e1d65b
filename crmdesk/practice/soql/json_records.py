"""REST records of plain fields, put together by SQLite itself, which takes two thirds of what Python would."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

import msgspec

from crmdesk.practice.schema import FieldType
from crmdesk.practice.soql.compiled import RecordQuery, ValueEntry
from crmdesk.practice.soql.printing import escaped, printed

_DOUBLES = (FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT)


def json_records(
    connection: sqlite3.Connection, query: RecordQuery, page: Sequence[str], base: str
) -> list[msgspec.Raw] | None:
    """What `reading.records` gives, as JSON; None where the query asks for more than plain fields."""
    plain = [each for each in query.entries if isinstance(each, ValueEntry) and each.type is not FieldType.BASE64]
    if len(plain) < len(query.entries) or query.children:
        return None
    url = escaped(f"{base}/sobjects/{query.object.name}/")
    width = 1 + max([query.id_index, *(each.index for each in plain)])
    names = ", ".join(f"c{place}" for place in range(width))
    record, formats = printed(
        [
            (f'{{"attributes":{{"type":"{query.object.name}","url":"{url}%s"}}', f"c{query.id_index}"),
            *((f',"{escaped(each.key)}":%s', _value(each.type, f"c{each.index}")) for each in plain),
            ("%s", "'}'"),
        ]
    )
    sql = f"WITH told({names}) AS ({query.by_ids.sql}) SELECT c{query.id_index}, {record} FROM told"  # noqa: S608
    parameters = (*query.by_ids.parameters, json.dumps(list(page)), *formats)
    found: dict[str, bytes] = dict(connection.execute(sql, parameters).fetchall())
    return [msgspec.Raw(found[each]) for each in page if each in found]


def _value(kind: FieldType, column: str) -> str:
    if kind is FieldType.BOOLEAN:
        return f"CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END"
    if kind in _DOUBLES:
        return f"ifnull(crmjson({column}), 'null')"  # SQLite's own text of a double has 15 digits
    if kind is FieldType.DATETIME:
        return f"""ifnull('"' || rtrim({column}, 'Z') || '+0000"', 'null')"""
    return f"json_quote({column})"
