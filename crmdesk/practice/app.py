"""All routes of the practice org, behind its gate."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from crmdesk.practice import (
    collection_routes,
    composite_routes,
    content_routes,
    control_routes,
    identity_routes,
    ingest_routes,
    limits_routes,
    object_routes,
    query_job_routes,
    query_routes,
    record_routes,
    refusals,
    replication_routes,
    rules_routes,
    tooling_routes,
    tree_routes,
)
from crmdesk.practice.gate import Gate
from crmdesk.practice.learned import routes as learning_routes
from crmdesk.practice.oauth import authorize_routes, soap_routes, token_routes
from crmdesk.practice.oauth import control_routes as sign_in_control
from crmdesk.practice.org import Org
from crmdesk.practice.replies import refusal_reply

_ROOT = "/services/data/v{version}"


def make_app(org: Org) -> ASGIApp:
    """The ASGI application that serves the org."""
    parts = [
        *object_routes.routes(_ROOT),
        *content_routes.routes(_ROOT),
        *record_routes.routes(_ROOT),
        *query_routes.routes(_ROOT),
        *collection_routes.routes(_ROOT),
        *tree_routes.routes(_ROOT),
        *tooling_routes.routes(_ROOT),
        *limits_routes.routes(_ROOT),
    ]
    app = Starlette(
        routes=[
            *identity_routes.routes(_ROOT),
            *token_routes.routes(),
            *authorize_routes.routes(),
            *soap_routes.routes(),
            *sign_in_control.routes(),
            *parts,
            *composite_routes.routes(_ROOT, parts),
            *ingest_routes.routes(_ROOT),
            *query_job_routes.routes(_ROOT),
            *control_routes.routes(),
            *replication_routes.routes(),
            *rules_routes.routes(),
            *learning_routes.routes(),
        ],
        exception_handlers={HTTPException: _refused},
    )
    app.router.redirect_slashes = False
    app.state.org = org
    return Gate(org, app)


async def _refused(request: Request, error: Exception) -> Response:
    """No route, or not by this method."""
    allowed = getattr(error, "headers", None) or {}
    if "Allow" not in allowed:
        return refusal_reply(refusals.NOT_FOUND())
    methods = ",".join(sorted(allowed["Allow"].replace(" ", "").split(",")))
    reply = refusal_reply(refusals.METHOD_NOT_ALLOWED(method=request.method, allowed=methods))
    reply.headers["Allow"] = methods
    return reply
