"""How rows travel: what the options force, the speed and its change on the way, refused company, guards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.jobs import INSERT, UPSERT, contacts_csv, contacts_job
from tests.cli.program import Org, Program

HARD = """
version = 1
name = "delete for good"
account = "Practice org"
object = "Contact"
operation = "delete"
[local]
path = "a.csv"
[[mapping]]
remote = "Legacy_Id__c"
local = "Key"
[export]
hard = true
"""


@pytest.fixture
def org(shared: Program) -> Org:
    found = shared.org()
    found.clear_weather()
    return found


def intent(answer_lines: list[dict[str, object]]) -> dict[str, object]:
    [found] = [line for line in answer_lines if line["event"] == "intent"]
    return found


def test_the_check_says_why_an_option_and_an_engine_do_not_go_together(shared: Program, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "a.csv", range(2))
    both = contacts_job(tmp_path, "a.csv", export=f'{UPSERT}\nengine = "bulk"\nallow_duplicates = true')
    refused = shared.ask("check", both)
    assert refused.code == 2
    assert "Bulk knows no way to save in spite of a duplicate rule" in refused.stdout
    gentle = contacts_job(tmp_path, "a.csv", export=f'{UPSERT}\nengine = "bulk"\nspeed = "gentle"', name="b")
    assert "side by side" in shared.ask("check", gentle).stdout
    fast = contacts_job(tmp_path, "a.csv", export=f'{UPSERT}\nengine = "rest"\nspeed = "fast"', name="c")
    assert "The speed fast goes by Bulk, and the job names calls" in shared.ask("check", fast).stdout
    (tmp_path / "hard.toml").write_text(HARD + "all_or_none = true\n", encoding="utf-8")
    assert "Only Bulk can delete past the recycle bin" in shared.ask("check", tmp_path / "hard.toml").stdout


def test_options_force_the_engine_that_can_carry_them(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-156: a duplicate rule's alert is saved in spite of, where the job says so."""
    contacts_csv(tmp_path / "a.csv", range(100, 103))
    job = contacts_job(tmp_path, "a.csv", export=f"{INSERT}\nallow_duplicates = true", name="forced")
    done = shared.run(job)
    assert intent(done.lines)["engine"] == "rest"
    assert any("The rows go by calls. Bulk knows no way" in line.get("message", "") for line in done.lines)
    assert done.counts() == {"read": 3, "created": 3}


