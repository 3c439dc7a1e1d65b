"""Descriptions of remote objects, kept between commands: per organisation and user, and per job as it last knew them.

They are a cache: what is lost is asked anew, and a difference that nobody noticed in time is not told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import msgspec

from crmdesk.connectors.contract import Session, Unchanged
from crmdesk.connectors.stamps import StampsSchema
from crmdesk.errors import StoreError, unwritable
from crmdesk.model.job import Job
from crmdesk.model.read_options import WhenNew
from crmdesk.model.schema import RemoteObject
from crmdesk.model.schema_change import SchemaChange
from crmdesk.places import private_directory
from crmdesk.tabular.files.private import open_private

_YOUNG = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class KnownObject:
    """An object as it is now, and as it was when somebody last looked at changes.

    `read_at` is when it was read, ISO 8601 in UTC by the CRM's clock.
    """

    now: RemoteObject
    read_at: str
    seen: RemoteObject


class Schemas:
    """The kept descriptions of a profile."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "schemas"

    def described(self, session: Session, name: str) -> RemoteObject:
        """The object as it is now: asked with the stamp of the last answer, so that what is known is not sent again."""
        return self._asked(session, name).now

    def refreshed(self, session: Session, name: str) -> Sequence[SchemaChange]:
        """What has changed since somebody last asked this, or since the object was first described."""
        from crmdesk.engine.schema.changes import changes

        known = self._asked(session, name)
        found = changes(known.seen, known.now)
        if isinstance(session, StampsSchema):
            self._keep(_place(session.schema_key, name), replace(known, seen=known.now))
        return found

    def last_known(self, account: str, name: str) -> RemoteObject | None:
        """The object as the account of this internal name last saw it, without asking; None when it never did."""
        known = self._find(_place("account", account, name))
        return known.now if known is not None else None

    def seen_by(self, account: str, session: Session, name: str) -> RemoteObject:
        """See `described`; what the account saw is known later, when it cannot be asked."""
        remote = self.described(session, name)
        if self.last_known(account, name) != remote:
            self._keep(_place("account", account, name), KnownObject(remote, _now(), remote))
        return remote

    def of_job(self, job: str, organization: str, name: str) -> RemoteObject | None:
        """The object as a job last knew it; None when it never ran."""
        known = self._find(_place("job", job, organization, name))
        return known.now if known is not None else None

    def accept(self, job: Job, organization: str, remote: RemoteObject, *, is_whole: bool) -> None:
        """From here on the job knows the object as this; fields that it leaves out stay new, unless `is_whole`."""
        before = self.of_job(job.name, organization, remote.name)
        known = remote
        if not is_whole and before is not None and job.reading.schema.new is WhenNew.LEAVE:
            known = replace(remote, fields=tuple(each for each in remote.fields if before.field(each.name) is not None))
        self._keep(_place("job", job.name, organization, remote.name), KnownObject(known, _now(), known))

    def _asked(self, session: Session, name: str) -> KnownObject:
        place = _place(session.schema_key, name) if isinstance(session, StampsSchema) else ""
        known = self._find(place) if place else None
        answer = session.describe(name, _trusted_stamp(known))
        now = session.server_time() if isinstance(session, StampsSchema) else _now()
        if isinstance(answer, Unchanged):
            if known is None:
                raise TypeError(name)
            fresh = replace(known, read_at=now)
        else:
            fresh = KnownObject(answer, now, known.seen if known is not None else answer)
        if place:
            self._keep(place, fresh)
        return fresh

    def _find(self, place: str) -> KnownObject | None:
        try:
            return msgspec.json.decode((self._folder / place).read_bytes(), type=KnownObject)
        except (OSError, msgspec.DecodeError):  # never kept, or kept by a version that knew other words
            return None

    def _keep(self, place: str, known: KnownObject) -> None:
        path = private_directory(self._folder) / place
        part = path.with_name(f"{place}.{id(known)}.part")
        try:
            with open_private(part, "wb") as file:
                file.write(msgspec.json.encode(known))
            part.replace(path)
        except OSError as error:
            with suppress(OSError):  # what could not be written need not be there to be removed
                part.unlink(missing_ok=True)
            raise StoreError(unwritable(path, error), hint="Make room on that disk, then try again.") from error


def _trusted_stamp(known: KnownObject | None) -> str | None:
    """The stamp to ask with: it counts whole seconds, so one that was young when it was read may hide a change."""
    if known is None or not known.now.stamp:
        return None
    try:
        age = datetime.fromisoformat(known.read_at) - parsedate_to_datetime(known.now.stamp)
    except (ValueError, TypeError):  # no date of HTTP: an opaque stamp of another CRM
        return known.now.stamp
    return known.now.stamp if age > _YOUNG else None


def _place(*parts: str) -> str:
    """A file name for an organisation, user and object, or a job: nothing of them is told by it."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32] + ".json"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
