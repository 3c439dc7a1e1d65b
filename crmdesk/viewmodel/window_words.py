"""What was said for the command line and the job file, in the words of the window."""

from __future__ import annotations

import re

from crmdesk.viewmodel.date_forms import PATTERN, example_of

_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_BY_ENVIRONMENT = re.compile(r", or give it in the environment variable \S+ for this command")
_OF_THE_COMMAND_LINE = re.compile(r"(?<!\S)--\w|\bcrmdesk [a-z]")
_HOW = "“How it is read”"
_OF_THE_JOB_FILE = (
    (re.compile(r'or give its encoding in \[local\], as encoding = "[^"]+"'), f"or choose another one under {_HOW}"),
    (re.compile(r"write header_row = (\d+) in \[local\]"), rf"write \1 into “Header in row” under {_HOW}"),
    (re.compile(r"as header_row in \[local\]"), f"in “Header in row” under {_HOW}"),
    (
        re.compile(r'With hidden_rows = "leave-out" in \[local\] the job leaves them out'),
        f"The job can leave them out: see {_HOW}",
    ),
    (re.compile(r'; \[local\] needs \w+ = "[^"]*"(?:, \w+ = "[^"]*")*'), f"; say so under {_HOW}"),
)


def for_the_window(text: str) -> str:
    """The text without what helps on the command line only; what speaks of the job file names the place on the page."""
    kept = " ".join(each for each in _SENTENCE_END.split(text) if not _OF_THE_COMMAND_LINE.search(each))
    kept = _BY_ENVIRONMENT.sub("", kept)
    for said, instead in _OF_THE_JOB_FILE:
        kept = said.sub(instead, kept)
    return PATTERN.sub(lambda found: example_of(found[0]), kept)
