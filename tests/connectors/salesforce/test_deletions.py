"""Deleted records of Salesforce: the log, the recycle bin, and what the org no longer or not yet knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from crmdesk.connectors.contract import CursorGone, Session, Unchanged
from crmdesk.connectors.deletions import DELETED_AT, DeletedQuery, DeletedSource, Period, TellsDeletions
from crmdesk.connectors.token import CancelToken
from crmdesk.errors import UserError
from tests.practice.asking import signed_in_as
from tests.practice.bulk import ingest
from tests.practice.running import PracticeOrg

TOKEN = CancelToken()
FIELDS = ("Id", DELETED_AT, "Name", "MasterRecordId")


@pytest.fixture(autouse=True)
def _as_before(org: PracticeOrg) -> Iterator[None]:
    """The org tells everything again, and two minutes lie behind what other tests did."""
    org.post("/practice/clock", {"move": 120})
    before = org.get("/practice/replication").json()
    yield
    org.post("/practice/replication", before)


def now(org: PracticeOrg) -> datetime:
    return datetime.fromisoformat(org.get("/practice/clock").json()["now"])


def later(org: PracticeOrg) -> datetime:
    """Two seconds on: what was deleted is told from the next second on."""
    org.post("/practice/clock", {"move": 2})
    return now(org)


def created(org: PracticeOrg, *names: str) -> list[str]:
    return [str(org.post("sobjects/Account", {"Name": name}).json()["id"]) for name in names]


def delete(org: PracticeOrg, *ids: str) -> None:
    for each in ids:
        assert org.delete(f"sobjects/Account/{each}").status_code == 204


def source(session: Session, start: datetime, end: datetime, *, gives_way: bool = False) -> DeletedSource:
    described = session.describe("Account")
    assert isinstance(session, TellsDeletions)
    assert not isinstance(described, Unchanged)
    return session.deleted(DeletedQuery(described, FIELDS, Period(start, end, gives_way)))


def rows(found: DeletedSource) -> list[dict[str, object]]:
    frames = [batch.frame for batch in found.batches(TOKEN)]
    return pl.concat(frames).to_dicts() if frames else []


def test_deleted_records_come_with_their_fields_and_the_time_by_time(org: PracticeOrg, session: Session) -> None:
    """R-167."""
    start = now(org)
    ids = created(org, *(f"Gone {number}" for number in range(5)))
    delete(org, *ids)
    found = rows(source(session, start, later(org)))
    assert {row["Id"]: row["Name"] for row in found} == {each: f"Gone {n}" for n, each in enumerate(ids)}
    assert all(datetime.fromisoformat(str(row[DELETED_AT])) >= start for row in found)
    assert [row["__row__"] for row in found] == [1, 2, 3, 4, 5]


def test_both_ends_are_included_and_a_second_is_a_period(org: PracticeOrg, session: Session) -> None:
    """R-168, R-171."""
    first, second, third = created(org, "A", "B", "C")
    stamps = []
    for each in (first, second, third):
        org.post("/practice/clock", {"move": 3})
        delete(org, each)
        (row,) = org.rows(f"SELECT SystemModstamp FROM Account WHERE Id = '{each}'", "queryAll")  # noqa: S608
        stamps.append(datetime.fromisoformat(row["SystemModstamp"]))
    org.post("/practice/clock", {"move": 3})
    assert [row["Id"] for row in rows(source(session, stamps[0], stamps[1]))] == [first, second]
    assert [row["Id"] for row in rows(source(session, stamps[1], stamps[1]))] == [second]
    assert rows(source(session, stamps[1] + timedelta(seconds=1), stamps[1] + timedelta(seconds=1))) == []


def test_a_record_that_was_merged_names_its_survivor(org: PracticeOrg, session: Session) -> None:
    """R-178."""
    start = now(org)
    master, loser = created(org, "Survivor", "Merged")
    assert org.post("/practice/merge", {"object": "Account", "master": master, "merged": [loser]}).status_code == 200
    (row,) = rows(source(session, start, later(org)))
    assert (row["Id"], row["MasterRecordId"], row["Name"]) == (loser, master, "Merged")


def test_a_record_that_left_the_recycle_bin_is_told_by_its_id_alone(org: PracticeOrg, session: Session) -> None:
    """R-167."""
    start = now(org)
    (gone,) = created(org, "Erased")
    with signed_in_as(org, "integration") as integration:
        assert ingest(integration, "Account", "hardDelete", ["Id"], [[gone]])["numberRecordsFailed"] == 0
    (row,) = rows(source(session, start, later(org)))
    assert (row["Id"], row["Name"]) == (gone, None)
    assert row[DELETED_AT]


def test_more_ids_than_come_at_once_are_found_by_halving_the_period(org: PracticeOrg, session: Session) -> None:
    """R-172."""
    start = now(org)
    ids = created(org, *(f"Many {number}" for number in range(12)))
    for number in range(0, 12, 3):
        delete(org, *ids[number : number + 3])
        org.post("/practice/clock", {"move": 120})
    org.post("/practice/replication", {"ids": 4})
    assert sorted(str(row["Id"]) for row in rows(source(session, start, later(org)))) == sorted(ids)


def test_a_period_of_31_days_is_refused_and_one_of_20_warns(org: PracticeOrg, session: Session) -> None:
    """R-170."""
    long_ago = now(org) - timedelta(days=60)
    org.post("/practice/replication", {"since": long_ago.isoformat()})
    with pytest.raises(UserError, match="begins 31 days ago, and Salesforce tells deletions of the last 30 days only"):
        source(session, now(org) - timedelta(days=31), now(org)).coverage(TOKEN)
    coverage = source(session, now(org) - timedelta(days=20), now(org) - timedelta(minutes=5)).coverage(TOKEN)
    assert not coverage.has_gap
    assert coverage.notices == (
        "The period begins more than 15 days ago: Salesforce may have forgotten what was deleted first.",
    )


def test_an_org_that_refuses_what_is_older_than_15_days_leaves_a_gap_that_is_told(
    org: PracticeOrg, session: Session
) -> None:
    """R-170."""
    org.post("/practice/replication", {"days": 15, "since": (now(org) - timedelta(days=60)).isoformat()})
    coverage = source(session, now(org) - timedelta(days=20), now(org)).coverage(TOKEN)
    assert coverage.has_gap
    assert any(notice.startswith("GAP: Salesforce knows deletions only since ") for notice in coverage.notices)


def test_what_the_log_has_forgotten_is_a_gap(org: PracticeOrg, session: Session) -> None:
    """R-170."""
    since = now(org) - timedelta(days=2)
    org.post("/practice/replication", {"since": since.isoformat()})
    coverage = source(session, now(org) - timedelta(days=10), now(org)).coverage(TOKEN)
    assert coverage.has_gap
    assert coverage.start == since


def test_a_period_that_gives_way_is_cut_to_what_can_be_told(org: PracticeOrg, session: Session) -> None:
    """R-170."""
    coverage = source(session, now(org) - timedelta(days=90), now(org), gives_way=True).coverage(TOKEN)
    assert coverage.has_gap
    assert coverage.start > now(org) - timedelta(days=31)


def test_what_is_not_complete_yet_is_not_covered(org: PracticeOrg, session: Session) -> None:
    """R-168. The next period begins where this one was complete."""
    ahead = now(org) + timedelta(hours=1)
    coverage = source(session, now(org) - timedelta(hours=1), ahead).coverage(TOKEN)
    assert now(org) - timedelta(minutes=2) < coverage.end <= now(org)
    assert any("later ones are not complete yet" in notice for notice in coverage.notices)


def test_ids_alone_are_looked_up_in_the_recycle_bin(org: PracticeOrg, session: Session) -> None:
    """R-179."""
    (gone,) = created(org, "In the bin")
    delete(org, gone)
    described = session.describe("Account")
    assert isinstance(session, TellsDeletions)
    assert not isinstance(described, Unchanged)
    never = "001000000000999AAA"
    first, second = rows(session.deleted(DeletedQuery(described, FIELDS, ids=(gone, never))))
    assert (first["Id"], first["Name"], bool(first[DELETED_AT])) == (gone, "In the bin", True)
    assert (second["Id"], second["Name"], second[DELETED_AT]) == (never, None, None)


def test_no_place_is_kept_in_the_list(org: PracticeOrg, session: Session) -> None:
    with pytest.raises(CursorGone):
        next(source(session, now(org) - timedelta(minutes=5), now(org)).batches(TOKEN, "deleted 5"))


def test_an_object_without_a_recycle_bin_is_refused_in_a_sentence(session: Session) -> None:
    """R-167."""
    described = session.describe("Account")
    assert isinstance(session, TellsDeletions)
    assert not isinstance(described, Unchanged)
    bare = replace(described, fields=tuple(field for field in described.fields if field.name != "IsDeleted"))
    with pytest.raises(UserError, match="keeps no record of deleted Accounts: Account has no recycle bin"):
        session.deleted(DeletedQuery(bare, ("Id",), Period(datetime.now(UTC), datetime.now(UTC))))
