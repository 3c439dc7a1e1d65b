"""What users of other loaders complain of, in a few words each; docstrings of tests name these words."""

from __future__ import annotations

import re

COMPLAINTS = (
    "results stand on the wrong row",
    "fewer results than rows end the run",
    "rows that fail a check double the others",
    "dates move by a day",
    "a saved mapping comes back with rows doubled or blank",
    "headers that are nearly a field's name are not matched",
    "a lookup takes another field than the one that was chosen",
    "a sign-in fails and only says to try again",
    "a session that ends in the middle ends a long run",
    "letters beyond ASCII are corrupted",
    "it cannot be read in the dark, or large, or small",
    "it does not start and does not say why",
    "what failed cannot be sent again alone",
    "an upsert quietly inserts",
    "a key that is not unique multiplies records",
    "a run that was half done cannot be run again",
    "memory runs out, or it ends without a word",
    "rows count as done that are not in the CRM",
    "blank cells wipe good values",
    "one bad value fails its whole batch",
    "records are deleted in the wrong place",
    "what was read is cut short without a word",
    "stop does not stop, and nothing can be taken back",
    "what changed is missed by an incremental reading",
    "deletions never arrive, and nothing warns",
)

_NAMED = re.compile(r"A complaint about other loaders: ([^.]+)\.")


def complaints_in(text: str) -> list[str]:
    """The complaints that a docstring names."""
    return [" ".join(found.split()) for found in _NAMED.findall(text)]
