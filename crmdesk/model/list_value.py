"""A value of a source that goes into a list of the CRM."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListValue:
    """A value, how many rows have it, whether the list has it, and the choice that is most like it (or empty)."""

    field: str
    label: str
    value: str
    rows: int
    is_known: bool
    nearest: str = ""


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def request_for(values: Iterable[ListValue], object_label: str, org: str) -> str:
    """What to send to an admin of `org`, so that the lists of the object take these values; empty when they do."""
    missing: dict[tuple[str, str], list[ListValue]] = {}
    for each in values:
        if not each.is_known:
            missing.setdefault((each.label, each.field), []).append(each)
    sentences = [
        f"Please add to the list {label} ({name}) of {object_label} in {org}: "
        + "; ".join(f"{each.value} ({_rows(each.rows)})" for each in found)
        + f". Waiting for it: {_rows(sum(each.rows for each in found))}."
        for (label, name), found in missing.items()
    ]
    return "\n".join(sentences)
