"""The text of a file that is read and not yet taken."""

from __future__ import annotations

from crmdesk.tabular.files.text import TextStream


class Pending:
    """Text in a buffer that is filled again and again: new memory for each block costs as much as copying it.

    What counts is `data[:length]`; whatever stands behind it is left from before.
    """

    def __init__(self, stream: TextStream) -> None:
        self._stream = stream
        self.data = bytearray()
        self.length = 0
        self.is_end = False

    def fill(self, size: int) -> int | None:
        """Have at least `size` bytes, or all there are; gives the place of a NUL byte among those read."""
        if len(self.data) < size:
            self.data.extend(bytes(size - len(self.data)))
        while self.length < size and not self.is_end:
            with memoryview(self.data) as whole, whole[self.length : size] as room:
                more = self._stream.read_into(room)
            nul = self.data.find(0, self.length, self.length + more)
            self.is_end = not more
            self.length += more
            if nul >= 0:
                return nul
        return None

    def begins(self, size: int) -> bytes:
        """The first `size` bytes, or all there are."""
        with memoryview(self.data) as whole:
            return bytes(whole[: min(size, self.length)])

    def whole_lines(self) -> int:
        """How many of them are whole lines; all where the file ends."""
        return self.length if self.is_end else self.data.rfind(b"\n", 0, self.length) + 1

    def drop(self, size: int) -> None:
        """Take the first `size` bytes away."""
        left = self.length - size
        with memoryview(self.data) as whole:
            whole[:left] = whole[size : self.length]
        self.length = left
