"""Signing in by user name, password and security token: the login of the SOAP API, which ends in June 2027.

SOAP API guide, "login()"; versions up to 64.0 have it, newer ones do not (Salesforce Help, "SOAP API login() Call is
Being Retired").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.oauth.grant_refusals import Circumstances, grant_refusal
from crmdesk.connectors.oauth.token_endpoint import Grant
from crmdesk.connectors.origin import Origin
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.sign_in.cards.password import PASSWORD

_PATH = "/services/Soap/u/64.0"
_HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "login"}
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com">'
    "<soapenv:Body><u:login><u:username>{user}</u:username><u:password>{password}</u:password></u:login>"
    "</soapenv:Body></soapenv:Envelope>"
)


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """A user with their password, the security token directly behind it, at the org's own address or a login host."""

    door: Origin
    user: str
    password: str = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def sign_in(self) -> Grant:
        """A new session. Raises SignInError with what to do, and TransientError."""
        http = HttpSession(self.door, reach=self.reach)
        body = _ENVELOPE.format(user=escape(self.user), password=escape(self.password)).encode()
        try:
            response = http.request("POST", _PATH, replay=Replay.SAFE, headers=_HEADERS, body=body)
        finally:
            http.close()
        answered = _read(response.status_code, response.content, self.door)
        if isinstance(answered, Refusal):
            raise grant_refusal(answered, PASSWORD, Circumstances(self.door, self.user))
        return answered


def _read(status: int, content: bytes, door: Origin) -> Grant | Refusal:
    try:
        envelope = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return Refusal(status, "", "")
    session, server = _text(envelope, "sessionId"), _text(envelope, "serverUrl")
    if session and server:
        return Grant(session, _own_address(server, door))
    return Refusal(status, _text(envelope, "exceptionCode"), _text(envelope, "exceptionMessage"))


def _own_address(server: str, door: Origin) -> str:
    """The org's address from that of its SOAP service, whose host once had `-api` in it."""
    scheme, _, rest = server.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.replace('-api.', '.', 1)}{slash}{path}" if rest else str(door)


def _text(envelope: Element, name: str) -> str:
    """The text of the first element of that name, in any namespace."""
    found = next((each for each in envelope.iter() if each.tag.rpartition("}")[2] == name), None)
    return "" if found is None else " ".join((found.text or "").split())
