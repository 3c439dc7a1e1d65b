"""The shapes of answers that tests of behaviour look at, and signing in as somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from tests.practice.oauth.signing_in import APP, ask_token
from tests.practice.running import PracticeOrg

Refusal = tuple[int, str, str]


def refused(reply: requests.Response) -> Refusal:
    """Status, code and message of the one error that the request was answered with."""
    assert reply.headers["Content-Type"] == "application/json;charset=UTF-8"
    (error,) = reply.json()
    return reply.status_code, error["errorCode"], error["message"]


def ask(org: PracticeOrg, soql: str, resource: str = "query") -> requests.Response:
    return org.get(resource, params={"q": soql})


def made(org: PracticeOrg, what: str, **values: object) -> str:
    reply = org.post(f"sobjects/{what}", values)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def errors_of(reply: requests.Response) -> list[tuple[str, str]]:
    """Code and message of each record of a collection, empty where it went well."""
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = [(each["errors"] or [{"statusCode": "", "message": ""}])[0] for each in reply.json()]
    return [(each["statusCode"], each["message"]) for each in found]


@contextmanager
def signed_in_as(org: PracticeOrg, name: str) -> Iterator[PracticeOrg]:
    """The same org for another user."""
    form = {"grant_type": "password", "username": f"{name}@practice.example", "password": "practice", **APP}
    reply = ask_token(org, form)
    assert reply.status_code == 200, reply.text
    other = PracticeOrg(org.process, org.url, reply.json()["access_token"], org.org_id, org.folder, org.ca_file)
    with other.session:
        yield other
