"""What the engine child answers, as values that the window can hold without a library of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.model.account import Account, Identity
from crmdesk.model.index import Window
from crmdesk.model.list_value import ListValue
from crmdesk.model.preview import PreviewRow
from crmdesk.model.retention import Keeping
from crmdesk.model.source_card import ColumnFacts, SourceCard

__all__ = [
    "AccountTest",
    "AddedAccount",
    "ColumnFacts",
    "CorrectedFile",
    "FileLook",
    "JobProblem",
    "PreviewRow",
    "Signin",
    "SourceCard",
    "TestLine",
]


@dataclass(frozen=True, slots=True)
class FileLook:
    """A first look at a local file: how it is written, and its first rows (100 at most) as text.

    `encoding` and `delimiter` are empty for a file that is no text. `size` is in bytes; `notices` are sentences about
    what a person may want to know, rows that do not fit for instance.
    """

    path: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    size: int
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestLine:
    """One thing that was tried with an account, whether it went well, what was found, and what to do if not."""

    name: str
    is_ok: bool
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AccountTest:
    """The test of an account, line by line; the first line that failed ends it. `identity` is None without sign-in."""

    lines: tuple[TestLine, ...]
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class JobProblem:
    """One thing wrong with a job; `place` is where in the job file it belongs, `mapping[3].remote` for instance."""

    place: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Signin:
    """A filled-in form for a new account. `secrets` go to the credential store and nowhere else."""

    label: str
    kind: str
    url: str
    auth: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class AddedAccount:
    """A saved account; `warning` says that its secret was not saved, and where it is wanted then.

    `identity` is who it is, where that was asked.
    """

    account: Account
    warning: str = ""
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class JobRoute:
    """How the rows of an import would be read now, in a sentence with the reason, and by which query.

    `rows` is None where the CRM cannot say; `calls` is about what reading them costs.
    """

    sentence: str
    query: str
    calls: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class NextWindow:
    """What the next run of a job with an index would read; no window for a period that is named, with its notices.

    `tracks_changes` tells whether the CRM keeps track of changes itself, so that the index can go by that. Where
    `is_stuck` no run can begin: the window only tells where the option stands, which can be set back.
    """

    window: Window | None
    notices: tuple[str, ...] = ()
    tracks_changes: bool = False
    is_stuck: bool = False


@dataclass(frozen=True, slots=True)
class ListedValues:
    """The values of a source that go into lists; the label of the object, and what the organisation is called."""

    values: tuple[ListValue, ...]
    object_label: str
    organization: str


@dataclass(frozen=True, slots=True)
class TakenQuery:
    """A query as the text of a job, and sentences about what of it a job has no place for."""

    text: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value that a corrected file changes, or that a spreadsheet has changed by itself (then `why` says how)."""

    row: int
    column: str
    original: str
    corrected: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """What a corrected file says about the open rejects of a run.

    `changes` are the cells that differ from the original ones, `set_aside` the reasons of the rows that are not to be
    sent. The others are numbers of rows: with a changed value, without one, not in the file, no open rejects of this
    run.
    """

    changes: tuple[CellChange, ...]
    set_aside: Mapping[int, str]
    corrected: int
    unchanged: int
    missing: int
    strangers: int


@dataclass(frozen=True, slots=True)
class ValueMet:
    """A value of the source, how many rows have it, and the choice that is nearest ("" when none is near)."""

    value: str
    rows: int
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class RemedyLook:
    """What a remedy would do to rejects, by row: values by source column, reasons to be set aside or to wait.

    `met` are the values that wait to be told what they become, `choices` those that the field takes, as far as they are
    known. `text` is a request to be sent to somebody. `way` and `leaves_out` tell how the rows are then sent, see
    crmdesk.desk.mending.remedies.jobs.
    """

    changes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    set_aside: Mapping[int, str] = field(default_factory=dict)
    waiting: Mapping[int, str] = field(default_factory=dict)
    met: tuple[ValueMet, ...] = ()
    choices: tuple[str, ...] = ()
    text: str = ""
    way: str = "job"
    leaves_out: str = ""
    can_be_rule: bool = False


@dataclass(frozen=True, slots=True)
class FieldBeside:
    """One field: what the source says, and what the CRM holds now; None where there is nothing, or no record."""

    field: str
    label: str
    source: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """A reject beside the record that is in the CRM now: the fields of its row in the order of the job.

    `record` is the id of the record, "" where none is found; `why` says then why there is none.
    """

    record: str
    why: str
    fields: tuple[FieldBeside, ...]


@dataclass(frozen=True, slots=True)
class KeptRoom:
    """What runs have left behind, kind by kind, and the bytes of the database."""

    kinds: tuple[Keeping, ...]
    database: int
