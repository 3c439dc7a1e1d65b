"""What a job does when fields that it reads appear, change or vanish between two runs of it."""

from __future__ import annotations

from dataclasses import dataclass

from crmdesk.engine.planning.problems import Problems
from crmdesk.engine.schema.changes import changes
from crmdesk.model.job import Job
from crmdesk.model.mapping import FieldMap, Mapping
from crmdesk.model.read_options import WhenNew, WhenOther
from crmdesk.model.schema import UNREADABLE, RemoteObject
from crmdesk.model.schema_change import ChangeKind

_HINT = "Look at it with `crmdesk check`, then accept it with `crmdesk job accept JOB`, or change [schema] in the job."


@dataclass(frozen=True, slots=True)
class Ruled:
    """The lines to be read, and sentences about what they go on without."""

    mapping: Mapping
    notices: tuple[str, ...] = ()


def ruled(job: Job, mapping: Mapping, remote: RemoteObject, before: RemoteObject | None, problems: Problems) -> Ruled:
    """Apply the job's rule to `mapping`, all lines it could read; `before` is the object as the job last knew it.

    Without `before` nothing has changed.
    """
    if before is None:
        return Ruled(mapping)
    rule, notices = job.reading.schema, list[str]()
    own = {item.remote.casefold(): number for number, item in enumerate(job.mapping, 1)}
    read = {item.remote.casefold() for item in mapping} | own.keys()
    by_themselves = _by_themselves(job, before)
    lines = list(mapping)
    for change in changes(before, remote):
        key = change.field.casefold()
        match change.kind:
            case ChangeKind.ADDED if key not in own:
                lines = _with_new(rule.new, change.field, lines, problems, change.sentence)
            case ChangeKind.GONE if key in read or key in by_themselves:
                if rule.gone is WhenOther.GO_ON:
                    lines = [item for item in lines if item.remote.casefold() != key]
                    notices.append(f"{change.sentence} The run goes on without it.")
                elif key not in own:  # of a line of the job it is said that there is no such field
                    problems.add("mapping_all", change.sentence, _HINT)
            case ChangeKind.TYPE if key in read:
                if rule.changed is WhenOther.GO_ON:
                    notices.append(change.sentence)
                else:
                    place = f"mapping[{own[key]}].remote" if key in own else "mapping_all"
                    problems.add(place, change.sentence, _HINT)
            case ChangeKind.VALUES if key in read:
                notices.append(change.sentence)
            case _:
                pass
    return Ruled(tuple(lines), tuple(notices))


def _by_themselves(job: Job, before: RemoteObject) -> set[str]:
    """The fields that [mapping_all] has brought so far, in small letters."""
    if job.reading.all_except is None:
        return set()
    left_out = {name.casefold() for name in job.reading.all_except}
    return {field.name.casefold() for field in before.fields if field.type not in UNREADABLE} - left_out


def _with_new(rule: WhenNew, name: str, lines: list[FieldMap], problems: Problems, sentence: str) -> list[FieldMap]:
    """The lines with a new field or without it, as the rule says."""
    match rule:
        case WhenNew.ADD:
            return lines
        case WhenNew.LEAVE:
            return [item for item in lines if item.remote != name]
        case WhenNew.STOP:
            problems.add("mapping", sentence, _HINT)
            return lines
