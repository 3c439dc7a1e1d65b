"""How much of the org's quotas is left, and how many records it has."""

# ruff: noqa: S608 - names come from the schema, quoted; values are bound

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice.calls import Call, resource
from crmdesk.practice.replies import json_reply
from crmdesk.practice.schema import quoted

_UNUSED = {
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyStreamingApiEvents": 1_000_000,
    "DataStorageMB": 1_024,
    "FileStorageMB": 1_024,
    "HourlyTimeBasedWorkflow": 1_000,
    "SingleEmail": 5_000,
}


def read_limits(call: Call) -> Response:
    allowed = call.org.weather.daily_calls()
    used = {"Max": allowed, "Remaining": max(0, allowed - call.org.usage.calls)}
    others = {name: {"Max": most, "Remaining": most} for name, most in _UNUSED.items()}
    return json_reply({"DailyApiRequests": used, **others})


def record_count(call: Call) -> Response:
    """Objects without records are left out, as are unknown names (REST guide, Record Count)."""
    asked = [name.strip() for name in call.query.get("sObjects", "").split(",") if name.strip()]
    objects = [call.schema.object(name) for name in asked] if asked else call.schema.objects
    with call.org.store.reading() as connection:
        counted = [
            (connection.execute(f"SELECT COUNT(*) FROM {quoted(each.name)} WHERE IsDeleted = 0").fetchone()[0], each)
            for each in objects
            if each is not None
        ]
    return json_reply({"sObjects": [{"count": count, "name": each.name} for count, each in counted if count]})


def routes(root: str) -> list[Route]:
    return [
        resource(f"{root}/limits", GET=read_limits),
        resource(f"{root}/limits/recordCount", GET=record_count),
    ]
