"""The control endpoint for the rules of the org: which there are, what changes, which assignment rule is active."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice.calls import Call, resource
from crmdesk.practice.ids import is_id
from crmdesk.practice.org import Org
from crmdesk.practice.org_rules import RuleBook, changed
from crmdesk.practice.recycling import undelete
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import json_reply, no_content
from crmdesk.practice.store import keep_setting, setting

_KEPT = "org rules"


def read(call: Call) -> Response:
    return json_reply(call.org.org_rules.book)


def change(call: Call) -> Response:
    """What is posted is laid over the rules in force, by object and name; the answer is all of them."""
    try:
        asked: Any = msgspec.json.decode(call.body)
        assignment = asked.pop("assignment", {}) if isinstance(asked, dict) else {}
        book = changed(call.org.org_rules.book, asked)
        call.org.org_rules.exchange(book)
    except (ValueError, TypeError) as error:
        raise Refused("NOT_UNDERSTOOD", str(error)) from None
    _keep(call.org, book)
    with call.org.store.writing() as connection:
        for name, is_active in assignment.items():
            connection.execute("UPDATE AssignmentRule SET Active = ? WHERE SobjectType = ?", (bool(is_active), name))
    return json_reply(book, 201)


def reset(call: Call) -> Response:
    call.org.org_rules.exchange(call.org.first_rules())
    _keep(call.org, call.org.org_rules.book)
    return no_content()


def bring_back(call: Call) -> Response:
    """`{"ids": [...]}`: out of the recycle bin, as the SOAP call of that name does it, for those who speak no SOAP."""
    ids = call.json_object().get("ids")
    if not isinstance(ids, list) or not all(isinstance(each, str) and is_id(each) for each in ids):
        raise Refused("NOT_UNDERSTOOD", "ids must be an array of record ids")
    with call.org.store.writing() as connection:
        outcomes = undelete(connection, call.org.schema, ids, call.user.user_id, call.stamp())
    return json_reply(
        [
            {
                "id": outcome.record_id,
                "success": outcome.refusal is None,
                "errors": [outcome.refusal.as_record_error()] if outcome.refusal else [],
            }
            for outcome in outcomes
        ]
    )


def _keep(org: Org, book: RuleBook) -> None:
    with org.store.writing() as connection:
        keep_rules(connection, book)


def keep_rules(connection: sqlite3.Connection, book: RuleBook) -> None:
    keep_setting(connection, _KEPT, msgspec.json.encode(book).decode())


def take_up_rules(org: Org) -> None:
    """Put the rules in force that the org had when it was last served."""
    with org.store.reading() as connection:
        kept = setting(connection, _KEPT)
    if kept is not None:
        org.org_rules.exchange(msgspec.json.decode(kept, type=RuleBook))


def routes() -> list[Route]:
    return [
        resource("/practice/rules", GET=read, POST=change, DELETE=reset),
        resource("/practice/undelete", POST=bring_back),
    ]
