"""Records brought back from the recycle bin: up to 200 a call by SOAP, which alone has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crmdesk.connectors.contract import Packing, Payload, WriteRequest
from crmdesk.connectors.http import Replay
from crmdesk.connectors.salesforce.collections import CollectionsSink, Result
from crmdesk.connectors.salesforce.errors import Refusal
from crmdesk.connectors.salesforce.json_rows import MAX_ROWS, id_packing
from crmdesk.connectors.salesforce.rest import Rest
from crmdesk.connectors.token import CancelToken
from crmdesk.model.job import Engine

if TYPE_CHECKING:
    import requests

_FAULT = 500
_EXPIRED = "INVALID_SESSION_ID"
_PARTNER = "{urn:partner.soap.sforce.com}"
_HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "undelete"}
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com">'
    "<soapenv:Header><u:SessionHeader><u:sessionId>{session}</u:sessionId></u:SessionHeader></soapenv:Header>"
    "<soapenv:Body><u:undelete>{ids}</u:undelete></soapenv:Body></soapenv:Envelope>"
)


class UndeleteSink(CollectionsSink):
    """See Sink. SOAP API guide, undelete(): at most 200 ids, one result for each, in their order."""

    engine = Engine.SOAP

    def _packing(self, request: WriteRequest) -> Packing:
        return id_packing(request.fields[0].name, min(request.rows_per_call or MAX_ROWS, MAX_ROWS))

    def _ask(self, rest: Rest, payload: Payload, token: CancelToken, leaving: Callable[[], None]) -> requests.Response:
        listed = "".join(f"<u:ids>{escape(each)}</u:ids>" for each in payload.body.read().decode().split(","))

        def ask(bearer: str) -> requests.Response:
            envelope = _ENVELOPE.format(session=escape(bearer), ids=listed).encode()
            return rest.http.request(
                "POST",
                f"/services/Soap/u/{rest.version}",
                replay=Replay.NEVER,
                token=token,
                headers=_HEADERS,
                body=lambda: BytesIO(envelope),
                leaving=leaving,
            )

        bearer = rest.http.bearer()
        response = ask(bearer)
        if response.status_code == _FAULT and self._refusal(response).code == _EXPIRED and rest.http.renew(bearer):
            response = ask(rest.http.bearer())
        self._uploaded(payload)
        return response

    def _refusal(self, response: requests.Response) -> Refusal:
        """What a fault says; SOAP API guide, "ExceptionCode"."""
        try:
            fault = fromstring(response.content, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            return Refusal(response.status_code, "", "")
        told = {each.tag.rpartition("}")[2]: " ".join((each.text or "").split()) for each in fault.iter()}
        code = told.get("exceptionCode") or told.get("faultcode", "").rpartition(":")[2]
        return Refusal(response.status_code, code, told.get("exceptionMessage") or told.get("faultstring", ""))

    def _results(self, body: bytes) -> Sequence[Result] | None:
        try:
            answer = fromstring(body, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            return None
        return [_result(each) for each in answer.iter(f"{_PARTNER}result")]


def _result(told: Element) -> Result:
    errors: list[dict[str, object]] = [
        {"statusCode": _text(error, "statusCode"), "message": _text(error, "message")}
        for error in told.findall(f"{_PARTNER}errors")
    ]
    return Result(success=_text(told, "success") == "true", id=_text(told, "id") or None, errors=errors)


def _text(element: Element, name: str) -> str:
    return element.findtext(f"{_PARTNER}{name}") or ""
