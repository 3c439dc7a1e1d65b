"""Records of one object as they stand in the org now, with who made or deleted them and when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from crmdesk.connectors.contract import Query
from crmdesk.connectors.salesforce.describe import ID
from crmdesk.connectors.salesforce.reading.source import QuerySource
from crmdesk.connectors.salesforce.rest import Rest, moment
from crmdesk.connectors.salesforce.soql import literal, object_name
from crmdesk.connectors.token import CancelToken
from crmdesk.model.filter import Condition, Filter, Group, Joined, Operator, Scalar
from crmdesk.model.job import Engine
from crmdesk.model.schema import NUMBERS, Field, RemoteObject
from crmdesk.tabular.batch import ROW

CREATED_DATE = "CreatedDate"
CREATED_BY = "CreatedById"
_AT_ONCE = 200
_ID_15 = 15

Record = dict[str, str | None]
"""Field name to the text of the wire."""


class Records:
    """Asks for records of `remote`. `user` is the id of the signed-in user."""

    def __init__(self, rest: Rest, remote: RemoteObject, user: str) -> None:
        self._rest = rest
        self._remote = remote
        self._user = user[:_ID_15]

    @property
    def tells_who_made_them(self) -> bool:
        """Whether records carry when and by whom they were created."""
        return all(self._remote.field(name) is not None for name in (CREATED_DATE, CREATED_BY))

    def is_ours(self, record: Record, since: datetime) -> bool:
        """Whether we created the record at `since` or later."""
        made, maker = record.get(CREATED_DATE), record.get(CREATED_BY)
        return made is not None and moment(made) >= _second(since) and (maker or "")[:_ID_15] == self._user

    def with_values(
        self, key: Field, values: Sequence[str], fields: Sequence[str], token: CancelToken
    ) -> Iterator[Record]:
        """The records whose `key` is one of `values`, without the white space that Salesforce takes off."""
        wanted = list(dict.fromkeys(value.strip() for value in values))
        for start in range(0, len(wanted), _AT_ONCE):
            few: tuple[Scalar, ...] = tuple(
                Decimal(value) if key.type in NUMBERS else value for value in wanted[start : start + _AT_ONCE]
            )
            yield from self._ask((key.name, *fields), Condition(key.name, Operator.IN, few), token)

    def created(
        self, moments: Collection[datetime], within: timedelta, fields: Sequence[str], token: CancelToken
    ) -> dict[str, Record]:
        """The records that we created within that time of one of `moments`, by id."""
        found: dict[str, Record] = {}
        for since in sorted(moments):
            where = Group(
                Joined.ALL,
                (
                    Condition(CREATED_BY, Operator.EQUAL, self._user),
                    Condition(CREATED_DATE, Operator.GREATER_OR_EQUAL, _second(since)),
                    Condition(CREATED_DATE, Operator.LESS_OR_EQUAL, since + within),
                ),
            )
            found |= {str(record[ID]): record for record in self._ask(fields, where, token)}
        return found

    def last_changes(
        self, ids: Sequence[str], token: CancelToken, *, are_deleted: bool
    ) -> dict[str, dict[str, object]]:
        """When and by whom those of `ids` changed last that are deleted, or are not; by 15 characters of the id."""
        found: dict[str, dict[str, object]] = {}
        for start in range(0, len(ids), _AT_ONCE):
            listed = ", ".join(literal(record_id) for record_id in ids[start : start + _AT_ONCE])
            text = (
                f"SELECT Id, SystemModstamp, LastModifiedById FROM {object_name(self._remote.name)}"  # noqa: S608
                f" WHERE IsDeleted = {str(are_deleted).lower()} AND Id IN ({listed})"
            )
            for record in self._rest.records(text, token, is_all=True):
                found[str(record[ID])[:_ID_15]] = record
        return found

    def is_changed_by_us(self, record: dict[str, object] | None, since: datetime) -> bool:
        """Whether the last change was at `since` or later, by us: being deleted or brought back are changes too."""
        if record is None:
            return False
        return (
            moment(str(record["SystemModstamp"])) >= _second(since)
            and str(record["LastModifiedById"])[:_ID_15] == self._user
        )

    def _ask(self, fields: Sequence[str], where: Filter, token: CancelToken) -> Iterator[Record]:
        audit = (CREATED_DATE, CREATED_BY) if self.tells_who_made_them else ()
        names = tuple(dict.fromkeys((ID, *fields, *audit)))
        source = QuerySource(self._rest, Query(self._remote.name, names, where, engine=Engine.REST))
        for batch in source.batches(token):
            yield from batch.frame.drop(ROW).iter_rows(named=True)


def _second(when: datetime) -> datetime:
    """Salesforce stamps records at whole seconds, rounded down."""
    return when.replace(microsecond=0)
