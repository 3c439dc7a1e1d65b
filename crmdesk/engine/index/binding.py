"""What the value of an option was reached with: for anything else it says nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec

from crmdesk.model.job import Job
from crmdesk.model.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Binding:
    """The organisation (its own id), object and index field, and hashes of the filter and of the mapping.

    `token` is the CRM's own for what comes next, empty where changes go by the field.
    """

    organization: str
    object: str
    field: str
    filter: str
    mapping: str
    token: str = ""

    @classmethod
    def of(cls, job: Job, organization: str, field: str) -> Binding:
        """What a run of the job reaches."""
        return cls(organization, job.object, field, _hash(job.filter), _hash(_read(job.mapping)))

    @classmethod
    def parse(cls, text: str) -> Binding | None:
        """What `text` gave; None for an empty text, which is bound to nothing."""
        return msgspec.json.decode(text, type=cls) if text else None

    @property
    def text(self) -> str:
        """As the option keeps it."""
        return msgspec.json.encode(self).decode()


def strangers(before: Binding, now: Binding) -> tuple[str, ...]:
    """Why a value that was reached with `before` says nothing to a job that is bound to `now`, in words."""
    said = {
        "another organisation": before.organization == now.organization,
        f"the object {before.object}": before.object.casefold() == now.object.casefold(),
        f"the field {before.field}": before.field.casefold() == now.field.casefold(),
    }
    return tuple(words for words, is_same in said.items() if not is_same)


def changes(before: Binding, now: Binding) -> tuple[str, ...]:
    """What of the job is not as it was when the value was reached: records read before lack it."""
    said = {"filter": before.filter == now.filter, "mapping": before.mapping == now.mapping}
    return tuple(word for word, is_same in said.items() if not is_same)


def _read(mapping: Mapping) -> list[str]:
    """Which fields are read, and how; the names of the columns make no record stale."""
    return sorted(f"{line.remote.casefold()} {line.conversion} {sorted(line.values.items())}" for line in mapping)


def _hash(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:16]
