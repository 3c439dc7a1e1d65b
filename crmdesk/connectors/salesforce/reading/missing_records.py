"""Records that a query does not give: deleted ones are in the recycle bin, hidden ones are known to UserRecordAccess.

SOQL and SOSL reference, "UserRecordAccess": one user and at most 200 ids a query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crmdesk.connectors.contract import Query
from crmdesk.connectors.missing_records import WhyMissing
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import AccessError, RemoteError, UserError
from crmdesk.model.filter import Condition, Group, Joined, Operator


def why_missing(
    rest: Rest, user: str, name: str, key: str, values: Sequence[str], token: CancelToken
) -> Mapping[str, WhyMissing]:
    """See TellsWhyMissing. `user` is the id of the signed-in user."""
    wanted = Condition(key, Operator.IN, tuple(values))
    gone = Group(Joined.ALL, (wanted, Condition("IsDeleted", Operator.EQUAL, value=True)))
    records = _records(rest, Query(name, (key,), gone), token, is_all=True)
    found = {str(record[key]): WhyMissing.DELETED for record in records}
    if key == ID and len(found) < len(values):
        others = tuple(value for value in values if value not in found)
        mine = (Condition("UserId", Operator.EQUAL, user), Condition("RecordId", Operator.IN, others))
        access = Query("UserRecordAccess", ("RecordId", "HasReadAccess"), Group(Joined.ALL, mine))
        found |= {
            str(record["RecordId"]): WhyMissing.NO_ACCESS
            for record in _records(rest, access, token, is_all=False)
            if record["HasReadAccess"] is False
        }
    return found


def _records(rest: Rest, query: Query, token: CancelToken, *, is_all: bool) -> Iterator[dict[str, object]]:
    """The records; none where the org does not let itself be asked so."""
    try:
        yield from rest.records(soql(query), token, is_all=is_all)
    except (AccessError, UserError):  # no right, or no such object for this user
        return
    except RemoteError as error:
        if not error.code.startswith(("INVALID_", "MALFORMED_")):
            raise
