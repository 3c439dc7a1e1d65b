"""What services say when they refuse, in all the forms in which they say it."""

from __future__ import annotations

import json

import pytest

from crmdesk.connectors.odata.wire import Answer, Refusal, refused

_REASON = Refusal(400, "HTTP 400", "Bad Request", is_own=False)
_IN_XML = b"""<?xml version="1.0"?><m:error xmlns:m="http://docs.oasis-open.org/odata/ns/metadata"><m:code>X</m:code>
<m:message xml:lang="en">In XML.</m:message></m:error>"""
_JSON, _XML = "application/json", "application/xml; charset=utf-8"
_DETAILS = [
    {"code": "ASSERT_NOT_NULL", "message": "Value is required", "target": "LastName"},
    {"code": "ASSERT_RANGE", "message": "Value 200 is not in [0, 150]", "target": "Age"},
]


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        (_JSON, _json({"error": {"code": "E1", "message": "No.", "target": "Age"}}), Refusal(400, "E1", "No.", "Age")),
        (_JSON, _json({"error": {"code": 17, "message": "No."}}), Refusal(400, "17", "No.")),
        (_JSON, _json({"error": {"code": None, "message": {"value": "No."}}}), Refusal(400, "HTTP 400", "No.")),
        (
            _JSON,
            _json({"error": {"code": "MULTIPLE_ERRORS", "message": "See the details.", "details": _DETAILS}}),
            Refusal(
                400,
                "MULTIPLE_ERRORS",
                "See the details. LastName: Value is required; Age: Value 200 is not in [0, 150]",
                "LastName",
            ),
        ),
        (_JSON, _json({"error": {"code": "E", "message": "No.", "details": "of our own"}}), Refusal(400, "E", "No.")),
        (
            _JSON,
            _json({"odata.error": {"code": "E3", "message": {"lang": "en", "value": "Three."}}}),
            Refusal(400, "E3", "Three.", is_own=False),
        ),
        (
            _JSON,
            _json({"Message": "An error has occurred.", "ExceptionMessage": "Name is too long."}),
            Refusal(400, "HTTP 400", "Name is too long.", is_own=False),
        ),
        (
            "application/problem+json",
            _json({"title": "One or more errors", "detail": "Name is too long."}),
            Refusal(400, "HTTP 400", "Name is too long.", is_own=False),
        ),
        (
            _XML,
            _IN_XML,
            Refusal(400, "X", "In XML.", is_own=False),
        ),
        ("text/plain; charset=utf-8", "Für Ö".encode(), Refusal(400, "HTTP 400", "Für Ö", is_own=False)),
        ("text/html", b"<html>Sign in</html>", _REASON),
        (_XML, b'<!DOCTYPE a [<!ENTITY b "c">]><error><message>&b;</message></error>', _REASON),
        (_JSON, b'{"error": {"code": "cut', _REASON),
        (_JSON, _json({"error": "invalid_request"}), _REASON),
        ("", b"", _REASON),
    ],
)
def test_the_words_of_a_refusal_reach_the_row(kind: str, body: bytes, said: Refusal) -> None:
    """R-205: every complaint of a service that tells several, and the words of one that has a form of its own."""
    assert refused(Answer(400, {"content-type": kind}, body, "Bad Request")) == said
