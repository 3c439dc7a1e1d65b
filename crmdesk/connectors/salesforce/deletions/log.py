"""The log of deletions: ids and times, as far back as the org still knows.

REST guide, "sObject Get Deleted": seconds are ignored, the period is at least a minute, at most 600,000 ids come at
once, and the answer says how far back the log goes and up to when it is complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import msgspec

from crmdesk.connectors.deletions import Coverage, Period
from crmdesk.connectors.salesforce.rest import Rest, moment
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import RemoteError, UserError

MOST_DAYS = 30
"""SOAP guide, getDeleted: nobody may ask for what is older."""

KEPT_DAYS = 15
"""REST guide, sObject Get Deleted: what is older may have been purged; some orgs refuse to be asked."""

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_TOO_MANY = "EXCEEDED_ID_LIMIT"
_NOT_ASKED = "INVALID_REPLICATION_DATE"


class _Entry(msgspec.Struct, rename="camel"):
    id: str
    deleted_date: str


class _Answer(msgspec.Struct, rename="camel"):
    deleted_records: list[_Entry]
    earliest_date_available: str
    latest_date_covered: str


@dataclass(frozen=True, slots=True)
class _Part:
    """What was answered for [`start`, `end`)."""

    start: datetime
    end: datetime
    answer: _Answer

    @property
    def covered(self) -> datetime:
        """Up to where the answer is complete, excluded."""
        return min(self.end, moment(self.answer.latest_date_covered))

    @property
    def is_complete(self) -> bool:
        return self.covered == self.end


@dataclass(frozen=True, slots=True)
class Log:
    """Ids and times of a period, oldest first, each id once, and what of the period they are."""

    entries: tuple[tuple[str, datetime], ...]
    coverage: Coverage


def read_log(rest: Rest, name: str, period: Period, token: CancelToken) -> Log:
    """The deletions of a period. UserError for one that begins more than 30 days ago and does not give way."""
    now = moment(rest.now())
    start, told = _start(period, now)
    try:
        parts = list(_parts(rest, name, _floor(start), _ceiling(period.end), token))
    except RemoteError as error:
        youngest = _floor(now - KEPT_DAYS * _DAY) + _MINUTE
        if error.code != _NOT_ASKED or start >= youngest:
            raise
        start = youngest
        parts = list(_parts(rest, name, start, max(_ceiling(period.end), start + _MINUTE), token))
    coverage = _coverage(period, start, parts, told)
    found = {entry.id: moment(entry.deleted_date) for part in parts for entry in part.answer.deleted_records}
    kept = [(each, when) for each, when in found.items() if coverage.start <= when <= coverage.end]
    return Log(tuple(sorted(kept, key=lambda entry: (entry[1], entry[0]))), coverage)


def _start(period: Period, now: datetime) -> tuple[datetime, tuple[str, ...]]:
    """Where to begin, and what is to be said of that."""
    oldest = now - MOST_DAYS * _DAY
    if period.start < oldest and not period.gives_way:
        raise UserError(
            f"The period begins {(now - period.start).days} days ago, and Salesforce tells deletions of the last "
            f"{MOST_DAYS} days only.",
            hint='Begin later, or compare all keys: mode = "compare" in [period].',
            place="period.start",
        )
    if period.start < now - KEPT_DAYS * _DAY:
        told = (
            f"The period begins more than {KEPT_DAYS} days ago: Salesforce may have forgotten what was deleted first."
        )
        return max(period.start, _floor(oldest) + _MINUTE), (told,)
    return period.start, ()


def _coverage(period: Period, start: datetime, parts: list[_Part], told: tuple[str, ...]) -> Coverage:
    earliest = max(start, *(moment(part.answer.earliest_date_available) for part in parts))
    # What is deleted in the very second that is named may be told later: the next period begins there.
    covered = min((part.covered - _SECOND for part in parts if not part.is_complete), default=period.end)
    covered = min(covered, period.end)
    notices = list(told)
    has_gap = earliest > period.start
    if has_gap:
        notices.append(
            f"GAP: Salesforce knows deletions only since {_said(earliest)}: what was deleted between "
            f"{_said(period.start)} and then is not in the list. Compare all keys once: mode = “compare”."
        )
    if covered < period.end:
        notices.append(f"Salesforce tells deletions up to {_said(covered)}: later ones are not complete yet.")
    return Coverage(earliest, covered, tuple(notices), has_gap)


def _parts(rest: Rest, name: str, start: datetime, end: datetime, token: CancelToken) -> Iterator[_Part]:
    """The answers for [start, end), at whole minutes; a period with too many ids is halved."""
    token.check()
    asked = urlencode({"start": start.isoformat(), "end": end.isoformat()})
    try:
        yield _Part(start, end, rest.get(f"sobjects/{name}/deleted/?{asked}", _Answer, token))
    except RemoteError as error:
        minutes = (end - start) // _MINUTE
        if error.code != _TOO_MANY or minutes <= 1:
            raise
        middle = start + (minutes // 2) * _MINUTE
        yield from _parts(rest, name, start, middle, token)
        yield from _parts(rest, name, middle, end, token)


def _floor(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(second=0, microsecond=0)


def _ceiling(when: datetime) -> datetime:
    """The minute after a moment: the end that is asked for is not included."""
    return _floor(when) + _MINUTE


def _said(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"
