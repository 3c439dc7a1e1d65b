"""OData services keep no list of deletions: that is said, and what to do instead."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.connectors.contract import Session, Unchanged
from crmdesk.connectors.deletions import DELETED_AT, Period
from crmdesk.connectors.odata.connector import ODataConnector
from crmdesk.desk.accounts.schemas import Schemas
from crmdesk.desk.accounts.sessions import Opened
from crmdesk.desk.ends.deleted_rows import coverage_of
from crmdesk.engine.deletions.planning import SURVIVOR, with_by_itself, with_time
from crmdesk.errors import UserError
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.schema import RemoteObject
from tests.connectors.odata.conftest import account


def described(session: Session) -> RemoteObject:
    found = session.describe(session.objects()[0].name)
    assert not isinstance(found, Unchanged)
    return found


def test_a_period_of_deletions_is_refused_and_a_comparison_proposed(session: Session, tmp_path: Path) -> None:
    """R-176."""
    remote = described(session)
    opened = Opened(account("http://127.0.0.1"), ODataConnector(), session, lambda _: remote, Schemas(tmp_path))
    now = datetime.now(UTC)
    with pytest.raises(UserError, match="does not tell which records were deleted") as refusal:
        coverage_of(opened, remote, Period(now, now))
    assert 'mode = "compare"' in refusal.value.hint


def test_a_service_without_merges_has_no_column_for_survivors(session: Session) -> None:
    remote = with_time(described(session))
    job = Job("x", "y", remote.name, Operation.IMPORT_DELETED, LocalFile("/x.csv"), ())
    assert [line.remote for line in with_by_itself(job, remote).mapping] == [DELETED_AT]
    assert remote.field(SURVIVOR) is None
