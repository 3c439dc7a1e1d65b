"""Text that may be cp1252, the encoding of Western Windows, or UTF-8: taken for the one or the other by its looks."""

from __future__ import annotations

import re
from pathlib import Path

CP1252 = "cp1252"

_PARTS_OF_UTF8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""A text in UTF-8 with one broken byte is refused: read as cp1252 all its letters would become two."""

_LETTERS = rb"\xc0-\xd6\xd8-\xf6\xf8-\xff\x8a\x8c\x8e\x9a\x9c\x9e\x9f"
_OTHER_SCRIPT = re.compile(rb"[" + _LETTERS + rb"]{3}|[\x80-\xff]{4}")
"""Three letters with marks in a row: no Western language, and nearly every word of a Cyrillic or Greek one."""

_ANY = rb"[A-Za-z" + _LETTERS + rb"]"
_SYMBOL_IN_WORD = re.compile(
    rb"[\xa3\xa5\xaf\xb3\xb9\xbc\xbe]" + _ANY + rb"|" + _ANY + rb"[\xaa\xba\xbf]" + _ANY,
)
"""Symbols that are letters in cp1250, the encoding of Central Europe, where they stand in a word."""

_OF_EAST_ASIA = re.compile(rb"[\x83\x88\x98][!-~]")
"""Signs that hardly ever stand before another one, and begin characters of two bytes in Shift JIS and its like."""

_REFUSED = (_PARTS_OF_UTF8, _OTHER_SCRIPT, _SYMBOL_IN_WORD, _OF_EAST_ASIA)

_WORDS_SHOWN = 3


def looks_western(head: bytes) -> bool:
    """Whether the beginning of a file is no UTF-8 and reads like a text in cp1252."""
    try:
        head[: head.rfind(b"\n") + 1 or len(head)].decode()
    except UnicodeDecodeError:
        try:
            head.decode(CP1252)
        except UnicodeDecodeError:
            return False
        others = (b"\x00" in head, *(each.search(head) for each in _REFUSED))
        return not any(others)
    return False


def told_western(path: Path, head: bytes) -> str:
    """A sentence that says how a file is read, with words by which a person sees whether it is right."""
    return (
        f"{path.name} is not UTF-8: it is read as cp1252 (Western Windows), {_words(head.decode(CP1252))} for example. "
        'Where that is wrong, save it as CSV (UTF-8), or give its encoding in [local], as encoding = "cp1250".'
    )


def told_unicode(path: Path, head: bytes, encoding: str) -> str:
    """A sentence about a file that is read in the `encoding` of the job and is UTF-8 by its looks; "" where it is not.

    Text with letters beyond ASCII in any other encoding is UTF-8 by accident hardly ever.
    """
    if head.isascii() or encoding.startswith("utf"):
        return ""
    whole = head[: head.rfind(b"\n") + 1 or len(head)]
    try:
        meant, read = whole.decode(), whole.decode(encoding)
    except UnicodeDecodeError:
        return ""
    if read == meant:
        return ""
    return (
        f"{path.name} is read as {encoding}, as the job says, {_words(read)} for example, and is UTF-8 by its looks: "
        f"{_words(meant)}. Where those are the words, take encoding out of [local]."
    )


def _words(text: str) -> str:
    """The first few words that have letters beyond ASCII, in quotes."""
    words = re.findall(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", text)
    return ", ".join(f"“{word}”" for word in list(dict.fromkeys(words))[:_WORDS_SHOWN])
