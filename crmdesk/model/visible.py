"""Text of others as it may be shown: what would steer a terminal, or turn the reading order round, becomes readable.

ECMA-48 has the control characters; Unicode Standard Annex 9, "Bidirectional Algorithm", the directional ones.
"""

from __future__ import annotations

import re

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    r"""`text`, with an escape such as `\x1b` or `\u202e` in place of what would act; line ends and tabs stay.

    Half of a surrogate pair, which no stream can write, becomes an escape, too.
    """
    whole = text.replace("\r\n", "\n")
    shown = _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), whole)
    return shown if shown.isascii() else shown.encode("utf-8", "backslashreplace").decode()


def in_one_line(text: str) -> str:
    r"""As `visible`, with `\n` in place of line ends: what stands in a list of lines adds none to it."""
    return visible(text).replace("\n", r"\n")
