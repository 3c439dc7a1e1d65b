"""Imports of deleted records: named and moving periods, merges, gaps, and the comparison of keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from crmdesk.desk import CancelToken
from crmdesk.errors import PlanError, UserError
from crmdesk.model.option import option_moment
from tests.desk.index_org import IndexOrg, Reader, index_org

JOB = """
version = 1
name = "{name}"
object = "Account"
operation = "import-deleted"

[local]
path = "{name}.jsonl"
{more}
[period]
{period}
"""
NAME = '[[mapping]]\nremote = "Name"\nlocal = "name"\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexOrg]:
    with index_org(tmp_path_factory.mktemp("deleted")) as made:
        yield made


@pytest.fixture(autouse=True)
def _later(home: IndexOrg) -> None:
    """Two minutes lie behind what other tests did."""
    home.move_clock(120)


def job(home: IndexOrg, name: str, period: str, more: str = NAME) -> Reader:
    place = home.folder / f"{name}.toml"
    place.write_text(JOB.format(name=name, period=period, more=more), encoding="utf-8")
    return Reader(home, place)


def created(home: IndexOrg, *names: str) -> list[str]:
    return [str(home.org.post("sobjects/Account", {"Name": name}).json()["id"]) for name in names]


def delete(home: IndexOrg, *ids: str) -> None:
    for each in ids:
        assert home.org.delete(f"sobjects/Account/{each}").status_code == 204


def now(home: IndexOrg) -> datetime:
    return datetime.fromisoformat(home.org.get("/practice/clock").json()["now"])


def between(start: datetime, end: datetime) -> str:
    return f'start = "{start:%Y/%m/%d %H:%M:%S}"\nend = "{end:%Y-%m-%d %H,%M,%S}"'


def test_what_was_deleted_in_a_period_is_listed_with_its_fields_and_counted(home: IndexOrg) -> None:
    """R-167, R-168, R-174."""
    start = now(home)
    ids = created(home, "One", "Two", "Three")
    delete(home, *ids)
    home.move_clock(2)
    reader = job(home, "period", between(start, now(home)))
    rows = reader.run()
    assert {row["Id"]: row["name"] for row in rows} == dict(zip(ids, ("One", "Two", "Three"), strict=True))
    assert all(row["DeletedDate"] and row["MasterRecordId"] is None for row in rows)
    assert reader.finished is not None
    assert reader.finished.tally.as_dict() | {"read": 3, "deleted": 3} == reader.finished.tally.as_dict()
    assert reader.finished.tally.is_balanced
    assert reader.finished.tally.created == 0
    variables = home.desk.history.variables_of(reader.run_number)
    assert variables["crmStartDate"] == start.strftime("%Y/%m/%d %H:%M:%S")
    assert set(variables) == {"crmStartDate", "crmStartImport", "crmEndDate"}


def test_ids_and_times_need_no_mapping_and_a_merge_names_the_survivor(home: IndexOrg) -> None:
    """R-167, R-178."""
    start = now(home)
    master, loser = created(home, "Master", "Loser")
    home.org.post("/practice/merge", {"object": "Account", "master": master, "merged": [loser]})
    home.move_clock(2)
    (row,) = job(home, "merged", between(start, now(home)), "").run()
    assert set(row) == {"Id", "DeletedDate", "MasterRecordId"}
    assert (row["Id"], row["MasterRecordId"]) == (loser, master)


def test_a_period_that_moves_neither_misses_nor_repeats(home: IndexOrg) -> None:
    """R-168."""
    reader = job(home, "moving", 'mode = "automatic"\nlag_seconds = 0')
    reader.run()
    found: list[str] = []
    gone: list[str] = []
    for number in range(4):
        ids = created(home, f"A {number}", f"B {number}")
        delete(home, *ids)
        gone += ids
        home.move_clock(number)
        found += [row["Id"] for row in reader.run()]
    home.move_clock(5)
    found += [row["Id"] for row in reader.run()]
    assert sorted(found) == sorted(gone)
    window = home.desk.history.window_of(reader.run_number)
    assert window is not None
    assert window.option == "LASTDELETED_practice_org_moving"
    assert home.desk.options.list()[0].value


def test_a_moving_period_that_lay_still_for_weeks_tells_its_gap_and_goes_on(home: IndexOrg) -> None:
    """R-170. A complaint about other loaders: deletions never arrive, and nothing warns."""
    reader = job(home, "asleep", 'mode = "automatic"\nlag_seconds = 0')
    reader.run()
    assert not any(notice.startswith("GAP") for notice in reader.notices)
    name = "LASTDELETED_practice_org_asleep"
    home.desk.options.set(name, (now(home) - timedelta(days=50)).strftime("%Y/%m/%d %H:%M:%S"))
    reader.run()
    assert any(notice.startswith("GAP: Salesforce knows deletions only since") for notice in reader.notices)
    stands = next(option.value for option in home.desk.options.list() if option.name == name)
    assert option_moment(stands) > now(home) - timedelta(minutes=5)


def compare(home: IndexOrg, name: str, ids: list[str], column: str = "Id") -> Reader:
    path = home.folder / f"{name}.csv"
    path.write_text("Id,x\n" + "".join(f"{each},1\n" for each in ids), encoding="utf-8")
    return job(home, name, f'mode = "compare"\npath = "{path.name}"\ncolumn = "{column}"')


def test_a_comparison_of_keys_finds_what_no_log_knows_any_more(home: IndexOrg) -> None:
    """R-170, R-179. A complaint about other loaders: deletions never arrive, and nothing warns."""
    alive, binned = created(home, "Alive", "Binned")
    delete(home, binned)
    never = "0010x000000ZZZZ"
    reader = compare(home, "compared", [alive, binned[:15], never, binned])
    rows = {row["Id"]: row for row in reader.run()}
    assert {row[:15] for row in rows} == {binned[:15], never}
    assert rows[binned]["name"] == "Binned"
    assert any("2 of 3 ids are not in the CRM any more" in notice for notice in reader.notices)


@pytest.mark.parametrize(
    ("period", "place", "words"),
    [
        ('start = "2024/02/30"\nend = "2024/03/01"', "period.start", "that month has 29 days"),
        ('start = "2012-13-01"\nend = "2012-12-01"', "period.start", "months go from 01 to 12"),
        ('start = "new Date("\nend = "2012-12-01"', "period.start", "SyntaxError"),
        ('start = "2012-12-02"\nend = "2012-12-01"', "period.end", "before it begins"),
        ('start = "2012-12-01"\nend = "2012-12-01"', "period.start", "last 30 days only"),
        ('start = "2012-12-01"', "period.end", "“end” is missing"),
        ('mode = "automatic"\nstart = "2012-12-01"', "period.start", "does not go with"),
    ],
)
def test_a_period_that_cannot_be_is_refused_with_its_place(home: IndexOrg, period: str, place: str, words: str) -> None:
    """R-169, R-170."""
    with pytest.raises(PlanError, match=words) as refusal:
        home.desk.rehearsing.check(home.desk.jobs.load(str(job(home, "senseless", period).place)))
    assert [problem.place for problem in refusal.value.problems] == [place]


def test_the_file_of_a_comparison_must_hold_ids(home: IndexOrg) -> None:
    """R-179."""
    with pytest.raises(PlanError, match="has no column “Key”: it has Id, x"):
        compare(home, "column", ["0010x000000ZZZZ"], "Key").run()
    with pytest.raises(UserError, match="is not a record id"):
        compare(home, "not ids", ["Smith"]).run()


def test_a_rehearsal_counts_what_would_be_listed(home: IndexOrg) -> None:
    start = now(home)
    delete(home, *created(home, "Foreseen"))
    home.move_clock(2)
    place = job(home, "rehearsed", between(start, now(home))).place
    loaded = home.desk.jobs.load(str(place))
    assert home.desk.rehearsing.count(loaded) == 1
    (row,) = home.desk.rehearsing.preview(loaded, 5, CancelToken())
    assert row.becomes["name"] == "Foreseen"


def test_a_deletion_that_is_committed_late_is_found_once(home: IndexOrg) -> None:
    """R-168, R-170. The CRM says up to when its list is complete, and the period ends there."""
    reader = job(home, "late", 'mode = "automatic"\nlag_seconds = 0')
    (gone,) = created(home, "Late")
    home.move_clock(5)
    reader.run()
    home.move_clock(5)
    with home.late_delete(gone, 1.5):
        home.move_clock(60)
        assert gone not in {row["Id"] for row in reader.run()}
    found = [row["Id"] for row in reader.run()]
    home.move_clock(60)
    found += [row["Id"] for row in reader.run()]
    assert found.count(gone) == 1
