"""What a service says in an answer that is no success, in the forms in which services say it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import msgspec

_LONGEST_TEXT = 500
"""Characters of a plain text that are taken for a sentence about the request, not for a page of something else."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The code ("" for none), the words, and the property they are about; `is_odata`: as OData wants them told."""

    code: str
    message: str
    target: str = ""
    is_odata: bool = False


class _Worded(msgspec.Struct):
    """How OData 2 and 3 tell a message: with its language."""

    value: str | None = None


class _Detail(msgspec.Struct):
    code: str | int | None = None
    message: str | _Worded | None = None
    target: str | None = None

    @property
    def words(self) -> str:
        found = self.message.value if isinstance(self.message, _Worded) else self.message
        return found or ""


class _Error(_Detail):
    details: list[_Detail] | None = None


class _Old(msgspec.Struct):
    """OData 3, and the errors of ASP.NET that come before OData is reached."""

    error: _Detail | None = msgspec.field(default=None, name="odata.error")
    message: str | None = None
    title: str | None = msgspec.field(default=None, name="Message")
    exception: str | None = msgspec.field(default=None, name="ExceptionMessage")
    detail: str | None = None


class _Envelope(msgspec.Struct):
    error: _Error


class _Plain(msgspec.Struct):
    error: _Detail


def spoken(content: bytes, kind: str) -> Spoken | None:
    """What the body of an answer says; `kind` is its content type, in lower case. None where it says nothing.

    Source: OData JSON Format 4.01, 21.1; for XML, OData Atom Format 4.0, 19.
    """
    plain = content.removeprefix(codecs.BOM_UTF8).strip()
    if plain.startswith(b"{"):
        return _of_json(plain)
    if "xml" in kind:
        return _of_xml(plain)
    if kind.startswith("text/plain") and 0 < len(plain) <= _LONGEST_TEXT:
        return Spoken("", plain.decode(errors="replace"))
    return None


def _of_json(plain: bytes) -> Spoken | None:
    try:
        return _of_error(msgspec.json.decode(plain, type=_Envelope).error)
    except msgspec.MsgspecError:
        pass
    try:  # the details may be in a form of the service's own
        return _of_error(_Error(*msgspec.structs.astuple(msgspec.json.decode(plain, type=_Plain).error)))
    except msgspec.MsgspecError:
        pass
    try:
        found = msgspec.json.decode(plain, type=_Old)
    except msgspec.MsgspecError:
        return None
    if found.error is not None:
        return Spoken(_code(found.error), found.error.words)
    words = next(filter(None, (found.exception, found.detail, found.title, found.message)), "")
    return Spoken("", words) if words else None


def _of_error(error: _Error) -> Spoken:
    """The words of the whole, and of each detail: services with several complaints say only there what is wrong."""
    told = list(dict.fromkeys(_sentences(error.details or ())))
    more = "; ".join(each for each in told if each not in error.words)
    words = f"{error.words} {more}".strip()
    targets = [each.target for each in (error, *(error.details or ())) if each.target]
    return Spoken(_code(error), words, targets[0] if targets else "", is_odata=True)


def _sentences(details: list[_Detail] | tuple[()]) -> Iterator[str]:
    for each in details:
        if each.words:
            yield f"{each.target}: {each.words}" if each.target and each.target not in each.words else each.words


def _code(error: _Detail) -> str:
    return "" if error.code is None else str(error.code)


def _of_xml(plain: bytes) -> Spoken | None:
    if b"<!" in plain:  # a document type, where entities come from: no error of a service has one
        return None
    try:
        root = ET.fromstring(plain)  # noqa: S314 - as said
    except ET.ParseError:
        return None
    texts = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root}
    return Spoken(texts.get("code", ""), texts["message"]) if texts.get("message") else None
