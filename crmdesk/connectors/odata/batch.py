"""Many requests in one: the multipart body of a $batch, and the answers in the one that comes back.

Source: OData Protocol 4.0, 11.7. Each request stands alone, outside any change set: one that is refused leaves the
others as they are.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from requests import Response

from crmdesk.connectors.odata.record import Call
from crmdesk.connectors.odata.wire import Answer

PREFER = {"Prefer": "odata.continue-on-error"}
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3}) ?([^\r\n]*)")


def batch_body(calls: Sequence[Call]) -> tuple[str, bytes]:
    """The content type and the body of a batch."""
    boundary = f"batch_{uuid.uuid4()}"
    lines: list[bytes] = []
    for number, call in enumerate(calls, 1):
        lines += [
            f"--{boundary}".encode(),
            b"Content-Type: application/http",
            b"Content-Transfer-Encoding: binary",
            f"Content-ID: {number}".encode(),
            b"",
            f"{call.method} {call.address} HTTP/1.1".encode(),
            *(f"{name}: {value}".encode() for name, value in call.headers.items()),
            b"Accept: application/json",
            b"",
            call.body or b"",
        ]
    return f'multipart/mixed; boundary="{boundary}"', b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


def batch_answers(response: Response) -> list[Answer] | None:
    """The answers in a whole response, in the order of their requests; None when it is cut short or is no batch."""
    found = _BOUNDARY.search(response.headers.get("Content-Type", ""))
    if found is None:
        return None
    return _answers(response.content, (found[1] or found[2]).encode())


def _answers(body: bytes, boundary: bytes) -> list[Answer] | None:
    pieces = re.split(rb"(?:\A|\r?\n)--" + re.escape(boundary), body)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - a beginning and an end
        return None
    answers: list[Answer] = []
    for piece in pieces[1:-1]:
        headers, content = _headed(piece.lstrip(b"\r\n"))
        inner = _BOUNDARY.search(headers.get("content-type", ""))
        if inner is not None:  # some services wrap the answer of a failed request in a set of its own
            wrapped = _answers(content, (inner[1] or inner[2]).encode())
            if wrapped is None:
                return None
            answers += wrapped
            continue
        answer = _answer(content)
        if answer is None:
            return None
        answers.append(answer)
    return answers


def _answer(content: bytes) -> Answer | None:
    line, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    status = _STATUS.match(line)
    if status is None:
        return None
    headers, body = _headed(rest)
    return Answer(int(status[1]), headers, body.strip(), status[2].decode("latin-1"))


def _headed(section: bytes) -> tuple[dict[str, str], bytes]:
    """Headers up to the first empty line, names in lower case, and what comes behind."""
    if section[:1] == b"\n" or section[:2] == b"\r\n":
        return {}, section.lstrip(b"\r\n")
    found = re.search(rb"\r?\n\r?\n", section)
    head, content = (section[: found.start()], section[found.end() :]) if found else (section, b"")
    lines = (line.partition(b":") for line in head.splitlines() if b":" in line)
    return {
        name.strip().decode("latin-1").lower(): value.strip().decode("latin-1") for name, _, value in lines
    }, content
