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


def batch_body(calls: Sequence[Call], base: str = "") -> tuple[str, bytes]:
    """The content type and the body of a batch; addresses stand without the `base` that they begin with."""
    boundary = f"batch_{uuid.uuid4()}"
    lines: list[bytes] = []
    for number, call in enumerate(calls, 1):
        lines += [
            f"--{boundary}".encode(),
            b"Content-Type: application/http",
            b"Content-Transfer-Encoding: binary",
            f"Content-ID: {number}".encode(),
            b"",
            f"{call.method} {call.address.removeprefix(base)} HTTP/1.1".encode(),
            *(f"{name}: {value}".encode() for name, value in call.headers.items()),
            b"Accept: application/json",
            b"",
            call.body or b"",
        ]
    # Without quotes: SAP's servers (CAP 9) find no boundary between them.
    return f"multipart/mixed; boundary={boundary}", b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


def batch_answers(response: Response) -> list[Answer] | None:
    """The answers in a whole response, in the order of their requests; None when it is cut short or is no batch."""
    found = _BOUNDARY.search(response.headers.get("Content-Type", ""))
    if found is None:
        return None
    told = _answers(response.content, (found[1] or found[2]).encode())
    return None if told is None else _in_order(told)


def _in_order(told: list[tuple[str, Answer]]) -> list[Answer] | None:
    """The answers by the numbers that their requests had; None when these do not go with the places.

    OData Protocol 4.01, 11.7.7.1: the answers come in the order of the requests, which not everything on the way keeps.
    """
    places = [str(place) for place in range(1, len(told) + 1)]
    if all(number for number, _ in told):
        by_number = dict(told)
        return [by_number[place] for place in places] if set(by_number) == set(places) else None
    if any(number not in ("", place) for (number, _), place in zip(told, places, strict=True)):
        return None
    return [answer for _, answer in told]


def _answers(body: bytes, boundary: bytes) -> list[tuple[str, Answer]] | None:
    """Each answer with the number of its request, "" where it does not tell."""
    # A boundary ends where its line does: that of an inner batch may begin like that of the outer one.
    pieces = re.split(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?=--|[ \t]*\r?\n)", body)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - a beginning and an end
        return None
    answers: list[tuple[str, Answer]] = []
    for piece in pieces[1:-1]:
        headers, content = _headed(piece.lstrip(b" \t\r\n"))
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
        answers.append((headers.get("content-id") or answer.headers.get("content-id") or "", answer))
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
