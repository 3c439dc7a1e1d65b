"""Who is signed in, and how one signs in: versions, version root, token endpoint, userinfo, identity URL."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import limits, refusals
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.org import Org
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
    names = ("composite", "jobs", "limits", "query", "queryAll", "sobjects")
    urls = {name: f"{call.root}/{name}" for name in names}
    return json_reply({**urls, "identity": identity_url(call.org)})


def identity_url(org: Org) -> str:
    return f"{org.url}/id/{org.identity.org_id}/{org.identity.user_id}"


def token(call: Call) -> Response:
    """Client credentials, user name and password, refresh token.

    Whoever asks proves that they may: the org's own access token, named in the first line that the server prints,
    is the client secret, the password and the refresh token at once.
    """
    form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    secret = form.get("client_secret") or _basic_secret(call)
    match form.get("grant_type"):
        case "client_credentials":
            error = None if _is_token(call.org, secret) else ("invalid_client", "invalid client credentials")
        case "password":
            known = _is_token(call.org, form.get("password", ""))
            error = None if known else ("invalid_grant", "authentication failure")
        case "refresh_token":
            known = _is_token(call.org, form.get("refresh_token", ""))
            error = None if known else ("invalid_grant", "expired access/refresh token")
        case _:
            error = ("unsupported_grant_type", "grant type not supported")
    if error:
        return json_reply({"error": error[0], "error_description": error[1]}, 400)
    return json_reply(_granted(call.org))


def _is_token(org: Org, given: str) -> bool:
    return hmac.compare_digest(given.encode(), org.token.encode())


def _basic_secret(call: Call) -> str:
    scheme, _, credentials = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials).decode().partition(":")[2]
    except ValueError:
        return ""


def _granted(org: Org) -> dict[str, str]:
    issued_at = str(int(org.clock.seconds() * 1000))
    signed = hmac.digest(org.token.encode(), (identity_url(org) + issued_at).encode(), hashlib.sha256)
    return {
        "access_token": org.token,
        "signature": base64.b64encode(signed).decode(),
        "scope": "api refresh_token",
        "instance_url": org.url,
        "id": identity_url(org),
        "token_type": "Bearer",
        "issued_at": issued_at,
    }


def userinfo(call: Call) -> Response:
    who = call.org.identity
    return json_reply(
        {
            "sub": identity_url(call.org),
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
            "urls": _urls(call.org),
        }
    )


def identity(call: Call) -> Response:
    who = call.org.identity
    if (call.path["org_id"][:15], call.path["user_id"][:15]) != (who.org_id[:15], who.user_id[:15]):
        raise refusals.NOT_FOUND()
    return json_reply(
        {
            "id": identity_url(call.org),
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
            "urls": _urls(call.org),
        }
    )


def _urls(org: Org) -> dict[str, str]:
    rest = f"{org.url}/services/data/v{{version}}"
    return {
        "rest": f"{rest}/",
        "sobjects": f"{rest}/sobjects/",
        "query": f"{rest}/query/",
        "recent": f"{rest}/recent/",
        "profile": f"{org.url}/{org.identity.user_id}",
    }


def routes(root: str) -> list[Route]:
    return [
        resource("/services/data", GET=versions),
        resource(root, GET=version_root),
        resource("/services/oauth2/token", POST=token),
        resource("/services/oauth2/userinfo", GET=userinfo, POST=userinfo),
        resource("/id/{org_id}/{user_id}", GET=identity),
    ]
