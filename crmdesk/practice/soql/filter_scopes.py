"""USING SCOPE: whose records a query is about, before any condition (SOQL reference, USING SCOPE)."""

from __future__ import annotations

from dataclasses import replace

from crmdesk.practice.soql.errors import QueryRefused, SoqlCode
from crmdesk.practice.soql.tree import All, Comparison, Operator, Path, Query, Text


def narrowed(query: Query, user_id: str) -> Query:
    """The query as one about the records of its scope: `everything`, or `mine`, those that the user owns.

    Raises SoqlError for the other scopes, which belong to teams, groups and territories that the org does not have; the
    text is believed.
    """
    scope = query.filter_scope
    if scope is None:
        return query
    match ".".join(scope.names).lower():
        case "everything":
            return query
        case "mine":
            own = Comparison(Path(("OwnerId",), scope.at), Operator.EQUAL, Text(user_id, scope.at))
            return replace(query, where=own if query.where is None else All((own, query.where)))
        case name:
            reason = f"the filter scope '{name}' is not supported for this object"
            raise QueryRefused(SoqlCode.INVALID_QUERY_SCOPE, reason, scope.at).located(query.text)
