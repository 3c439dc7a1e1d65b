"""The way from a parent to its children, as an inner query in SELECT names it."""

from __future__ import annotations

from crmdesk.practice.schema import ChildRelationship, PracticeObject, Schema
from crmdesk.practice.soql.errors import APPEND_R, QueryRefused, SoqlCode
from crmdesk.practice.soql.tree import Query


def child_relationship(schema: Schema, parent: PracticeObject, query: Query) -> ChildRelationship:
    """The relationship that FROM of the inner query names. Raises QueryRefused (INVALID_TYPE)."""
    path = query.sources[0].path
    name = path.names[-1]
    if len(path.names) == 1 or path.names[0].lower() == parent.name.lower():
        for each in schema.children_of(parent):
            if each.name is not None and each.name.lower() == name.lower():
                return each
    raise QueryRefused(
        SoqlCode.INVALID_TYPE,
        f"Didn't understand relationship '{name}' in FROM part of query call. {APPEND_R}",
        path.at,
    )