def test_all_or_none_of_a_call_is_saved(shared: Program, org: Org, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Key,Name,Email\nK000200,A,\nK000201,B,\nP-0000001,C,\n", encoding="utf-8")
    job = contacts_job(tmp_path, "a.csv", export=f"{INSERT}\nall_or_none = true", name="whole")
    done = shared.run(job)
    assert done.counts() == {"read": 3, "rejected": 3}
    assert org.rows("SELECT Id FROM Contact WHERE Legacy_Id__c = 'K000200'") == []


def test_a_call_of_all_or_none_is_sent_again_whole_while_its_record_is_held(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    contacts_csv(tmp_path / "a.csv", range(210, 222))
    org.weather({"kind": "lock-rows", "field": "LastName", "value": "Name 213"}, object="Contact", times=1)
    job = contacts_job(tmp_path, "a.csv", export=f"{INSERT}\nall_or_none = true", name="whole but held")
    assert shared.run(job).counts() == {"read": 12, "created": 12}
    contacts_csv(tmp_path / "a.csv", range(230, 242))
    org.weather({"kind": "lock-rows", "field": "LastName", "value": "Name 233"}, object="Contact")
    assert shared.run(job).counts() == {"read": 12, "rejected": 12}
    assert org.count("Contact WHERE Legacy_Id__c IN ('K000230', 'K000233', 'K000241')") == 0


def test_one_value_that_the_crm_cannot_read_does_not_hold_up_the_other_rows(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-151. A complaint about other loaders: one bad value fails its whole batch."""
    (tmp_path / "a.csv").write_text(
        "Key,Name,Email\n"
        + "".join(f"K000{n},N,{'31/02/1990' if n == 277 else '1990-02-28'}\n" for n in range(250, 290))
    )
    job = contacts_job(tmp_path, "a.csv", name="unreadable", export=f'{UPSERT}\nengine = "rest"')
    born = 'remote = "Birthdate"\nlocal = "Email"\nconversion = "copy-paste"'
    job.write_text(job.read_text().replace('remote = "Email"\nlocal = "Email"', born))
    done = shared.run(job)
    assert done.counts() == {"read": 40, "created": 39, "rejected": 1}
    [reject] = shared.ask("rejects", done.last["run"]).lines
    assert (reject["values"]["Key"], reject["code"]) == ("K000277", "JSON_PARSER_ERROR")
    [cause] = shared.ask("rejects", done.last["run"], "--causes").lines
    assert cause["card"] == "salesforce-15"


def test_a_call_that_is_too_large_is_cut(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-317."""
    contacts_csv(tmp_path / "a.csv", range(1800, 1820))
    too_large = {"kind": "refuse", "status": 413, "code": "REQUEST_ENTITY_TOO_LARGE", "message": "too large"}
    org.weather(too_large, method="PATCH", path="composite/sobjects", times=2)
    done = shared.run(contacts_job(tmp_path, "a.csv", name="too large", export=f'{UPSERT}\nengine = "rest"'))
    assert done.counts() == {"read": 20, "created": 20}


def test_a_row_over_which_the_crm_breaks_off_is_found_and_the_others_arrive(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-151, R-202. A complaint about other loaders: one bad value fails its whole batch."""
    contacts_csv(tmp_path / "a.csv", range(1900, 1906))
    org.weather({"kind": "accident", "field": "LastName", "value": "Name 1904"}, object="Contact")
    org.weather({"kind": "move-clock", "seconds": 8}, method="PATCH")  # nobody has to wait for a late commit
    done = shared.run(contacts_job(tmp_path, "a.csv", name="stumbling", export=f'{UPSERT}\nengine = "rest"'))
    assert done.counts() == {"read": 6, "created": 5, "rejected": 1}
    [reject] = shared.ask("rejects", done.last["run"]).lines
    assert (reject["values"]["Name"], reject["code"]) == ("Name 1904", "UNKNOWN_EXCEPTION")
    assert org.count("Contact WHERE Legacy_Id__c LIKE 'K00190%'") == 5


def test_an_org_that_breaks_off_over_everything_is_left_alone(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-188."""
    contacts_csv(tmp_path / "a.csv", range(1910, 1918))
    org.weather({"kind": "move-clock", "seconds": 8}, method="PATCH")
    org.weather({"kind": "refuse", "status": 500, "code": "UNKNOWN_EXCEPTION"}, method="PATCH", path="composite")
    export = f'{UPSERT}\nengine = "rest"\nrows_per_call = 2'
    done = shared.run(contacts_job(tmp_path, "a.csv", name="broken", export=export))
    assert (done.last["outcome"], done.counts()) == ("failed", {"read": 8, "pending": 8})
    assert org.count("Contact WHERE Legacy_Id__c LIKE 'K00191%'") == 0


def test_an_accident_of_the_crm_is_tried_twice_more(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-199."""
    contacts_csv(tmp_path / "a.csv", range(1830, 1834))
    accident = {"kind": "refuse-rows", "code": "UNKNOWN_EXCEPTION", "message": "ErrorId: 1-2 (3)", "field": "LastName"}
    org.weather({**accident, "fields": [], "value": "Name 1831"}, object="Contact", times=2)
    org.weather({**accident, "fields": [], "value": "Name 1833"}, object="Contact")
    done = shared.run(contacts_job(tmp_path, "a.csv", name="accident"))
    assert done.counts() == {"read": 4, "created": 3, "rejected": 1}


@pytest.mark.parametrize("engine", ["rest", "bulk"])
def test_an_org_that_is_full_pauses_the_run_and_rejects_no_row(
    shared: Program, org: Org, tmp_path: Path, engine: str
) -> None:
    """R-188, R-204."""
    start = 1840 if engine == "rest" else 1860
    contacts_csv(tmp_path / "a.csv", range(start, start + 5))
    full = {"kind": "refuse-rows", "code": "STORAGE_LIMIT_EXCEEDED", "message": "storage limit exceeded", "fields": []}
    org.weather(full, object="Contact", after=2)
    done = shared.run(contacts_job(tmp_path, "a.csv", name=f"full {engine}", export=f'{UPSERT}\nengine = "{engine}"'))
    assert (done.counts(), done.last["outcome"]) == ({"read": 5, "created": 2, "pending": 3}, "paused")
    assert "storage of the org is full" in done.error["message"]
    org.clear_weather()
    assert shared.ask("resume", done.last["run"]).counts() == {"read": 5, "created": 5}


def test_too_many_long_requests_at_once_are_waited_for(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-199."""
    contacts_csv(tmp_path / "a.csv", range(1880, 1884))
    crowd = {"kind": "refuse", "status": 403, "code": "REQUEST_LIMIT_EXCEEDED"}
    org.weather({**crowd, "message": "ConcurrentPerOrgLongTxn Limit exceeded."}, method="PATCH", times=2)
    assert shared.run(contacts_job(tmp_path, "a.csv", name="crowd")).counts() == {"read": 4, "created": 4}


def test_what_means_nothing_to_an_undelete_is_refused(shared: Program, org: Org, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id\n0037x0000000001AAA\n", encoding="utf-8")
    job = tmp_path / "undelete.toml"
    job.write_text(
        'version = 1\nname = "undelete"\naccount = "Practice org"\nobject = "Contact"\noperation = "export"\n'
        '[local]\npath = "a.csv"\n[[mapping]]\nremote = "Id"\nlocal = "Id"\n[export]\naction = "undelete"\n'
        "all_or_none = true\n",
        encoding="utf-8",
    )
    refused = shared.ask("check", job)
    assert (refused.code, "An undelete brings back what it can" in refused.stdout) == (2, True)


def test_a_call_that_fails_as_a_whole_is_halved_until_the_poisonous_row_stands_alone(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-151, R-152. A complaint about other loaders: one bad value fails its whole batch."""
    contacts_csv(tmp_path / "a.csv", range(300, 340))
    org.weather({"kind": "trigger-error", "field": "LastName", "value": "Name 317"}, object="Contact")
    done = shared.run(contacts_job(tmp_path, "a.csv", name="halved", export=f'{UPSERT}\nengine = "rest"'))
    assert done.counts() == {"read": 40, "created": 39, "rejected": 1}
    [reject] = shared.ask("rejects", done.last["run"]).lines
    assert reject["values"]["Name"] == "Name 317"
    assert any("sent again in smaller calls" in line.get("message", "") for line in done.lines)


def test_a_heavy_trigger_under_a_bulk_job_is_met_by_smaller_calls(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-152."""
    contacts_csv(tmp_path / "a.csv", range(400, 520))
    org.weather({"kind": "heavy-trigger", "rows": 60}, object="Contact")
    done = shared.run(contacts_job(tmp_path, "a.csv", name="heavy", export=f'{UPSERT}\nspeed = "fast"'))
    assert done.counts() == {"read": 120, "created": 120}
    assert intent(done.lines)["engine"] == "bulk"


@pytest.mark.parametrize("by_trigger", [False, True])
def test_locked_rows_are_sent_again_by_themselves(shared: Program, org: Org, tmp_path: Path, by_trigger: bool) -> None:
    """R-199."""
    start = 600 + 20 * by_trigger
    contacts_csv(tmp_path / "a.csv", range(start, start + 12))
    org.weather({"kind": "lock-rows", "by_trigger": by_trigger}, object="Contact", times=5)
    done = shared.run(contacts_job(tmp_path, "a.csv", name=f"locked {by_trigger}"))
    assert done.counts() == {"read": 12, "created": 12}


def test_a_row_that_stays_locked_is_a_reject_in_the_end(shared: Program, org: Org, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "a.csv", range(650, 652))
    org.weather("lock-rows", object="Contact")
    done = shared.run(contacts_job(tmp_path, "a.csv", name="held"))
    assert done.counts() == {"read": 2, "rejected": 2}
    assert {line["code"] for line in shared.ask("rejects", done.last["run"]).lines} == {"UNABLE_TO_LOCK_ROW"}


def test_the_first_rows_are_tried_and_the_rest_goes_at_another_speed(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-150: rows a call; the speed can be changed for rows that were not sent, and no row goes twice."""
    contacts_csv(tmp_path / "a.csv", range(700, 760))
    job = contacts_job(tmp_path, "a.csv", name="speeds", export=f'{UPSERT}\nspeed = "fast"')
    first = shared.run(job, "--first", "10")
    assert (first.counts(), first.last["outcome"]) == ({"read": 60, "created": 10, "pending": 50}, "paused")
    run = first.last["run"]
    assert shared.ask("speed", run, "gentle", "--rows-per-call", "15").last["speed"] == "gentle"
    rest = shared.ask("resume", run)
    assert rest.counts() == {"read": 60, "created": 60}
    assert any("one after the other, 15 rows each" in line.get("message", "") for line in rest.lines)
    assert rest.last["api_calls"] < first.last["api_calls"] + 12
    assert "has nothing to send any more" in shared.ask("speed", run, "fast").error["message"]
    assert "has updated no record" in shared.ask("undo", run, "--fields", "Email", "--yes").error["message"]


def test_guards_end_a_run_before_anything_is_sent(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-203: and after so large a share of rejects."""
    contacts_csv(tmp_path / "a.csv", range(800, 810))
    many = org.count("Contact")
    for number, place in enumerate(("max_rows", "max_created", "max_rejected_percent")):
        with (tmp_path / "a.csv").open("a", encoding="utf-8") as file:
            file.write(f"K00081{number},{'x' * 90},\n")
        job = contacts_job(tmp_path, "a.csv", name=f"guard {number}", export=f"{UPSERT}\n[guard]\n{place} = 9")
        done = shared.run(job)
        assert (done.code, done.last["outcome"]) == (2, "failed")
        assert done.error["place"] == f"guard.{place}"
    assert org.count("Contact") == many


def test_a_field_that_would_be_emptied_everywhere_is_noticed(shared: Program, org: Org, tmp_path: Path) -> None:
    """A complaint about other loaders: blank cells wipe good values."""
    contacts_csv(tmp_path / "a.csv", range(820, 830), mail="")
    job = contacts_job(tmp_path, "a.csv", name="empty", export=f"{UPSERT}\n[guard]\nmax_cleared_percent = 50")
    job.write_text(job.read_text().replace('local = "Email"', 'local = "Email"\nwhen_empty = "clear"'))
    done = shared.run(job)
    assert done.error["place"] == "guard.max_cleared_percent"
    assert "Email would be emptied in 10 of 10 rows" in done.error["message"]


def test_one_cause_that_refuses_everything_stops_the_run(shared: Program, org: Org, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "a.csv", range(840, 900))
    org.weather({"kind": "refuse-rows", "code": "FIELD_INTEGRITY_EXCEPTION", "message": "No."}, object="Contact")
    export = f'{UPSERT}\nspeed = "gentle"\nrows_per_call = 5\n[behaviour]\nstop_after_same = 20'
    done = shared.run(contacts_job(tmp_path, "a.csv", name="breaker", export=export))
    assert done.last["outcome"] == "failed"
    assert done.last["rejected"] == 20
    assert done.error["place"] == "behaviour.stop_after_same"
    assert done.last["pending"] == 40


def test_what_is_on_the_way_when_a_run_is_stopped_for_its_rejects_is_recorded(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-203: nobody has to find out later what was answered already."""
    contacts_csv(tmp_path / "a.csv", range(2000, 2060))
    org.weather({"kind": "refuse-rows", "code": "FIELD_INTEGRITY_EXCEPTION", "message": "No."}, object="Contact")
    export = f'{UPSERT}\nengine = "rest"\nrows_per_call = 5\n[behaviour]\nstop_after_rejects = 10'
    done = shared.run(contacts_job(tmp_path, "a.csv", name="enough", export=export))
    assert (done.last["outcome"], done.error["place"]) == ("failed", "behaviour.stop_after_rejects")
    org.clear_weather()
    resumed = shared.ask("resume", done.last["run"])
    assert not [line for line in resumed.lines if line.get("phase") == "settling"]
    assert resumed.counts() == {"read": 60, "created": 60 - done.last["rejected"], "rejected": done.last["rejected"]}


def test_a_run_stopped_for_its_share_of_rejects_goes_on_when_their_cause_is_mended(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    """R-203: whoever resumes it has seen them; the share holds for the other rows."""
    contacts_csv(tmp_path / "a.csv", range(4000, 4060))
    refusing = {"kind": "refuse-rows", "code": "FIELD_INTEGRITY_EXCEPTION", "message": "No."}
    org.weather(refusing, object="Contact")
    export = f'{UPSERT}\nengine = "rest"\nrows_per_call = 5\n[guard]\nmax_rejected_percent = 20'
    done = shared.run(contacts_job(tmp_path, "a.csv", name="share", export=export))
    assert (done.last["outcome"], done.error["place"]) == ("failed", "guard.max_rejected_percent")
    again = shared.ask("resume", done.last["run"])
    assert (again.last["outcome"], again.error["place"]) == ("failed", "guard.max_rejected_percent")
    assert "other rows are rejected" in again.error["message"]
    assert done.last["rejected"] < again.last["rejected"] < 60
    org.clear_weather()
    resumed = shared.ask("resume", done.last["run"])
    created, rejected = 60 - again.last["rejected"], again.last["rejected"]
    assert resumed.counts() == {"read": 60, "created": created, "rejected": rejected}


def test_a_run_that_is_through_is_not_stopped_any_more(shared: Program, org: Org, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "a.csv", range(2060, 2090))
    org.weather({"kind": "refuse-rows", "code": "FIELD_INTEGRITY_EXCEPTION", "message": "No."}, object="Contact")
    export = f'{UPSERT}\nengine = "bulk"\n[behaviour]\nstop_after_rejects = 10\nstop_after_same = 20'
    done = shared.run(contacts_job(tmp_path, "a.csv", name="all refused", export=export))
    assert (done.last["outcome"], done.counts(), done.code) == ("rejects", {"read": 30, "rejected": 30}, 1)


def test_the_many_children_of_parents_that_are_gone_do_not_stop_the_run(
    shared: Program, org: Org, tmp_path: Path
) -> None:
    gone = [org.post("sobjects/Account", {"Name": "Gone"})["id"] for _ in range(2)]
    assert all(org.send("DELETE", f"sobjects/Account/{each}").status_code == 204 for each in gone)
    there = org.rows("SELECT Id FROM Account LIMIT 1")[0]["Id"]
    parents = [*[gone[0]] * 30, *[gone[1]] * 30, *[there] * 10]
    rows = [f"K{key:06},Name {key},{parent}\n" for key, parent in enumerate(parents, start=1100)]
    (tmp_path / "a.csv").write_text("Key,Name,Email\n" + "".join(rows), encoding="utf-8")
    export = f'{UPSERT}\nspeed = "gentle"\nrows_per_call = 5\n[behaviour]\nstop_after_same = 20'
    job = contacts_job(tmp_path, "a.csv", name="orphans", export=export)
    job.write_text(job.read_text().replace('remote = "Email"', 'remote = "AccountId"'))
    assert shared.run(job).counts() == {"read": 70, "created": 10, "rejected": 60}


def test_a_run_goes_on_by_itself_after_an_error(shared: Program, org: Org, tmp_path: Path) -> None:
    """R-201, R-204: a quota is not waited for, and pauses the run."""
    contacts_csv(tmp_path / "a.csv", range(900, 910))
    org.weather("unavailable", path="/jobs/ingest$", method="POST", times=5)
    export = f'{UPSERT}\nengine = "bulk"\n[behaviour]\nretries = 1\nretry_after = "1s"'
    done = shared.run(contacts_job(tmp_path, "a.csv", name="again", export=export))
    assert done.counts() == {"read": 10, "created": 10}
    assert any("goes on by itself in 1 seconds" in line.get("message", "") for line in done.lines)


def test_a_lost_network_is_ridden_out(shared: Program, org: Org, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "a.csv", range(910, 920))
    org.weather("unavailable", path="/jobs/ingest$", method="POST", times=6)
    export = f'{UPSERT}\nengine = "bulk"\n[behaviour]\nride_out = "60s"'
    assert shared.run(contacts_job(tmp_path, "a.csv", name="ride", export=export)).counts() == {
        "read": 10,
        "created": 10,
    }


def test_rows_that_are_sent_by_parent_keep_their_own_results(shared: Program, org: Org, tmp_path: Path) -> None:
    """A complaint about other loaders: results stand on the wrong row."""
    accounts = [row["Id"] for row in org.rows("SELECT Id FROM Account ORDER BY Id LIMIT 4")]
    rows = [f"K{key:06},Name {key},{accounts[key % 4]}\n" for key in range(1000, 1040)]
    (tmp_path / "a.csv").write_text("Key,Name,Email\n" + "".join(rows), encoding="utf-8")
    job = contacts_job(tmp_path, "a.csv", name="by parent", export=f"{UPSERT}\nrows_per_call = 10")
    job.write_text(job.read_text().replace('remote = "Email"', 'remote = "AccountId"'))
    done = shared.run(job)
    assert done.counts() == {"read": 40, "created": 40}
    found = {row["Id"]: row["Legacy_Id__c"] for row in org.rows("SELECT Id, Legacy_Id__c FROM Contact")}
    lines = shared.ask("results", done.last["run"]).lines
    assert [found[line["_id"]] for line in lines] == [line["Key"] for line in lines]
