"""A body on its way out: a slice of a file, checked against its hash while it leaves, stopped on request."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

from crmdesk.connectors.contract import Body
from crmdesk.connectors.token import CancelToken


class Upload(io.RawIOBase):
    """Reads exactly the bytes of `body`. Raises StoreError instead of handing out the last ones of a damaged body.

    `gone` is called when the reader, having sent all bytes, asks for more. Raises Cancelled between two reads.
    """

    def __init__(self, body: Body, token: CancelToken, gone: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._body = body
        self._file = body.open()
        self._token = token
        self._gone = gone
        self._at = 0
        self._hash = hashlib.sha256()

    def __len__(self) -> int:
        return self._body.length

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Only to the first byte, which is where requests wants a body to be whose answer leads elsewhere."""
        if offset or whence != io.SEEK_SET:
            raise io.UnsupportedOperation
        self._file.seek(self._body.offset)
        self._at, self._hash = 0, hashlib.sha256()
        return 0

    def read(self, size: int = -1) -> bytes:
        self._token.check()
        left = self._body.length - self._at
        piece = self._file.read(left if size < 0 else min(size, left))
        if not piece:
            if left == 0 and self._gone is not None:
                self._gone()
                self._gone = None
            self._check(is_whole=left == 0)
            return b""
        self._at += len(piece)
        self._hash.update(piece)
        if self._at == self._body.length:
            self._check(is_whole=True)
        return piece

    def _check(self, *, is_whole: bool) -> None:
        if not is_whole or self._hash.hexdigest() != self._body.sha256:
            raise self._body.damaged()

    def close(self) -> None:
        self._file.close()
        super().close()
