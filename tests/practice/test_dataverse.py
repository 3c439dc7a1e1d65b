"""The Dynamics environment of the practice org does what Microsoft documents, down to codes and shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.servers.dynamics import DynamicsServer, dynamics_server

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture(scope="module")
def server() -> Iterator[DynamicsServer]:
    with dynamics_server() as running:
        yield running


def error(reply: requests.Response) -> tuple[int, str, str]:
    said = reply.json()["error"]
    return reply.status_code, said["code"], said["message"]


def test_without_a_token_it_names_who_signs_in(server: DynamicsServer) -> None:
    reply = requests.get(server.root, timeout=100)
    told = reply.headers["WWW-Authenticate"]
    assert (reply.status_code, reply.content) == (401, b"")
    assert re.fullmatch(r"Bearer authorization_uri=\S+/oauth2/authorize, resource_id=\S+/", told)


def test_each_answer_carries_the_headers_of_the_service(server: DynamicsServer) -> None:
    headers = server.ask("GET", "WhoAmI()").headers
    assert headers["OData-Version"] == "4.0"
    assert headers["x-ms-dop-hint"].isdigit()
    assert headers["x-ms-ratelimit-burst-remaining-xrm-requests"].isdigit()
    assert headers["Content-Type"] == "application/json; odata.metadata=minimal"


def test_an_insert_answers_with_an_address_or_with_the_row(server: DynamicsServer) -> None:
    plain = server.ask("POST", "accounts", json={"name": "A"})
    assert (plain.status_code, plain.content) == (204, b"")
    assert re.search(r"/accounts\([0-9a-f-]{36}\)$", plain.headers["OData-EntityId"])
    full = server.ask("POST", "accounts?$select=name", json={"name": "B"}, headers={"Prefer": "return=representation"})
    assert (full.status_code, full.headers["Preference-Applied"]) == (201, "return=representation")
    assert list(full.json()) == ["@odata.context", "@odata.etag", "name", "accountid"]


def test_a_patch_creates_unless_it_says_otherwise(server: DynamicsServer) -> None:
    place = f"accounts({UNKNOWN})"
    refused = server.ask("PATCH", place, json={"name": "x"}, headers={"If-Match": "*"})
    assert error(refused) == (404, "0x80040217", f"account With Id = {UNKNOWN} Does Not Exist")
    assert server.ask("PATCH", place, json={"name": "x"}).status_code == 204
    assert error(server.ask("PATCH", place, json={"name": "x"}, headers={"If-None-Match": "*"}))[0] == 412
    etag = server.ask("GET", place).json()["@odata.etag"]
    assert server.ask("PATCH", place, json={"name": "y"}, headers={"If-Match": etag}).status_code == 204
    assert error(server.ask("PATCH", place, json={"name": "z"}, headers={"If-Match": etag}))[:2] == (412, "0x80060882")
    assert server.ask("DELETE", place).status_code == 204
    assert server.ask("DELETE", place).status_code == 404


@pytest.mark.parametrize(
    ("table", "body", "code"),
    [
        ("accounts", {"name": "x" * 161}, "0x80044331"),
        ("accounts", {"name": "x", "numberofemployees": -1}, "0x8004432f"),
        ("accounts", {"name": "x", "revenue": -1}, "0x80044330"),
        ("accounts", {"name": "x", "industrycode": 99}, "0x8004431a"),
        ("accounts", {"name": "x", "statecode": 0, "statuscode": 2}, "0x80048408"),
        ("accounts", {"name": "x", "bogus": 1}, "0x80048d19"),
        ("accounts", {"name": 7}, "0x80048d19"),
        ("accounts", {"name": "x", "numberofemployees": "7"}, "0x80048d19"),
        ("accounts", {"name": "x", "new_founded": "2024-02-30"}, "0x80048d19"),
        ("accounts", {"name": "x", "new_founded": "2024-02-01T00:00:00Z"}, "0x80048d19"),
        ("accounts", {"name": "x", "createdon": "2024-02-01T00:00:00Z"}, "0x80060888"),
        ("accounts", {"name": "x", "ParentAccountId@odata.bind": None}, "0x80048d19"),
        ("accounts", {"name": "x", "parentaccountid@odata.bind": f"accounts({UNKNOWN})"}, "0x80040217"),
        ("accounts", {"name": "x", "parentaccountid@odata.bind": "accounts(accountnumber='no')"}, "0x80060891"),
        ("contacts", {"lastname": "x", "parentcustomerid@odata.bind": f"accounts({UNKNOWN})"}, "0x80048d19"),
        ("contacts", {"lastname": "x", "new_externalid": "C-000001"}, "0x80060892"),
        ("new_projects", {"new_name": "x", "new_Customer": "y"}, "0x80048d19"),
        ("systemusers", {"fullname": "x"}, "0x80040220"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_own_code(
    server: DynamicsServer, table: str, body: dict[str, Any], code: str
) -> None:
    assert error(server.ask("POST", table, json=body))[1] == code


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("foos", 404, "Resource not found for the segment 'foos'."),
        ("accounts?$skip=5", 400, "The query parameter $skip is not supported"),
        ("accounts?$select=bogus", 400, "Could not find a property named 'bogus'"),
        ("accounts?$filter=year(createdon) eq 2024", 400, "not supported"),
        ("accounts?$filter=name eq 7", 400, "incompatible types"),
        ("accounts(bogus='x')", 400, "The key in the request URI is not valid"),
        ("contacts(new_code='x')", 400, "The key in the request URI is not valid"),
        ("accounts(accountnumber='a%2Fb')", 400, "Error in query syntax"),
        ("accounts?$top=6000", 400, "$top"),
        ("accounts?$filter=" + "x" * 33_000, 414, "length"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(server: DynamicsServer, path: str, status: int, words: str) -> None:
    found, _, message = error(server.ask("GET", path))
    assert found == status
    assert words in message


def test_texts_are_compared_without_case_and_with_wildcards(server: DynamicsServer) -> None:
    for name in ("wild 50%", "wild 500", "WILD_x"):
        server.add("accounts", {"name": name})

    def found(where: str) -> set[str]:
        return {row["name"] for row in server.rows("accounts", f"$filter={where}")}

    assert found("startswith(name,'WILD')") == {"wild 50%", "wild 500", "WILD_x"}
    assert found("contains(name,'50%25')") == {"wild 50%", "wild 500"}
    assert found("contains(name,'50[%25]')") == {"wild 50%"}
    assert found("name eq 'wild_X'") == {"WILD_x"}
    assert "wild 500" not in found("accountnumber ne 'x'")  # nothing differs from nothing


def test_a_batch_stops_or_goes_on_and_a_change_set_is_one(server: DynamicsServer) -> None:
    def part(line: str, body: str = "", number: int = 1) -> str:
        head = f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}"
        return f"{head}\r\n\r\n{line} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{body}\r\n"

    def ask(body: str, **headers: str) -> requests.Response:
        kind = {"Content-Type": "multipart/mixed; boundary=b", **headers}
        return server.ask("POST", "$batch", data=body.encode(), headers=kind)

    good, bad = part("POST accounts", '{"name":"in a batch"}'), part("POST accounts", '{"bogus":1}')
    body = f"--b\r\n{bad}--b\r\n{good}--b--\r\n"
    stopped, going = ask(body), ask(body, Prefer="odata.continue-on-error")
    assert (stopped.status_code, stopped.text.count("HTTP/1.1")) == (400, 1)
    assert (going.status_code, re.findall(r"HTTP/1.1 (\d+)", going.text)) == (200, ["400", "204"])
    assert going.text.startswith("--batchresponse_")
    count = len(server.rows("accounts"))
    head = "Content-Type: multipart/mixed; boundary=c\r\n\r\n"
    second = part("POST accounts", '{"bogus":1}', 2)
    inner = f"--b\r\n{head}--c\r\n{good}--c\r\n{second}--c--\r\n--b--\r\n"
    assert "changesetresponse_" in ask(inner, Prefer="odata.continue-on-error").text
    assert len(server.rows("accounts")) == count  # all of it, or nothing


def test_multiples_are_all_or_nothing(server: DynamicsServer) -> None:
    kind = {"@odata.type": "Microsoft.Dynamics.CRM.account"}
    count = len(server.rows("accounts"))
    targets = [{**kind, "name": "a"}, {**kind, "name": "x" * 161}]
    place = "accounts/Microsoft.Dynamics.CRM.CreateMultiple"
    assert error(server.ask("POST", place, json={"Targets": targets}))[1] == "0x80044331"
    assert len(server.rows("accounts")) == count
    assert len(server.ask("POST", place, json={"Targets": targets[:1] * 3}).json()["Ids"]) == 3
    missing = server.ask("POST", place.replace("Create", "Delete"), json={"Targets": targets})
    assert error(missing)[2] == "DeleteMultiple has not yet been implemented."


def test_changes_go_by_tokens_that_expire(server: DynamicsServer) -> None:
    track = {"Prefer": "odata.track-changes"}
    for option in ("$filter=statecode eq 0", "$orderby=name", "$top=3"):
        assert (
            "isn't supported when Change Tracking" in error(server.ask("GET", f"accounts?{option}", headers=track))[2]
        )
    assert "not enabled" in error(server.ask("GET", "tasks", headers=track))[2]
    mine = server.add("accounts", {"name": "tracked"})
    link = server.ask("GET", "accounts?$select=name", headers=track).json()["@odata.deltaLink"]
    server.ask("DELETE", f"accounts({mine})")
    found = server.ask("GET", link).json()
    assert found["@odata.context"].endswith("#accounts/$delta")
    assert [(row.get("id"), row.get("reason")) for row in found["value"]] == [(mine, "deleted")]
    server.move_clock(31 * 86400)
    status, _, message = error(server.ask("GET", link))
    server.move_clock(-31 * 86400)
    assert (status, "expired" in message) == (400, True)


def test_a_delete_that_others_forbid_is_refused_and_others_let_go(server: DynamicsServer) -> None:
    held, free = server.add("accounts", {"name": "held"}), server.add("accounts", {"name": "free"})
    server.add("contacts", {"lastname": "x", "new_Employer@odata.bind": f"accounts({held})"})
    child = server.add("accounts", {"name": "child", "parentaccountid@odata.bind": f"/accounts({free})"})
    assert error(server.ask("DELETE", f"accounts({held})"))[:2] == (405, "0x80040227")
    assert server.ask("DELETE", f"accounts({free})").status_code == 204
    row = server.row("accounts", child)
    assert row is not None
    assert row["_parentaccountid_value"] is None


def test_service_protection_counts_requests_and_those_at_once(server: DynamicsServer) -> None:
    server.control("limits", {"requests": 2, "window": 300})
    replies = [server.ask("GET", "WhoAmI()") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert error(replies[2])[1] == "0x80072322"
    assert 0 < int(replies[2].headers["Retry-After"]) <= 301
    server.control("limits", {"requests": 6000, "at_once": 1})
    with ThreadPoolExecutor(8) as pool:
        codes = {reply.status_code for reply in pool.map(lambda _: server.ask("GET", "contacts"), range(24))}
    server.reset()
    assert codes <= {200, 429}


def test_rows_survive_the_server(tmp_path: Path) -> None:
    with dynamics_server(tmp_path) as first:
        made, organization = first.add("accounts", {"name": "kept", "revenue": 12.5}), first.organization_id
        gone = first.add("accounts", {"name": "gone"})
        link = first.ask("GET", "accounts", headers={"Prefer": "odata.track-changes"}).json()["@odata.deltaLink"]
        first.ask("DELETE", f"accounts({gone})")
    with dynamics_server(tmp_path) as second:
        row = second.row("accounts", made)
        assert row is not None
        assert (row["name"], float(row["revenue"]), second.organization_id) == ("kept", 12.5, organization)
        again = second.ask("GET", "accounts?" + link.partition("?")[2]).json()
        assert [entry["id"] for entry in again["value"] if "reason" in entry] == [gone]


def test_another_host_and_a_control_without_the_token_are_turned_away(server: DynamicsServer) -> None:
    assert server.ask("GET", "WhoAmI()", headers={"Host": "evil.example"}).status_code == 421
    assert requests.get(f"{server.url}/practice/log", timeout=100).status_code == 401


def _set_of(*parts: tuple[str, str, str]) -> bytes:
    """A batch with one change set; each part is method, address and body."""
    inner = "".join(
        f"--c\r\nContent-Type: application/http\r\nContent-ID: {number}\r\n\r\n{method} {address} HTTP/1.1\r\n"
        f"Content-Type: application/json\r\n\r\n{body}\r\n"
        for number, (method, address, body) in enumerate(parts, 1)
    )
    return f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{inner}--c--\r\n--b--\r\n".encode()


def test_a_member_of_a_change_set_names_what_an_earlier_one_has_made(server: DynamicsServer) -> None:
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    company = ("POST", "/api/data/v9.2/accounts", '{"name":"Referred to"}')
    person = ("POST", "/api/data/v9.2/contacts", '{"lastname":"Refers","new_Employer@odata.bind": "$1"}')
    change = ("PATCH", "$2", '{"firstname":"Now"}')
    done = server.ask("POST", "$batch", data=_set_of(company, person, change), headers=headers)
    assert done.text.count("HTTP/1.1 204") == 3
    [found] = server.rows("contacts", "$filter=lastname eq 'Refers'")
    [employer] = server.rows("accounts", "$filter=name eq 'Referred to'")
    assert (found["_new_employer_value"], found["firstname"]) == (employer["accountid"], "Now")
    ahead = server.ask("POST", "$batch", data=_set_of(person, company), headers=headers)
    assert "Content-ID Reference: '$1' does not exist in the batch context." in ahead.text
    assert len(server.rows("contacts", "$filter=lastname eq 'Refers'")) == 1
