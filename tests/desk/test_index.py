"""The automatic index over HTTP: windows, options, and what a run does to them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from crmdesk.desk import CancelToken
from crmdesk.errors import PlanError
from crmdesk.model.option import option_moment, option_text
from crmdesk.model.run import RunFinished, RunOutcome
from tests.desk.index_org import IndexOrg, Reader, index_org

LAG = 2


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexOrg]:
    with index_org(tmp_path_factory.mktemp("index")) as made:
        yield made


def option(home: IndexOrg, name: str) -> str:
    return next((each.value for each in home.desk.options.list() if each.name == f"LASTIMPORT_practice_org_{name}"), "")


def one_schedule(home: IndexOrg, reader: Reader, seed: int) -> None:
    """Changes, late commits, clocks that are moved on and back, and runs in between; then a run long after."""
    draw = random.Random(seed)
    for _ in range(draw.randint(4, 8)):
        match draw.choice(("create", "rename", "late", "clock", "run", "run")):
            case "create":
                for number in range(draw.randint(1, 5)):
                    home.create(f"Equal {seed} {number}")
            case "rename":
                home.rename(draw.choice(sorted(home.stamps())), f"Renamed {seed}")
            case "late":
                with home.late(f"Late {seed}", draw.uniform(0.05, 0.9)):
                    reader.run()
            case "clock":
                home.move_clock(draw.choice((0.4, 1.0, 3_600.0, -0.5)))
            case _:
                reader.run()
    home.move_clock(2 * LAG + 2)
    reader.run()


def proven(home: IndexOrg, reader: Reader, seeds: range) -> None:
    for seed in seeds:
        one_schedule(home, reader, seed)
        read = Counter(reader.versions())
        assert max(read.values()) == 1, f"schedule {seed} read a change twice"
        last = {(record, moment(stamp)) for record, stamp in home.stamps().items()}
        missed = last - {(record, moment(stamp)) for record, stamp in read}
        assert not missed, f"schedule {seed} missed {missed}"


def moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def test_five_schedules_over_http_neither_miss_nor_repeat(home: IndexOrg) -> None:
    """R-114, R-115, R-116. A complaint about other loaders: what changed is missed by an incremental reading."""
    proven(home, home.job("law", f"lag_seconds = {LAG}"), range(5))


@pytest.mark.long
def test_fifty_schedules_over_http_neither_miss_nor_repeat(home: IndexOrg) -> None:
    """R-114, R-115, R-116."""
    proven(home, home.job("long law", f"lag_seconds = {LAG}"), range(100, 150))


def test_a_commit_later_than_the_lag_is_seen_to_be_lost(home: IndexOrg) -> None:
    """R-116. A complaint about other loaders: what changed is missed by an incremental reading."""
    reader = home.job("too late", "lag_seconds = 0")
    reader.run()
    with home.late("Too late", 2.5):
        home.move_clock(1)
        reader.run()
    home.move_clock(60)
    reader.run()
    lost = {row["Id"] for row in home.org.rows("SELECT Id FROM Contact WHERE LastName = 'Too late'")}
    assert len(lost) == 1
    assert lost.isdisjoint(record for record, _ in reader.versions())


def test_the_first_run_reads_everything_and_says_so_before(home: IndexOrg) -> None:
    """R-117, R-118, R-119, R-050."""
    reader = home.job("first", "lag_seconds = 0")
    home.move_clock(5)
    rows = reader.run()
    assert len(rows) == len(home.stamps())
    assert reader.notices[0].startswith("LASTIMPORT_practice_org_first has no value: everything is read, up to ")
    assert "LastModifiedDate" in reader.notices[0]
    assert set(rows[0]) == {"Id", "LastModifiedDate", "name"}
    window = home.desk.history.window_of(reader.run_number)
    assert window is not None
    assert window.variables == {
        "crmOptionName": "LASTIMPORT_practice_org_first",
        "crmStartImport": "1970/01/01 00:00:00",
        "crmStartDate": "1970/01/01 00:00:00",
        "crmEndDate": option(home, "first"),
    }


def test_the_window_is_beside_the_filter_and_both_reach_the_crm(home: IndexOrg) -> None:
    """R-084, R-089, R-092, R-119."""
    more = """
[filter]
any = [ { field = "LastName", op = "=", value = "Nobody" },
        { field = "LastModifiedDate", op = ">=", expression = "vars.crmStartImport" } ]
