"""Writing to Dynamics: batches, links, alternate keys, refusals, limits."""

from __future__ import annotations

import time

import pytest

from crmdesk.connectors.contract import Query
from crmdesk.connectors.dynamics.session import RATE
from crmdesk.connectors.odata.sink import IN_FLIGHT
from crmdesk.connectors.token import CancelToken
from crmdesk.model.filter import Condition, Operator
from crmdesk.model.job import Action
from tests.connectors.workbench import Rows, Workbench
from tests.servers.dynamics import DynamicsServer

NOBODY = "00000000-0000-4000-8000-00000000dead"


def writes(server: DynamicsServer) -> list[str]:
    return [line.removesuffix(" writes") for line in server.log() if line.endswith(" writes")]


def test_rows_go_a_hundred_in_a_batch_and_each_has_its_own_result(bench: Workbench, server: DynamicsServer) -> None:
    """R-150, R-184: 250 rows are 3 calls; the one that is refused holds up no other."""
    before = len(writes(server))
    rows: Rows = [{"name": f"Batch {n}" if n != 77 else "x" * 161} for n in range(250)]
    done = bench.write("account", Action.INSERT, rows)
    assert [line.split(" ")[1] for line in writes(server)[before:]] == ["/api/data/v9.2/$batch"] * 3
    refused = done.row(77, named=True)
    assert (refused["outcome"], refused["code"], refused["field"]) == ("rejected", "0x80044331", "name")
    assert done["outcome"].to_list().count("created") == 249
    ids = done["id"].drop_nulls().to_list()
    assert server.row("accounts", ids[100])["name"] == "Batch 101"  # type: ignore[index]
    nobody = "00000000-0000-4000-8000-00000000dead"
    gone = bench.write("account", Action.DELETE, [{"accountid": each} for each in [*ids, nobody]], "accountid")
    assert gone["outcome"].to_list() == ["deleted"] * 249 + ["rejected"]
    assert gone.row(249, named=True)["code"] == "0x80040217"


def test_more_than_a_thousand_never_go_in_one_batch(bench: Workbench) -> None:
    """R-317."""
    bench.rows_per_call = 5000
    with bench.sink("account", Action.INSERT, ["name"], None) as sink:
        assert sink.packing.max_rows == 1000
    bench.rows_per_call = 1
    with bench.sink("account", Action.INSERT, ["name"], None) as sink:
        assert sink.packing.max_rows == 1


def test_links_are_written_by_the_navigation_property_and_cleared(bench: Workbench, server: DynamicsServer) -> None:
    """R-026: owner, single lookups, and each kind of a lookup of several."""
    employer = server.add("accounts", {"name": "Employer"})
    owner = next(row["systemuserid"] for row in server.rows("systemusers") if row["fullname"] == "Erik Svensson")
    fields = ["lastname", "new_employer", "parentcustomerid_account", "ownerid"]
    row = dict(zip(fields, ["Linked", employer, employer.upper(), owner], strict=True))
    done = bench.write("contact", Action.INSERT, [row])
    [id_] = done["id"]
    held = server.row("contacts", id_)
    assert held is not None
    assert (held["_new_employer_value"], held["_parentcustomerid_value"]) == (employer, employer)
    assert held["_ownerid_value"] == owner
    cleared = bench.write("contact", Action.UPDATE, [{"contactid": id_, "new_employer": ""}], "contactid")
    assert cleared["outcome"].to_list() == ["updated"]
    after = server.row("contacts", id_)
    assert after is not None
    assert (after["_new_employer_value"], after["_parentcustomerid_value"]) == (None, employer)


@pytest.mark.parametrize("hostile", ["no guid", "a)/x", "') or (1 eq 1", "accounts(1)", "'"])
def test_what_is_no_id_links_to_nothing_and_is_refused_alone(bench: Workbench, hostile: str) -> None:
    """R-334."""
    rows: Rows = [{"lastname": "One", "new_employer": hostile}, {"lastname": "Two", "new_employer": None}]
    done = bench.write("contact", Action.INSERT, rows)
    assert done["outcome"].to_list() == ["rejected", "created"]


@pytest.mark.parametrize("key", ["A/B", "50%", "x&y", "C#1", "a+b", "n?", "O'Neil", "plain", "a b", "ü"])
def test_an_upsert_by_any_key_makes_one_record_and_then_changes_it(
    bench: Workbench, server: DynamicsServer, key: str
) -> None:
    """R-148: a key that no address may hold is looked up instead."""
    first = bench.write("contact", Action.UPSERT, [{"lastname": "One", "new_externalid": key}], "new_externalid")
    second = bench.write("contact", Action.UPSERT, [{"lastname": "Two", "new_externalid": key}], "new_externalid")
    assert (first["outcome"].to_list(), second["outcome"].to_list()) == (["created"], ["updated"])
    assert first["id"].to_list() == second["id"].to_list()
    held = [row["lastname"] for row in server.rows("contacts") if row["new_externalid"] == key]
    assert held == ["Two"]


