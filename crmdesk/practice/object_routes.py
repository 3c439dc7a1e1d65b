"""What objects there are, what they are made of, and what was changed or deleted in a period."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import content_routes, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.conditions import is_since
from crmdesk.practice.delete_log import deletions
from crmdesk.practice.describe import RecordTypeInfo, describe_global, describe_object, describe_summary
from crmdesk.practice.judging import record_types_of
from crmdesk.practice.replies import json_reply
from crmdesk.practice.schema import PracticeObject, quoted

_MINUTE = timedelta(minutes=1)


def list_objects(call: Call) -> Response:
    return _unless_known(call, describe_global(call.schema, call.root))


def summary(call: Call) -> Response:
    described = describe_summary(call.practice_object(), call.root)
    return json_reply({"objectDescribe": described, "recentItems": []})


def describe(call: Call) -> Response:
    what = call.practice_object()
    with call.org.store.reading() as connection:
        found = record_types_of(connection, what.name)
    denied = call.org.rights_of(call.user.user_id).denied_record_types
    types = [RecordTypeInfo(*each, is_available=each[0] not in denied) for each in found]
    return _unless_known(call, describe_object(call.schema, what, call.root, types))


def _unless_known(call: Call, body: object) -> Response:
    """304 for one who has the description already."""
    changed = call.org.described
    is_known = is_since(call.headers.get("if-modified-since"), changed)
    headers = {"Last-Modified": format_datetime(changed, usegmt=True)}
    return Response(status_code=304, headers=headers) if is_known else json_reply(body, headers=headers)


def updated(call: Call) -> Response:
    """Ids changed in [start, end], seconds cut off (REST guide, sObject Get Updated)."""
    what, start, end = _replicated(call), *_period(call)
    with call.org.store.reading() as connection:
        rows = connection.execute(
            f"SELECT Id FROM {quoted(what.name)} WHERE SystemModstamp >= ? AND SystemModstamp < ? AND IsDeleted = 0"
            f" ORDER BY SystemModstamp, Id LIMIT {call.org.replication.ids + 1}",
            (_stored(start), _stored(end)),
        ).fetchall()
    _require_few(call, len(rows))
    return json_reply({"ids": [row[0] for row in rows], "latestDateCovered": _covered(call, end)})


def deleted(call: Call) -> Response:
    """Ids deleted in [start, end), also those that are gone for good (REST guide, sObject Get Deleted)."""
    what, start, end = _replicated(call), *_period(call)
    replication = call.org.replication
    with call.org.store.reading() as connection:
        rows = deletions(connection, what, max(start, replication.since), end, replication.ids + 1)
    _require_few(call, len(rows))
    return json_reply(
        {
            "deletedRecords": [{"deletedDate": stamp.removesuffix("Z") + "+0000", "id": each} for each, stamp in rows],
            "earliestDateAvailable": _told(replication.since),
            "latestDateCovered": _covered(call, end),
        }
    )


def _covered(call: Call, end: datetime) -> str:
    """Up to where nothing can be missing any more: not beyond the stamp of work that is not committed."""
    earliest = call.org.open_work.earliest()
    return _told(end) if earliest is None else min(_told(end), earliest.removesuffix("Z") + "+0000")


def _period(call: Call) -> tuple[datetime, datetime]:
    """Seconds are cut off. Raises INVALID_REPLICATION_DATE for a period that is empty, too old or not over."""
    start, end = _minute(call, "start"), _minute(call, "end")
    if end - start < _MINUTE:
        raise refusals.BAD_PERIOD(why="startDate should be at least one minute before endDate")
    if call.org.clock.now() - start > timedelta(days=call.org.replication.days):
        raise refusals.BAD_PERIOD(why=f"startDate cannot be more than {call.org.replication.days} days ago")
    return start, min(end, call.org.clock.now().replace(microsecond=0))


def _minute(call: Call, name: str) -> datetime:
    text = call.query.get(name, "").replace(" ", "+")  # a plus sign that nobody escaped arrives as a blank
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refusals.BAD_PERIOD(why=f"{name} is not a date and time: {text}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(second=0, microsecond=0)


def _replicated(call: Call) -> PracticeObject:
    """The object of the path, if changes of it are told at all."""
    what = call.practice_object()
    if what.field("IsDeleted") is None:
        raise refusals.NOT_FOUND()
    return what


def _require_few(call: Call, count: int) -> None:
    most = call.org.replication.ids
    if count > most:
        raise refusals.TOO_MANY_IDS(limit=most)


def _stored(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _told(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def routes(root: str) -> list[Route]:
    objects = f"{root}/sobjects"
    return [
        resource(objects, GET=list_objects),
        resource(f"{objects}/{{object}}", GET=summary, POST=content_routes.create),
        resource(f"{objects}/{{object}}/describe", GET=describe),
        resource(f"{objects}/{{object}}/updated", GET=updated),
        resource(f"{objects}/{{object}}/deleted", GET=deleted),
    ]
