"""What can go wrong at the practice org: the kinds of its weather, with what each can be told."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0, le=3600)]
Count = Annotated[int, Meta(ge=0)]


class LostAnswer(msgspec.Struct, tag_field="kind", tag="lost-answer", forbid_unknown_fields=True):
    """The request is carried out, then the connection drops without an answer.

    late: the connection drops first, and so many seconds pass before the request is carried out; they stay below
    limits.COMMIT_SECONDS, after which nothing is committed.
    """

    late: Annotated[float, Meta(ge=0, le=4.5)] = 0.0


class Drop(msgspec.Struct, tag_field="kind", tag="drop", forbid_unknown_fields=True):
    """The connection drops before anything is done."""


class Refuse(msgspec.Struct, tag_field="kind", tag="refuse", forbid_unknown_fields=True):
    """Nothing is done, and the answer is an error, or what something on the way says in the place of the org.

    body: a Salesforce error in JSON, a page of HTML, or nothing. retry_after: seconds, as the header of that name.
    """

    status: Annotated[int, Meta(ge=200, le=599)] = 503
    code: str = "SERVER_UNAVAILABLE"
    message: str = "The server is busy; try again later"
    body: Literal["json", "html", "empty"] = "json"
    retry_after: int | None = None


class Latency(msgspec.Struct, tag_field="kind", tag="latency", forbid_unknown_fields=True):
    """The answer takes its time, either before the work is done or after it."""

    seconds: Seconds
    where: Literal["before", "after"] = "before"


class Truncate(msgspec.Struct, tag_field="kind", tag="truncate", forbid_unknown_fields=True):
    """The request is carried out, and the connection drops in the middle of the answer's body.

    quietly: the answer ends there as if it were whole, as behind a proxy that cuts it short.
    """

    quietly: bool = False


class MoveClock(msgspec.Struct, tag_field="kind", tag="move-clock", forbid_unknown_fields=True):
    """The org's clock jumps when the request comes in."""

    seconds: float


class DailyCalls(msgspec.Struct, tag_field="kind", tag="daily-calls", forbid_unknown_fields=True):
    """The org allows so many calls a day, its header and its limits say so, and more are refused until midnight."""

    calls: Count


class LateCommit(msgspec.Struct, tag_field="kind", tag="late-commit", forbid_unknown_fields=True):
    """Records are stamped, and so many seconds pass before they are committed and seen.

    An occasion is one request, or one internal batch of a Bulk job; with `when.object` or `when.operation` of Bulk jobs
    alone, with `when.path` or `when.method` of requests alone. A request whose seconds reach limits.COMMIT_SECONDS
    commits nothing.
    """

    seconds: Seconds


class LockRows(msgspec.Struct, tag_field="kind", tag="lock-rows", forbid_unknown_fields=True):
    """A record about to be written is locked by somebody else: UNABLE_TO_LOCK_ROW. An occasion is one record.

    by_trigger: the lock is met by a trigger, and its code is wrapped in CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY.
    field, value: only such records are locked.
    """

    by_trigger: bool = False
    field: str | None = None
    value: str | None = None


class SharedParent(msgspec.Struct, tag_field="kind", tag="shared-parent", forbid_unknown_fields=True):
    """Two batches of Bulk jobs that run at the same time save children of one parent: UNABLE_TO_LOCK_ROW.

    The rows of the later batch are refused. An occasion is one such row. field: the lookup to the parent; absent: any
    lookup but those to users. batch_rows: how many rows of a job one of its batches has.
    """

    field: str | None = None
    batch_rows: Annotated[int, Meta(ge=1)] = 10_000


class RefuseRows(msgspec.Struct, tag_field="kind", tag="refuse-rows", forbid_unknown_fields=True):
    """A record is refused with this code and text, for what no rule of the org produces. An occasion is one record.

    field, value: only such records are refused.
    """

    code: str
    message: str
    fields: tuple[str, ...] = ()
    field: str | None = None
    value: str | None = None


class HeavyTrigger(msgspec.Struct, tag_field="kind", tag="heavy-trigger", forbid_unknown_fields=True):
    """A trigger goes beyond a governor limit when more than so many rows come in one call: all of them are refused.

    An occasion is one call, or 200 rows of a Bulk job.
    """

    rows: Count
    limit: Literal["soql", "cpu", "dml"] = "soql"


class TriggerError(msgspec.Struct, tag_field="kind", tag="trigger-error", forbid_unknown_fields=True):
    """A trigger, or a flow, breaks off: all rows of the call are refused. An occasion is one call, or 200 Bulk rows.

    field, value: it breaks off over such a record alone, which the call may hold anywhere.
    """

    flow: bool = False
    field: str | None = None
    value: str | None = None


class Accident(msgspec.Struct, tag_field="kind", tag="accident", forbid_unknown_fields=True):
    """The org itself breaks off over a record: the whole call is answered with 500 and nothing of it is done.

    In a Bulk job such a record alone is refused. An occasion is one call, or 200 Bulk rows.
    """

    field: str
    value: str


class SecondUser(msgspec.Struct, tag_field="kind", tag="second-user", forbid_unknown_fields=True):
    """Somebody else edits existing records of `when.object` meanwhile. An occasion is one edit.

    field: the text field that is changed; absent: the first that any text may enter.
    """

    per_second: Annotated[float, Meta(gt=0, le=200)] = 1.0
    field: str | None = None


class HoldJob(msgspec.Struct, tag_field="kind", tag="hold-job", forbid_unknown_fields=True):
    """A Bulk job stays in a state for a while before it goes on. An occasion is one job."""

    seconds: Seconds
    state: Literal["UploadComplete", "InProgress"] = "InProgress"


class FailJob(msgspec.Struct, tag_field="kind", tag="fail-job", forbid_unknown_fields=True):
    """A Bulk job ends as Failed after so many rows; the rest stays unprocessed. An occasion is one job."""

    rows: Count
    message: str = "InternalServerError : Unknown Exception"


class SlowQuery(msgspec.Struct, tag_field="kind", tag="slow-query", forbid_unknown_fields=True):
    """A query that finds more than so many records is given up: QUERY_TIMEOUT. An occasion is one such query."""

    rows: Count


class OrderedResults(msgspec.Struct, tag_field="kind", tag="ordered-results", forbid_unknown_fields=True):
    """Bulk results come in the order of the upload instead of shuffled. An occasion is one reading of results."""


RequestWeather = LostAnswer | Drop | Refuse | Latency | Truncate | MoveClock | DailyCalls | LateCommit
RowWeather = LockRows | SharedParent | RefuseRows | HeavyTrigger | TriggerError | Accident
Do = (
    LostAnswer
    | Drop
    | Refuse
    | Latency
    | Truncate
    | MoveClock
    | DailyCalls
    | LateCommit
    | LockRows
    | SharedParent
    | RefuseRows
    | HeavyTrigger
    | TriggerError
    | Accident
    | SecondUser
    | HoldJob
    | FailJob
    | SlowQuery
    | OrderedResults
)