@pytest.mark.parametrize("name", ["A/B", "50%", "O'Neil, Inc", "a\\b", "plain", "x, y", "ü #1", "C)"])
def test_an_upsert_by_several_columns_makes_one_record_and_then_changes_it(
    bench: Workbench, server: DynamicsServer, name: str
) -> None:
    """R-148: whatever stands in the columns, and if an answer is lost."""
    first: Rows = [{"name": name, "address1_city": "Oslo, N", "description": "One"}]
    done = bench.write("account", Action.UPSERT, first, "address1_city, name")
    bench.token.sleep(3600)
    server.storm(applies=True)
    other: Rows = [{**first[0], "address1_city": "Bergen"}, {**first[0], "description": "Two"}]
    again = bench.write("account", Action.UPSERT, other, "name, address1_city")
    assert (done["outcome"].to_list(), again["outcome"].to_list()) == (["created"], ["created", "updated"])
    assert again["id"].to_list()[1:] == done["id"].to_list()
    held = [(row["address1_city"], row["description"]) for row in server.rows("accounts") if row["name"] == name]
    assert sorted(held) == [("Bergen", "One"), ("Oslo, N", "Two")]


def test_keys_of_several_columns_are_of_any_type_but_moments(bench: Workbench, server: DynamicsServer) -> None:
    """R-148: a lookup, a whole and a decimal number, and a date find a record; what comes back is the same key."""
    [customer] = [server.add("accounts", {"name": "Customer"})]
    key = "new_customer, new_phase, new_start, new_share"
    row = {"new_customer": customer, "new_phase": "7", "new_start": "2026-01-31", "new_share": "12.5", "new_name": "A"}
    done = bench.write("new_project", Action.UPSERT, [row], key)
    again = bench.write("new_project", Action.UPSERT, [{**row, "new_share": "12.50", "new_name": "B"}], key)
    assert (done["outcome"][0], again["outcome"][0], done["id"][0]) == ("created", "updated", again["id"][0])
    where = Condition(key, Operator.EQUAL, f"{customer}, 7, 2026-01-31, 12.5")
    [found] = list(bench.session.source(Query("new_project", (key, "new_name"), where)).batches(CancelToken()))
    assert found.frame.drop("__row__").rows() == [(f"{customer}, 7, 2026-01-31, 12.5", "B")]


def test_an_upsert_by_the_id_inserts_without_one_and_never_with_an_unknown_one(
    bench: Workbench, server: DynamicsServer
) -> None:
    """R-147."""
    known = server.add("accounts", {"name": "Known"})
    unknown = "00000000-0000-4000-8000-00000000dead"
    rows: Rows = [{"accountid": each, "name": "Upserted"} for each in (known, "", unknown)]
    done = bench.write("account", Action.UPSERT, rows, "accountid")
    assert done["outcome"].to_list() == ["updated", "created", "rejected"]
    assert server.row("accounts", unknown) is None


@pytest.mark.parametrize("number", [1, 3])
def test_a_new_record_that_something_on_the_way_sent_twice_is_there_and_no_reject(
    bench: Workbench, server: DynamicsServer, number: int
) -> None:
    """R-202: the id that is taken then is the one that was made for it."""
    server.storm(applies=True, status=429, headers={"Retry-After": "0"})
    done = bench.write("account", Action.INSERT, [{"name": f"Repeated {number} {n}"} for n in range(number)])
    assert done["outcome"].to_list() == ["created"] * number
    found = server.rows("accounts", f"$filter=startswith(name,'Repeated {number}')")
    assert {row["accountid"] for row in found} == set(done["id"])


def test_an_upsert_whose_answer_was_lost_is_found_again(bench: Workbench, server: DynamicsServer) -> None:
    """R-202."""
    server.add("contacts", {"lastname": "Old", "new_externalid": "L-1"})
    bench.token.sleep(3600)
    bench.described("contact")
    server.storm(applies=True)
    rows: Rows = [{"lastname": "New", "new_externalid": f"L-{n}"} for n in range(1, 4)]
    done = bench.write("contact", Action.UPSERT, rows, "new_externalid")
    assert done["outcome"].to_list() == ["updated", "created", "created"]
    found = server.rows("contacts", "$filter=startswith(new_externalid,'L-')")
    assert len(found) == 3


