"""SOAP as a client speaks it: messages in envelopes, and what is in the answers."""

from __future__ import annotations

import re

import requests

from tests.practice.oauth.signing_in import stranger
from tests.practice.running import PracticeOrg

PARTNER = "urn:partner.soap.sforce.com"


def envelope(body: str, header: str = "", doctype: str = "") -> str:
    """A SOAP message with this body, in the words of the partner API."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{doctype}'
        f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="{PARTNER}">'
        f"<e:Header>{header}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
    )


def post(org: PracticeOrg, body: str | bytes, version: str = "59.0") -> requests.Response:
    """The answer to a message."""
    with stranger() as session:
        content = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/xml", "SOAPAction": "login"}
        return session.post(f"{org.url}/services/Soap/u/{version}", data=content, headers=headers, timeout=100)


def element(reply: requests.Response, name: str) -> str:
    """The text of the first element of that name."""
    found = re.search(rf"<(?:sf:)?{name}>([^<]*)</", reply.text)
    assert found, reply.text
    return found[1]