"""
    reader = home.job("filtered", "lag_seconds = 0", more)
    reader.run()
    home.move_clock(5)
    mine = home.create("Filtered")
    home.move_clock(5)
    assert [row["Id"] for row in reader.run()] == [mine]
    assert any("vars.crmStartImport" in notice for notice in reader.notices)


def test_in_manual_mode_two_runs_read_the_same_window_start(home: IndexOrg) -> None:
    """R-113."""
    home.move_clock(5)
    home.create("Manual")
    home.move_clock(5)
    reader = home.job("by hand", 'mode = "manual"\nlag_seconds = 0')
    assert reader.run()
    assert option(home, "by hand") == ""
    assert reader.run() == [*reader.run()] != []


def test_setting_an_option_back_reads_again_from_there(home: IndexOrg) -> None:
    """R-111, R-122."""
    reader = home.job("back", "lag_seconds = 0")
    reader.run()
    home.move_clock(5)
    mine = home.create("Back")
    home.move_clock(5)
    assert [row["Id"] for row in reader.run()] == [mine]
    assert reader.run() == []
    stands = option_moment(option(home, "back"))
    home.desk.options.set("LASTIMPORT_practice_org_back", option_text(stands - timedelta(seconds=30)))
    assert mine in {row["Id"] for row in reader.run()}
    setters = [bool(each.run) for each in home.desk.options.changes("LASTIMPORT_practice_org_back")]
    assert setters[-3:] == [True, False, True]


def test_a_run_that_is_stopped_leaves_the_option_and_goes_on_with_its_window(home: IndexOrg) -> None:
    """R-120."""
    reader = home.job("stopped", "lag_seconds = 0")
    reader.run()
    before = option(home, "stopped")
    home.move_clock(5)
    mine = home.create("Stopped")
    home.move_clock(5)
    token = CancelToken()
    token.cancel()
    *_, stopped = home.desk.runs.run(home.desk.jobs.load(str(reader.place)), token, lambda _: True)
    assert isinstance(stopped, RunFinished)
    assert stopped.outcome is RunOutcome.STOPPED
    assert option(home, "stopped") == before
    window = home.desk.history.window_of(stopped.run)
    assert window is not None
    home.move_clock(60)
    later = home.create("After the window")
    read = {row["Id"] for row in reader.follow(home.desk.runs.resume(stopped.run, CancelToken(), lambda _: True))}
    assert mine in read
    assert later not in read
    assert option(home, "stopped") == window.reached


def test_an_option_set_by_hand_while_a_run_goes_on_stays_as_it_was_set(home: IndexOrg) -> None:
    """R-113, R-120."""
    reader = home.job("meanwhile", "lag_seconds = 0")
    events = home.desk.runs.run(home.desk.jobs.load(str(reader.place)), CancelToken(), lambda _: True)
    next(events)
    home.desk.options.set("LASTIMPORT_practice_org_meanwhile", "2026/01/01 00:00:00")
    reader.follow(events)
    assert option(home, "meanwhile") == "2026/01/01 00:00:00"
    assert any("was left so" in notice for notice in reader.notices)


def test_another_filter_or_mapping_is_said_and_another_object_refused(home: IndexOrg) -> None:
    """R-109. The value of an option is bound to organisation, object, field, filter and mapping."""
    index = 'option = "LASTIMPORT_shared"\nlag_seconds = 0'
    reader = home.job("bound", index)
    reader.run()
    other = home.job("bound", index, '[[mapping]]\nremote = "Email"\nlocal = "mail"\n')
    other.run()
    assert any("The mapping of the job changed" in notice for notice in other.notices)
    with pytest.raises(PlanError, match="the object Contact"):
        home.job("stranger", index, what="Lead").run()
    with pytest.raises(PlanError, match="the field LastModifiedDate"):
        home.job("stranger", index + '\nfield = "SystemModstamp"').run()


@pytest.mark.parametrize(
    ("index", "place", "words"),
    [
        ('field = "LastModified"', "index.field", "no field “LastModified”"),
        ('field = "Birthdate"', "index.field", "it is a date field"),
        ('option = "x<%= abc( %>"', "index.option", "SyntaxError"),
    ],
)
def test_an_index_that_cannot_work_is_refused_with_its_place(
    home: IndexOrg, index: str, place: str, words: str
) -> None:
    """R-109, R-117."""
    with pytest.raises(PlanError, match=words) as refusal:
        home.job("impossible", index).run()
    assert refusal.value.problems[0].place == place


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("for(;;){}", "did not end within 1 second"),
        ("abc(", "SyntaxError"),
        ("'2024/02/30'", "2024/02/30 is no day: that month has 29 days"),
        ("vars.nope", "its value is undefined"),
        ("[1, 2]", "gives a list"),
    ],
)
def test_an_expression_that_has_no_value_for_its_field_is_refused(home: IndexOrg, expression: str, words: str) -> None:
    """R-084, R-085."""
    more = f"""
[filter]
all = [ {{ field = "CreatedDate", op = ">=", expression = "{expression}" }} ]
"""
    with pytest.raises(PlanError, match=words) as refusal:
        home.desk.rehearsing.check(home.desk.jobs.load(str(home.job("senseless", "", more).place)))
    assert refusal.value.problems[0].place.startswith("filter.all[1].")
