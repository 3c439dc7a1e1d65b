"""What an answer may be: a few bytes can unpack, or nest, to more than any memory bears, and some never end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    import requests

LARGEST = 512 << 20
"""Bytes, unpacked: several times what the widest page of records takes."""

LARGEST_FILE = 4 << 30
"""Bytes, unpacked, of an answer that goes into a file: many times what a page of a Bulk query takes."""


class _Raw(Protocol):
    def stream(self, amt: int, decode_content: bool | None = None) -> Iterator[bytes]: ...  # noqa: FBT001 - as urllib3


class OutOfBounds(Exception):
    """An answer is more than may be held; `str` goes on behind "The CRM answered with"."""


class _Bounded:
    """The body of an answer, which ends with OutOfBounds where it would not end soon enough."""

    def __init__(self, raw: _Raw, most: int) -> None:
        self._raw = raw
        self._most = most
        self._bytes = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever urllib3 has
        return getattr(self._raw, name)

    def stream(self, amt: int, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: FBT001 - as urllib3 has it
        for piece in self._raw.stream(amt, decode_content=decode_content):
            self._bytes += len(piece)
            if self._bytes > self._most:
                raise OutOfBounds(f"more than {self._most / (1 << 20):,.0f} MB at once")
            yield piece


def read_whole(response: requests.Response, most: int = LARGEST) -> None:
    """Read the body of a streamed answer into its `content`.

    Raises OutOfBounds, with the connection closed, and what requests raises.
    """
    response.raw = _Bounded(response.raw, most)
    try:
        _refuse_nested(response.content)
    except OutOfBounds:
        response.close()
        raise


def pieces_of(response: requests.Response, most: int = LARGEST_FILE) -> Iterator[bytes]:
    """The body of a streamed answer, about 1 MB at a time; raises as read_whole does."""
    response.raw = _Bounded(response.raw, most)
    try:
        yield from response.iter_content(1 << 20)
    except OutOfBounds:
        response.close()
        raise


def _refuse_nested(content: bytes) -> None:
    """Raise OutOfBounds for JSON that no decoder can follow; it costs a tenth of what decoding costs."""
    if not content.startswith((b"{", b"[")):
        return
    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except RecursionError:
        raise OutOfBounds("JSON that is nested too deeply") from None
    except msgspec.DecodeError:
        return  # whoever decodes it says what it should have been
