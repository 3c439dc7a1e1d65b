"""The login of the SOAP API, versions 31 to 64: the oldest way in, which some clients still take."""

from __future__ import annotations

import re
from typing import assert_never

from starlette.responses import Response
from starlette.routing import Route

from crmdesk.practice import limits
from crmdesk.practice.calls import Call, resource
from crmdesk.practice.oauth.soap import BadSoap, SoapCall, fault, login_result, logout_result, read_call, record_results
from crmdesk.practice.oauth.users import Proof, proof_of, user_named
from crmdesk.practice.recycling import empty_bin, undelete

_VERSION = re.compile(r"(\d{1,3})\.0")
_BAD_LOGIN = "Invalid username, password, security token; or user locked out."


class _Fault(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def call_soap(call: Call) -> Response:
    """Whatever goes wrong is a fault with HTTP 500, as SOAP 1.1 wants it."""
    try:
        return _xml(_answered(call))
    except BadSoap as error:
        return _xml(fault("MALFORMED_REQUEST", str(error)), 500)
    except _Fault as error:
        return _xml(fault(error.code, error.message), 500)


def _answered(call: Call) -> str:
    _require_version(call.path["version"])
    asked = read_call(call.body)
    match asked.operation:
        case "login":
            return _logged_in(call, asked)
        case "logout":
            if call.org.sign_in.sessions.end(asked.session_id) is None:
                raise _Fault("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader")
            return logout_result()
        case "undelete" | "emptyRecycleBin":
            return _recycled(call, asked)
        case other:
            raise _Fault("INVALID_OPERATION", f"The practice org does not know {other}")


def _recycled(call: Call, asked: SoapCall) -> str:
    """Records brought back from the recycle bin, or removed from it for good: REST has neither."""
    session = call.org.sign_in.sessions.find(asked.session_id)
    if session is None:
        raise _Fault("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader")
    org = call.org
    with org.store.writing(call.received) as connection:
        if asked.operation == "undelete":
            outcomes = undelete(connection, org.schema, asked.ids, session.identity.user_id, call.stamp())
        else:
            outcomes = empty_bin(connection, org.schema, asked.ids)
    told = [(each.record_id, each.refusal) for each in outcomes]
    return record_results(
        asked.operation, [(each, why.code if why else "", why.message if why else "") for each, why in told]
    )


def _require_version(version: str) -> None:
    found = _VERSION.fullmatch(version)
    if found is None or not limits.OLDEST_SOAP <= int(found[1]) <= limits.NEWEST_SOAP:
        raise _Fault("UNSUPPORTED_API_VERSION", f"Invalid Api version specified on URL: {version}")


def _logged_in(call: Call, asked: SoapCall) -> str:
    org, name = call.org, asked.arguments.get("username", "")
    with org.store.reading() as connection:
        found = user_named(connection, name.strip())
    if found is None or not found[1]:
        raise _Fault("INVALID_LOGIN", _BAD_LOGIN)
    given, sign_in = asked.arguments.get("password", ""), org.sign_in
    proof = proof_of(given, sign_in.password, wants_security_token=sign_in.wants_security_token)
    match proof:
        case Proof.RIGHT:
            pass
        case Proof.WRONG:
            raise _Fault("INVALID_LOGIN", _BAD_LOGIN)
        case Proof.LACKS_SECURITY_TOKEN:
            raise _Fault("LOGIN_MUST_USE_SECURITY_TOKEN", f"{_BAD_LOGIN} Are you at a new location?")
        case never:
            assert_never(never)
    who, sessions = found[0], org.sign_in.sessions
    server_url = f"{org.url}/services/Soap/u/{call.path['version']}/{who.org_id[:15]}"
    return login_result(who, sessions.open(who, "", "api"), server_url, int(sessions.seconds))


def _xml(body: str, status: int = 200) -> Response:
    return Response(body, status, media_type="text/xml")


def routes() -> list[Route]:
    path = "/services/Soap/u/{version}"
    return [resource(path, POST=call_soap), resource(f"{path}/{{org_id}}", POST=call_soap)]
