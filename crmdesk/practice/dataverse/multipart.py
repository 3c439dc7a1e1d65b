"""`$batch` as multipart: the requests in a body, and the body of their answers.

Microsoft Learn, "Execute batch operations using the Web API"; OData 4.0, Part 1, 11.7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from crmdesk.practice.dataverse import refusals

MOST = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """A request in a batch."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Requests that are carried out together or not at all."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the service."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_id: str = ""


def boundary_of(content_type: str) -> str:
    """The boundary of a multipart type, quoted or bare. Raises Refused."""
    found = re.search(r'boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))', content_type)
    if not content_type.lower().startswith("multipart/mixed") or found is None:
        raise refusals.bad_query(f"The batch request must be of the type multipart/mixed, not '{content_type}'.")
    return found[1] or found[2]


def requests_in(body: bytes, boundary: str) -> list[Part | ChangeSet]:
    """The requests and change sets of a body, in their order. Raises Refused."""
    found: list[Part | ChangeSet] = []
    for section in _sections(body, boundary):
        headers, content = _headed(section)
        if headers.get("content-type", "").lower().startswith("multipart/mixed"):
            inner = boundary_of(headers["content-type"])
            parts = tuple(_part(*_headed(each)) for each in _sections(content, inner))
            for part in parts:
                if not part.content_id:
                    raise refusals.bad_query("Content-ID is required for the requests of a change set.")
                if part.method == "GET":
                    raise refusals.bad_query("A change set may not hold a GET request.")
            found.append(ChangeSet(parts))
        else:
            found.append(_part(headers, content))
    if sum(len(each.parts) if isinstance(each, ChangeSet) else 1 for each in found) > MOST:
        raise refusals.bad_query(f"The batch holds more than {MOST} requests.")
    return found


def _sections(body: bytes, boundary: str) -> list[bytes]:
    marker = b"--" + boundary.encode()
    pieces = re.split(rb"(?:\A|\r?\n)" + re.escape(marker), body)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - a first part and an end
        raise refusals.bad_query("The batch is not closed by its boundary.")
    return [piece.lstrip(b"\r\n") for piece in pieces[1:-1]]


def _headed(section: bytes) -> tuple[dict[str, str], bytes]:
    head, _, content = section.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [line.partition(b":") for line in head.split(b"\n") if b":" in line]
    return {name.strip().decode().lower(): value.strip().decode() for name, _, value in lines}, content


def _part(headers: dict[str, str], content: bytes) -> Part:
    line, _, rest = content.lstrip(b"\n").partition(b"\n")
    words = line.decode().split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):  # noqa: PLR2004 - method, address, version
        raise refusals.bad_query(f"Invalid request line '{line.decode()[:100]}' in the batch.")
    inner, body = _headed(rest) if rest.strip() else ({}, b"")
    if rest.startswith(b"\n"):
        inner, body = {}, rest[1:]
    return Part(words[0], words[1], inner, body.rstrip(b"\n"), headers.get("content-id", ""))


def answer_body(boundary: str, replies: Sequence[Reply | tuple[str, Sequence[Reply]]]) -> bytes:
    """The body of the answers; a pair is a change set with its own boundary."""
    lines: list[bytes] = []
    for reply in replies:
        lines.append(f"--{boundary}".encode())
        if isinstance(reply, Reply):
            lines += _lines(reply)
        else:
            inner, members = reply
            lines += [f"Content-Type: multipart/mixed; boundary={inner}".encode(), b""]
            for member in members:
                lines += [f"--{inner}".encode(), *_lines(member)]
            lines += [f"--{inner}--".encode()]
    return b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])


def _lines(reply: Reply) -> list[bytes]:
    own = [b"Content-Type: application/http", b"Content-Transfer-Encoding: binary"]
    if reply.content_id:
        own.append(f"Content-ID: {reply.content_id}".encode())
    phrase = HTTPStatus(reply.status).phrase
    headers = [f"{name}: {value}".encode() for name, value in reply.headers.items()]
    return [*own, b"", f"HTTP/1.1 {reply.status} {phrase}".encode(), *headers, b"", reply.body]
