"""One reject in full: every value as it was, as it is now and as it was sent, and what became of the row so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crmdesk.desk.window.answers import Beside
from crmdesk.model.figures import number
from crmdesk.model.reject import Reject, RejectState
from crmdesk.viewmodel.figures import instant, when
from crmdesk.viewmodel.rejects.causes import stage_words
from crmdesk.viewmodel.rejects.columns import RejectColumns

NOT_SENT = "not sent"
_NO_LABELS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class DetailLine:
    """A source column, or a field that no column fills; `field` is what it fills, `sent` what left for the CRM.

    `now` is what the CRM holds, where somebody has looked; `label` the field as people call it.
    """

    column: str
    field: str
    original: str
    yours: str
    sent: str
    is_in_question: bool
    now: str = ""
    label: str = ""

    @property
    def is_corrected(self) -> bool:
        return self.original != self.yours


@dataclass(frozen=True, slots=True)
class Detail:
    """`story` are sentences, oldest first: each try, and how the row stands.

    `is_beside` tells that the record in the CRM stands beside the row.
    """

    title: str
    lines: tuple[DetailLine, ...]
    story: tuple[str, ...]
    is_beside: bool = False


def detail_of(
    reject: Reject,
    draft: Mapping[str, str],
    columns: RejectColumns,
    line: Sequence[Reject],
    *,
    is_released: bool = False,
    beside: Beside | None = None,
    labels: Mapping[str, str] = _NO_LABELS,
) -> Detail:
    """The detail of `reject`; `draft` are its corrected values, `line` its tries along the runs, oldest first.

    `beside` is the record in the CRM, where somebody has looked. `is_released` tells that the run gave its rejects back
    to the run it had taken them from. `labels` are those of fields, by their API names.
    """
    asked = set(reject.field.split(", "))
    lines = [_line(reject, draft, column, columns.fields_of_column(column), asked) for column in columns.all]
    lines += [
        DetailLine("", field, "", "", _sent(reject, (field,)), field in asked)
        for field, column in columns.fields
        if not column
    ]
    lines.sort(key=lambda each: not each.is_in_question)  # stable: the rest stays in the order of the source
    if beside is not None:
        lines = [replace(each, now=_now(each, beside)) for each in lines]
    lines = [replace(each, label=labelled(each.field, labels)) for each in lines]
    where = f", line {number(reject.line)}" if reject.line else ""
    story = _story(reject, line, is_released)
    if beside is not None:
        story.append(f"In the CRM now: {beside.record}." if beside.record else beside.why)
    return Detail(f"Row {number(reject.row)}{where}", tuple(lines), tuple(story), beside is not None)


def labelled(fields: str, labels: Mapping[str, str]) -> str:
    """Fields by their labels: “Last Name, Email” of “LastName, Email”."""
    return ", ".join(labels.get(name, name) for name in fields.split(", "))


def _now(line: DetailLine, beside: Beside) -> str:
    wanted = line.field.split(", ")
    found = [each.now for each in beside.fields if each.field in wanted]
    return (found[0] or "empty") if found and beside.record else ""


def _line(
    reject: Reject, draft: Mapping[str, str], column: str, fields: tuple[str, ...], asked: set[str]
) -> DetailLine:
    original = reject.values.get(column) or ""
    return DetailLine(
        column,
        ", ".join(fields),
        original,
        draft.get(column, original),
        _sent(reject, fields) if fields else "",
        not asked.isdisjoint(fields),
    )


def _sent(reject: Reject, fields: tuple[str, ...]) -> str:
    found = [reject.sent[field] for field in fields if field in reject.sent]
    return (found[0] or "empty") if found else NOT_SENT


def _story(reject: Reject, line: Sequence[Reject], is_released: bool) -> list[str]:  # noqa: FBT001 - said at the call
    told = [_try(each) for each in line or (reject,)]
    told += [f"Also: {problem.message}" for problem in reject.also]
    match reject.state:
        case RejectState.IN_RETRY:
            told.append(f"Run {reject.retried_by} has taken it up and has not settled it.")
        case RejectState.RESOLVED:
            told.append(f"Done: it came to the CRM by run {reject.retried_by}.")
        case RejectState.SUPERSEDED if is_released:
            told.append(f"Overtaken: run {reject.run} ended before it sent anything, and the row waits where it was.")
        case RejectState.SUPERSEDED:
            told.append("Overtaken: a later run of the same job has brought this record to the CRM.")
        case RejectState.IGNORED:
            who, why = reject.decided_by or "you", f": {reject.reason}" if reject.reason else ""
            told.append(f"Set aside by {who}{why}.")
        case RejectState.OPEN if reject.has_parent:
            told.append("The record that it waited for has come to the CRM: send it again.")
        case RejectState.OPEN if reject.waits:
            told.append(f"Waits: {reject.reason}.")
        case RejectState.OPEN:
            pass
    if reject.state is RejectState.OPEN and reject.rejected_again:
        again = f"A later run of the same job has rejected it again as {reject.rejected_again}"
        told.append(f"{again}: what settles one settles both.")
    return told


def _try(reject: Reject) -> str:
    at = f", {when(instant(reject.at), datetime.now(UTC))}" if reject.at else ""
    return f"Try {reject.attempt}, run {reject.run} ({reject.id}){at}, {stage_words(reject.stage)}: {reject.message}"
