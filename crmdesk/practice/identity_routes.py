"""Which versions there are, and who is signed in: version list and root, userinfo, identity URL."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import limits, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.oauth.grants import identity_url
from crmdesk.practice.replies import json_reply

_SEASONS = ("Winter", "Spring", "Summer")
_WINTER_26 = 65


def versions(_: Call) -> Response:
    return json_reply(
        [
            {"label": _label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
            for number in range(limits.OLDEST_VERSION, limits.NEWEST_VERSION + 1)
        ]
    )


def _label(number: int) -> str:
    releases, season = divmod(number - _WINTER_26, len(_SEASONS))
    return f"{_SEASONS[season]} '{26 + releases:02}"


def version_root(call: Call) -> Response:
    names = ("composite", "jobs", "limits", "query", "queryAll", "sobjects", "tooling")
    urls = {name: f"{call.root}/{name}" for name in names}
    return json_reply({**urls, "identity": identity_url(call.org, call.user)})


def userinfo(call: Call) -> Response:
    who = call.user
    return json_reply(
        {
            "sub": identity_url(call.org, call.user),
            "user_id": who.user_id,
            "organization_id": who.org_id,
            "preferred_username": who.username,
            "nickname": who.username.partition("@")[0],
            "name": who.display_name,
            "email": who.email,
            "email_verified": True,
            "active": True,
            "user_type": "STANDARD",
            "language": "en_US",
            "locale": "en_US",
            "zoneinfo": "GMT",
            "utcOffset": 0,
            "urls": _urls(call),
        }
    )


def identity(call: Call) -> Response:
    who = call.user
    if (call.path["org_id"][:15], call.path["user_id"][:15]) != (who.org_id[:15], who.user_id[:15]):
        raise refusals.NOT_FOUND()
    return json_reply(
        {
            "id": identity_url(call.org, call.user),
            "asserted_user": True,
            "user_id": who.user_id,
            "organization_id": who.org_id,
            "username": who.username,
            "nick_name": who.username.partition("@")[0],
            "display_name": who.display_name,
            "email": who.email,
            "email_verified": True,
            "active": True,
            "user_type": "STANDARD",
            "language": "en_US",
            "locale": "en_US",
            "timezone": "GMT",
            "utcOffset": 0,
            "is_app_installed": True,
            "urls": _urls(call),
        }
    )


def _urls(call: Call) -> dict[str, str]:
    url = call.org.url
    rest = f"{url}/services/data/v{{version}}"
    return {
        "rest": f"{rest}/",
        "sobjects": f"{rest}/sobjects/",
        "query": f"{rest}/query/",
        "recent": f"{rest}/recent/",
        "profile": f"{url}/{call.user.user_id}",
    }


def routes(root: str) -> list[Route]:
    return [
        resource("/services/data", GET=versions),
        resource(root, GET=version_root),
        resource("/services/oauth2/userinfo", GET=userinfo, POST=userinfo),
        resource("/id/{org_id}/{user_id}", GET=identity),
    ]
