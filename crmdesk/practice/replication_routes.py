"""The part of the control endpoint that is about deletions: how far back they are known, and merges."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.merging import MASTER, merge
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import json_reply

Count = Annotated[int, msgspec.Meta(gt=0)]


class ReplicationChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is given changes."""

    days: Count | None = None
    ids: Count | None = None
    since: datetime | None = None


class Merge(msgspec.Struct, forbid_unknown_fields=True):
    """Records of an object that are merged into one of them, the master."""

    object: str
    master: str
    merged: list[str]


def read_replication(call: Call) -> Response:
    found = call.org.replication
    return json_reply({"days": found.days, "ids": found.ids, "since": found.since})


def change_replication(call: Call) -> Response:
    try:
        change = msgspec.json.decode(call.body, type=ReplicationChange)
    except ValueError as error:
        raise Refused("NOT_UNDERSTOOD", str(error)) from None
    found = call.org.replication
    found.days = change.days or found.days
    found.ids = change.ids or found.ids
    if change.since is not None:
        found.since = change.since if change.since.tzinfo else change.since.replace(tzinfo=UTC)
    return read_replication(call)


def merge_records(call: Call) -> Response:
    """At most two records go into a third, as in Salesforce; the answer is the ids that went."""
    try:
        asked = msgspec.json.decode(call.body, type=Merge)
    except ValueError as error:
        raise Refused("NOT_UNDERSTOOD", str(error)) from None
    what = call.schema.object(asked.object)
    if what is None or what.field(MASTER) is None:
        raise Refused("NOT_UNDERSTOOD", f"{asked.object} is no object whose records are merged")
    deleting = call.deleting(what, refusals.NOT_FOUND)
    with call.org.store.writing(call.received) as connection:
        outcomes = merge(connection, deleting, asked.master, asked.merged, call.stamp())
    for outcome in outcomes:
        if outcome.refusal is not None:
            raise outcome.refusal
    return json_reply({"merged": [outcome.record_id for outcome in outcomes]})


def routes() -> list[Route]:
    return [
        resource("/practice/replication", GET=read_replication, POST=change_replication),
        resource("/practice/merge", POST=merge_records),
    ]
