"""The values of a source that go into lists of the CRM: which are choices, which nearly, and what to ask for."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from crmdesk.connectors.token import CancelToken
from crmdesk.engine.finding.searching import KeyCounts
from crmdesk.engine.planning.plan import WritingPlan
from crmdesk.model.list_value import ListValue
from crmdesk.model.mapping import RecordType
from crmdesk.model.schema import FieldType
from crmdesk.tabular.convert import WriteLine
from crmdesk.tabular.local_source import LocalSource
from crmdesk.tabular.origin import source_text

_LIKE = 0.6
_MOST_PROPOSED = 500  # different values of a field that a nearest choice is looked for; a list has seldom so many


@dataclass(slots=True)
class _Line:
    line: WriteLine
    choices: tuple[str, ...]
    counts: KeyCounts = field(default_factory=KeyCounts)


def list_values(plan: WritingPlan, source: LocalSource, token: CancelToken) -> list[ListValue]:
    """The different values for each restricted list and record type of the job, the most frequent first.

    Values are counted as they are after the replacements of the job; the whole source is read.
    """
    lines = [_Line(line, choices) for line in plan.convert.lines if (choices := _choices(plan, line))]
    for batch in source.batches():
        token.check()
        for each in lines:
            each.counts.add(_values(each.line, batch.frame))
    return [value for each in lines for value in _judged(each)]


def _choices(plan: WritingPlan, line: WriteLine) -> tuple[str, ...]:
    if line.search is not None:
        if not isinstance(line.search.origin, RecordType):
            return ()
        usable = [each for each in plan.object.record_types if each.is_available]
        return tuple(dict.fromkeys(name for each in usable for name in (each.label, each.name)))
    is_list = line.field.type in (FieldType.PICKLIST, FieldType.MULTIPICKLIST) and line.field.is_restricted
    return line.field.values if is_list else ()


def _values(line: WriteLine, frame: pl.DataFrame) -> pl.Series:
    text = source_text(line, frame).value
    if line.field.type is FieldType.MULTIPICKLIST:
        text = text.str.split(";").explode()
    return text.str.strip_chars()


def _judged(each: _Line) -> Iterator[ListValue]:
    line, name = each.line, each.line.field
    known = set(each.choices)
    if line.search is not None:  # record types go by either name, in any case
        known = {choice.casefold() for choice in each.choices}
    counted = each.counts.counts().sort("rows", descending=True, maintain_order=True)
    for number, (text, rows) in enumerate(counted.iter_rows()):
        is_known = (text.casefold() if line.search is not None else text) in known
        near = "" if is_known or number >= _MOST_PROPOSED else _nearest(text, each.choices)
        yield ListValue(name.name, name.label, text, rows, is_known, near)


def _nearest(text: str, choices: Sequence[str]) -> str:
    """The choice that is most like the text, upper and lower case alike; empty where none is like it."""
    folded = {_plain(choice): choice for choice in choices}
    found = difflib.get_close_matches(_plain(text), list(folded), n=1, cutoff=_LIKE)
    return folded[found[0]] if found else ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
