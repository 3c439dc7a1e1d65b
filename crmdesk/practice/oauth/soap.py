"""The few SOAP messages that the practice org reads and writes (SOAP API guide, login and logout)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from crmdesk.practice.identity import Identity

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_PARTNER = "urn:partner.soap.sforce.com"
_FAULT = "urn:fault.partner.soap.sforce.com"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_LARGEST = 64 * 1024
_DEEPEST = 16
_SEPARATOR = " "


class BadSoap(Exception):
    """The body is not an envelope with one call in it; the message says why."""


@dataclass(slots=True)
class SoapCall:
    """The operation in the body of an envelope, its arguments, and the session id of its header if it has one.

    ids: the arguments of that name, one by one.
    """

    operation: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    session_id: str = ""


def read_call(content: bytes) -> SoapCall:
    """Read an envelope. A document type is refused before anything in it counts, so entities cannot be declared.

    Raises BadSoap.
    """
    if len(content) > _LARGEST:
        raise BadSoap("the envelope is too large")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)  # noqa: FBT003 - it takes no name
    except expat.ExpatError as error:
        raise BadSoap(f"the envelope is not XML: {error}") from None
    if not reader.call.operation:
        raise BadSoap("the envelope has no call in its body")
    return reader.call


class _Reader:
    """Follows the elements from the envelope down; the texts of one name are joined."""

    def __init__(self) -> None:
        self.call = SoapCall()
        self._path: list[str] = []

    def doctype(self, name: str, *_: object) -> None:
        raise BadSoap(f"a document type is not accepted: {name}")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise BadSoap("the envelope is nested too deeply")
        if len(self._path) == 3 and self._path[:2] == _below("Body"):  # noqa: PLR2004 - envelope, body, call
            namespace, _, operation = name.rpartition(_SEPARATOR)
            if namespace == _PARTNER:
                self.call.operation = operation
        if len(self._path) == 4 and name.rpartition(_SEPARATOR)[2] == "ids":  # noqa: PLR2004 - an argument
            self.call.ids.append("")

    def end(self, _: str) -> None:
        self._path.pop()

    def text(self, data: str) -> None:
        local = self._path[-1].rpartition(_SEPARATOR)[2]
        if self._path[:2] == _below("Body") and len(self._path) == 4:  # noqa: PLR2004 - an argument of the call
            self.call.arguments[local] = self.call.arguments.get(local, "") + data
            if local == "ids":
                self.call.ids[-1] += data
        if self._path[:2] == _below("Header") and local == "sessionId":
            self.call.session_id += data


def _below(part: str) -> list[str]:
    return [f"{_ENVELOPE} Envelope", f"{_ENVELOPE} {part}"]


def login_result(who: Identity, session_id: str, server_url: str, seconds: int) -> str:
    user_info = {
        "accessibilityMode": "false",
        "organizationId": who.org_id,
        "organizationMultiCurrency": "false",
        "organizationName": "Practice Org",
        "profileId": "00e000000000001AAA",
        "sessionSecondsValid": str(seconds),
        "userEmail": who.email,
        "userFullName": who.display_name,
        "userId": who.user_id,
        "userLanguage": "en_US",
        "userLocale": "en_US",
        "userName": who.username,
        "userTimeZone": "GMT",
        "userType": "Standard",
    }
    result = {
        "metadataServerUrl": server_url.replace("/Soap/u/", "/Soap/m/"),
        "passwordExpired": "false",
        "sandbox": "true",
        "serverUrl": server_url,
        "sessionId": session_id,
        "userId": who.user_id,
    }
    content = f"{_elements(result)}<userInfo>{_elements(user_info)}</userInfo>"
    return _envelope(_PARTNER, f"<loginResponse><result>{content}</result></loginResponse>")


def logout_result() -> str:
    return _envelope(_PARTNER, "<logoutResponse/>")


def record_results(operation: str, outcomes: Iterable[tuple[str | None, str, str]]) -> str:
    """The answer to undelete or emptyRecycleBin: id, code and message of each record, both empty where it went well."""
    results = ""
    for record_id, code, message in outcomes:
        told = (
            f"<errors><message>{escape(message)}</message><statusCode>{escape(code)}</statusCode></errors>"
            if code
            else ""
        )
        told += f"<id>{escape(record_id)}</id>" if record_id else '<id xsi:nil="true"/>'
        results += f"<result>{told}<success>{'false' if code else 'true'}</success></result>"
    return _envelope(_PARTNER, f"<{operation}Response>{results}</{operation}Response>")


def fault(code: str, message: str) -> str:
    detail = (
        f'<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{escape(code)}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{escape(message)}</sf:exceptionMessage></sf:LoginFault></detail>"
    )
    told = f"<faultcode>sf:{escape(code)}</faultcode><faultstring>{escape(f'{code}: {message}')}</faultstring>"
    return _envelope("", f"<soapenv:Fault>{told}{detail}</soapenv:Fault>")


def _elements(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())


def _envelope(namespace: str, body: str) -> str:
    default = f' xmlns="{namespace}"' if namespace else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}" xmlns:sf="{_FAULT}" xmlns:xsi="{_INSTANCE}"{default}>'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
