"""Records that a query does not give: deleted ones are in the recycle bin, hidden ones are known to UserRecordAccess.

SOQL and SOSL reference, "UserRecordAccess": one user and at most 200 ids a query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crmdesk.connectors.contract import Query
from crmdesk.connectors.fates import Fate
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.salesforce.soql import soql
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import AccessError, RemoteError, UserError
from crmdesk.model.filter import Condition, Group, Joined, Operator


def fates(rest: Rest, user: str, name: str, key: str, values: Sequence[str], token: CancelToken) -> Mapping[str, Fate]:
    """See TellsFates. `user` is the id of the signed-in user."""
    wanted = Condition(key, Operator.IN, tuple(values))
    gone = Group(Joined.ALL, (wanted, Condition("IsDeleted", Operator.EQUAL, value=True)))
    found = dict.fromkeys(_texts(rest, Query(name, (key,), gone), key, token, is_all=True), Fate.DELETED)
    if key == ID and len(found) < len(values):
        hidden = Group(
            Joined.ALL,
            (
                Condition("UserId", Operator.EQUAL, user),
                Condition("RecordId", Operator.IN, tuple(value for value in values if value not in found)),
                Condition("HasReadAccess", Operator.EQUAL, value=False),
            ),
        )
        access = Query("UserRecordAccess", ("RecordId",), hidden)
        found |= dict.fromkeys(_texts(rest, access, "RecordId", token, is_all=False), Fate.NO_ACCESS)
    return found


def _texts(rest: Rest, query: Query, field: str, token: CancelToken, *, is_all: bool) -> Iterator[str]:
    """The values of a field; nothing where the org does not let itself be asked so."""
    try:
        for record in rest.records(soql(query), token, is_all=is_all):
            yield str(record[field])
    except AccessError:
        return
    except UserError:  # an object that is not there, or not for this user
        return
    except RemoteError as error:
        if not error.code.startswith(("INVALID_", "MALFORMED_", "MALFORMED_QUERY")):
            raise
