"""The login of the SOAP API."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
import requests

from tests.practice.oauth.signing_in import ADMIN, LEFT, works
from tests.practice.oauth.soap import element, envelope, post
from tests.practice.running import PracticeOrg


def login(username: str = ADMIN, password: str = "practice") -> str:
    names = f"<u:username>{escape(username)}</u:username><u:password>{escape(password)}</u:password>"
    return envelope(f"<u:login>{names}</u:login>")


def fault(reply: requests.Response) -> str:
    assert reply.status_code == 500
    assert reply.headers["Content-Type"].startswith("text/xml")
    code = element(reply, "exceptionCode")
    assert element(reply, "faultcode") == f"sf:{code}"
    assert element(reply, "faultstring").startswith(f"{code}: ")
    return code


@pytest.mark.parametrize("version", ["31.0", "59.0", "64.0"])
def test_a_login_gives_a_session_and_the_place_of_the_server(shared_org: PracticeOrg, version: str) -> None:
    reply = post(shared_org, login(), version)
    assert reply.status_code == 200
    server = f"{shared_org.url}/services/Soap/u/{version}/{shared_org.org_id[:15]}"
    assert element(reply, "serverUrl") == server
    assert element(reply, "organizationId") == shared_org.org_id
    assert element(reply, "userName") == ADMIN
    assert works(shared_org, element(reply, "sessionId"))


@pytest.mark.parametrize("version", ["65.0", "68.0", "99.0", "30.0", "59.5", "x"])
def test_other_versions_have_no_login(shared_org: PracticeOrg, version: str) -> None:
    assert fault(post(shared_org, login(), version)) == "UNSUPPORTED_API_VERSION"


def test_wrong_names_and_passwords_are_all_refused_alike(shared_org: PracticeOrg) -> None:
    for body in (login(password="wrong"), login("nobody@practice.example"), login(LEFT), login("", "")):
        reply = post(shared_org, body)
        assert fault(reply) == "INVALID_LOGIN"
        message = "Invalid username, password, security token; or user locked out."
        assert element(reply, "exceptionMessage") == message


def test_an_org_may_insist_on_the_security_token(org: PracticeOrg) -> None:
    org.patch("/practice/sign-in", {"wants_security_token": True})
    assert fault(post(org, login())) == "LOGIN_MUST_USE_SECURITY_TOKEN"
    assert post(org, login(password="practicePracticeSecurityToken")).status_code == 200


def test_a_logout_ends_the_session(shared_org: PracticeOrg) -> None:
    session_id = element(post(shared_org, login()), "sessionId")
    header = f"<u:SessionHeader><u:sessionId>{session_id}</u:sessionId></u:SessionHeader>"
    assert post(shared_org, envelope("<u:logout/>", header)).status_code == 200
    assert not works(shared_org, session_id)
    assert fault(post(shared_org, envelope("<u:logout/>", header))) == "INVALID_SESSION_ID"


def test_entities_and_document_types_are_refused(shared_org: PracticeOrg) -> None:
    for doctype in (
        '<!DOCTYPE x [<!ENTITY name "admin@practice.example">]>',
        '<!DOCTYPE x [<!ENTITY name SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        "<!DOCTYPE x>",
    ):
        body = envelope("<u:login><u:username>&name;</u:username></u:login>", doctype=doctype)
        reply = post(shared_org, body)
        assert fault(reply) == "MALFORMED_REQUEST"
        assert "document type" in reply.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<a/>",
        b"\xff\xfe\x00",
        envelope("").encode(),
        envelope("<u:login>").encode(),
        envelope("<other xmlns='urn:x'/>").encode(),
        envelope("<u:login>" + "<u:a>" * 50 + "</u:a>" * 50 + "</u:login>").encode(),
        envelope("<u:login><u:username>" + "x" * 70_000 + "</u:username></u:login>").encode(),
    ],
)
def test_what_is_no_envelope_is_a_fault(shared_org: PracticeOrg, body: bytes) -> None:
    assert fault(post(shared_org, body)) == "MALFORMED_REQUEST"


def test_other_operations_are_not_there(shared_org: PracticeOrg) -> None:
    assert fault(post(shared_org, envelope("<u:query/>"))) == "INVALID_OPERATION"
