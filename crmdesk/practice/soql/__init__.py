"""The query language of the practice org: `parse` a text, `compile_query` its tree, read the result by `reading`."""

from __future__ import annotations

from crmdesk.practice.soql.compiled import AggregateQuery, Compiled, CountQuery, RecordQuery, ResultColumn, Statement
from crmdesk.practice.soql.compiler import compile_query
from crmdesk.practice.soql.errors import SoqlCode, SoqlError
from crmdesk.practice.soql.parser import parse
from crmdesk.practice.soql.tree import Query

__all__ = [
    "AggregateQuery",
    "Compiled",
    "CountQuery",
    "Query",
    "RecordQuery",
    "ResultColumn",
    "SoqlCode",
    "SoqlError",
    "Statement",
    "compile_query",
    "parse",
]
