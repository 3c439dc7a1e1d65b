"""The control endpoint by which the org learns: descriptions of objects, and records as samples."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice.calls import Call, resource
from crmdesk.practice.learned.described import DescribedObject
from crmdesk.practice.learned.keeping import (
    Descriptions,
    keep_descriptions,
    keep_record_types,
    keep_records,
    kept_descriptions,
    make_room,
)
from crmdesk.practice.learned.understanding import KEPT_AS_THEY_ARE, learned_schema, left_out
from crmdesk.practice.org_rules import without
from crmdesk.practice.refusals import Refused
from crmdesk.practice.replies import json_reply
from crmdesk.practice.rules import ObjectRules
from crmdesk.practice.rules_routes import keep_rules
from crmdesk.practice.schema import standard_schema

T = TypeVar("T")


class Lesson(msgspec.Struct, forbid_unknown_fields=True):
    """Descriptions as `GET /sobjects/X/describe` gives them."""

    objects: list[DescribedObject]


class Sample(msgspec.Struct, forbid_unknown_fields=True):
    """Records of one object, each value in the text that Bulk CSV has for it; each has its Id."""

    object: str
    records: list[dict[str, str | None]]


def learn(call: Call) -> Response:
    """The objects take the places of those of the same names, in one step; what is left out is told."""
    lesson = _decoded(call, Lesson)
    org = call.org
    with org.store.writing() as connection:
        known = {each.name.lower(): each for each in kept_descriptions(connection).objects}
        new = {name: each for each in lesson.objects if (name := each.name.lower()) not in KEPT_AS_THEY_ARE}
        known |= new
        schema = learned_schema(standard_schema(), known.values())
        for name, each in new.items():
            learned = schema.object(name)
            if learned is not None:
                make_room(connection, learned, org.clock.stamp())
                keep_record_types(connection, each, org.clock.stamp())
        # A description that was asked for within this second would be taken for the newest by its stamp.
        at = org.clock.now().replace(microsecond=0) + timedelta(seconds=1)
        keep_descriptions(connection, Descriptions(at, list(known.values())))
        rules = without(org.org_rules.book, new)
        keep_rules(connection, rules)
    org.adopt(schema, frozenset(known), rules, at)
    told = [{"object": each.name, "fields": len(each.fields)} for each in new.values()]
    return json_reply({"learned": told, "left_out": [lost for each in new.values() for lost in left_out(each)]}, 201)


def learned(call: Call) -> Response:
    with call.org.store.reading() as connection:
        return json_reply({"learned": [each.name for each in kept_descriptions(connection).objects]})


def take_sample(call: Call) -> Response:
    sample = _decoded(call, Sample)
    what = call.org.schema.object(sample.object)
    if what is None or not all(each.get("Id") for each in sample.records):
        raise Refused("NOT_UNDERSTOOD", "a sample has records of an object that is known here, each with its Id")
    rules = ObjectRules(call.org.schema, what)
    with call.org.store.writing() as connection:
        keep_records(connection, rules, sample.records, call.org.clock.stamp())
    return json_reply({"records": len(sample.records)}, 201)


def _decoded(call: Call, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(call.body, type=kind)
    except ValueError as error:
        raise Refused("NOT_UNDERSTOOD", str(error)) from None


def routes() -> list[Route]:
    return [
        resource("/practice/schema", GET=learned, POST=learn),
        resource("/practice/records", POST=take_sample),
    ]
