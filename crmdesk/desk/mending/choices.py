"""What a field may hold: the values of its list, or the keys of the records that it may lead to."""

from __future__ import annotations

from crmdesk.connectors.contract import Query
from crmdesk.connectors.token import CancelToken
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.mending.groups import CauseGroup
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Job
from crmdesk.model.mapping import Lookup, Owner

_MOST = 20_000  # records that are proposed from


def choices_of(job: Job, group: CauseGroup, opened: Opened) -> tuple[str, ...]:
    """The valid values of the field that was refused, as far as they can be known."""
    for line in job.mapping:
        if not group.field or line.remote.casefold() != group.field.casefold():
            continue
        match line.origin:
            case Lookup():
                return _keys(
                    opened, line.origin.object, line.origin.key, Condition(line.origin.key, Operator.IS_NOT_EMPTY)
                )
            case Owner():
                users = opened.connector.capabilities.users
                if users is None:
                    return ()
                active = Condition(users.active, Operator.EQUAL, value=users.active_when == "true")
                return _keys(opened, users.object, users.keys[line.origin.by], active)
            case _:
                field = opened.describe(job.object).field(line.remote)
                return field.values if field is not None else ()
    return ()


def _keys(opened: Opened, name: str, key: str, which: Condition) -> tuple[str, ...]:
    field = opened.describe(name).field(key)
    if field is None:
        return ()
    source = opened.session.source(Query(name, (field.name,), which, limit=_MOST))
    found: dict[str, None] = {}
    for batch in source.batches(CancelToken()):
        found.update(dict.fromkeys(batch.frame[field.name].drop_nulls().to_list()))
    return tuple(found)