def test_an_upsert_that_made_a_record_counts_it_as_made_whatever_was_rounded(
    bench: Workbench, server: DynamicsServer
) -> None:
    """R-202: the answer was lost; a key that no address holds is one of those."""
    bench.described("contact")
    server.storm(applies=True)
    rows: Rows = [{"lastname": "Round", "new_externalid": key, "creditlimit": "1.239"} for key in ("R-1", "R/2")]
    done = bench.write("contact", Action.UPSERT, rows, "new_externalid")
    assert done["outcome"].to_list() == ["created", "created"]
    held = server.rows("contacts", "$filter=lastname eq 'Round'")
    assert sorted(done["id"]) == sorted(row["contactid"] for row in held)


def test_an_id_of_ours_tells_whose_record_it_is_whatever_was_made_of_its_values(
    bench: Workbench, server: DynamicsServer
) -> None:
    """R-202: plug-ins may change values; the ids were stored before anything left."""
    bench.described("account")
    server.storm(applies=True)
    with bench.sink("account", Action.INSERT, ["name", "revenue"], None) as sink:
        payloads = bench.payloads(sink.packing, [{"name": f"Twin {n}", "revenue": "1.239"} for n in range(3)])
        receipts = list(sink.write(iter(payloads), bench.token))
    assert [line for receipt in receipts for line in receipt.rows["outcome"]] == ["created"] * 3
    twins = server.rows("accounts", "$filter=startswith(name,'Twin ')")
    assert len(twins) == 3


def test_a_duplicate_rule_refuses_unless_duplicates_are_allowed(bench: Workbench, server: DynamicsServer) -> None:
    """The environment's own rule, by its own code."""
    server.control("rules", {"duplicates": ["account"]})
    server.add("accounts", {"name": "Double"})
    done = bench.write("account", Action.INSERT, [{"name": "double"}])
    assert (done["outcome"][0], done["code"][0]) == ("rejected", "0x80040333")


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({"name": "Other reason", "statecode": "1", "statuscode": "1"}, "0x80048408", "statuscode"),
        ({"name": "Taken", "accountnumber": "ACC-000001"}, "0x80060892", "accountnumber"),
        ({"name": "Orphan", "parentaccountid": NOBODY.upper()}, "0x80040217", "parentaccountid"),
    ],
)
def test_a_refusal_names_the_field_it_is_about(bench: Workbench, row: dict[str, str], code: str, field: str) -> None:
    """R-165: what can be done about it needs the column."""
    done = bench.write("account", Action.INSERT, [row])
    assert (done["outcome"][0], done["code"][0], done["field"][0]) == ("rejected", code, field)


def test_a_record_that_is_not_there_is_told_by_its_own_id(bench: Workbench) -> None:
    done = bench.write("account", Action.UPDATE, [{"accountid": NOBODY, "name": "Gone"}], "accountid")
    assert (done["code"][0], done["field"][0]) == ("0x80040217", "accountid")


@pytest.mark.parametrize("rows", [1, 2])
def test_a_right_that_is_missing_for_a_record_rejects_it_alone_or_in_company(
    bench: Workbench, server: DynamicsServer, rows: int
) -> None:
    """R-188: it may be the record's new owner who lacks it; a last row that goes alone ends no run."""
    server.control("rules", {"forbidden": ["contact"]})
    done = bench.write("contact", Action.INSERT, [{"lastname": "Not mine"}] * rows)
    assert done["outcome"].to_list() == ["rejected"] * rows
    assert set(done["code"]) == {"0x80040220"}


def test_words_of_a_plug_in_and_a_missing_right_are_told_as_they_are(bench: Workbench, server: DynamicsServer) -> None:
    """R-165, R-191."""
    server.control("rules", {"stops": {"Forbidden": "No more of these, says the controller."}})
    done = bench.write("account", Action.INSERT, [{"name": "Forbidden"}, {"name": "Fine"}])
    assert done["outcome"].to_list() == ["rejected", "created"]
    assert (done["code"][0], done["message"][0]) == ("0x80040265", "No more of these, says the controller.")


def test_a_moment_of_protection_is_waited_for_by_all_and_costs_no_row(bench: Workbench, server: DynamicsServer) -> None:
    """R-199: 429 with Retry-After; the wait is kept, and every row arrives once."""
    bench.described("account")
    server.control("limits", {"requests": 3, "window": 2})
    began = time.monotonic()
    # Seven calls: six may find room on the two sides of the end of a window.
    slow = Workbench(bench.session, bench.folder, rows_per_call=5, token=CancelToken())
    done = slow.write("account", Action.INSERT, [{"name": f"Patient {n}"} for n in range(35)])
    assert done["outcome"].to_list() == ["created"] * 35
    assert time.monotonic() - began >= 1
    server.reset()
    query = Query("account", ("name",), Condition("name", Operator.STARTS_WITH, "Patient"))
    assert bench.session.source(query).count() == 35


def test_the_known_limits_of_the_service_are_kept() -> None:
    """R-315: 6,000 requests in five minutes, and 52 at once."""
    assert (RATE.requests, RATE.seconds) == (6000, 300)
    assert IN_FLIGHT <= 52
