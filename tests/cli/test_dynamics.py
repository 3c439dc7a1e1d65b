"""A Dynamics account from the command line, end to end."""

from __future__ import annotations

import csv
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import Program, profile
from tests.servers.dynamics import SECRET, DynamicsServer, dynamics_server

_HEAD = """
version = 1
account = "Dynamics"
"""


@pytest.fixture(scope="module")
def server() -> Iterator[DynamicsServer]:
    with dynamics_server(accounts=8, contacts=30) as running:
        yield running


@pytest.fixture(scope="module")
def signed(server: DynamicsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with an account that signs in by a secret, which the environment gives."""
    with profile(tmp_path_factory.mktemp("dynamics"), CRMDESK_SECRET_DYNAMICS=SECRET) as program:
        url = f"{server.url}/main.aspx?pagetype=entityrecord"
        where = ("--kind", "dynamics", "--url", url, "--auth", "client-credentials", "--client-id", server.client_id)
        added = program.ask("account", "add", "Dynamics", *where)
        assert (added.code, added.last["url"]) == (0, server.url)
        yield program


def job(folder: Path, name: str, text: str) -> Path:
    place = folder / f"{name}.toml"
    place.write_text(f'{_HEAD}name = "{name}"\n{text}', encoding="utf-8")
    return place


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_account_is_tested_and_tells_its_tables_and_columns(signed: Program, server: DynamicsServer) -> None:
    """R-013, R-023, R-025, R-026."""
    tested = signed.ask("account", "test", "dynamics")
    assert (tested.code, tested.last["user"]) == (0, "daemon@practice.example")
    assert tested.last["organization_id"] == server.organization_id
    names = [line["name"] for line in signed.ask("objects", "dynamics").lines]
    assert {"account", "contact", "new_project"} <= set(names)
    fields = {line["name"]: line for line in signed.ask("describe", "dynamics", "contact").lines}
    assert fields["new_externalid"]["external_id"]
    assert fields["parentcustomerid"]["why_not"]
    assert fields["parentcustomerid_account"]["references"] == ["account"]


def test_contacts_are_imported_filtered_with_their_companies_names(
    signed: Program, server: DynamicsServer, tmp_path: Path
) -> None:
    """R-126, R-037, R-097: pages, a filter at the source, an order, a parent's field, a date of the zone."""
    server.control("rules", {"page": 7})
    text = """
object = "contact"
operation = "import"
[local]
path = "out.csv"
time_zone = "Europe/Stockholm"
[[mapping]]
remote = "new_externalid"
local = "key"
[[mapping]]
remote = "parentcustomerid_account.name"
local = "company"
[[mapping]]
remote = "donotemail"
local = "quiet"
[filter]
all = [ { field = "donotemail", op = "=", value = false } ]
[[order_by]]
field = "new_externalid"
direction = "desc"
"""
    answer = signed.run(job(tmp_path, "contacts", text))
    wanted = [row["new_externalid"] for row in server.rows("contacts", "$filter=donotemail eq false")]
    assert answer.counts() == {"read": len(wanted), "created": len(wanted)}
    found = read(tmp_path / "out.csv")
    assert [row["key"] for row in found] == sorted(wanted, reverse=True)
    assert all(row["company"] for row in found)


def test_contacts_are_upserted_by_an_alternate_key_and_rejects_are_mended(
    signed: Program, server: DynamicsServer, tmp_path: Path
) -> None:
    """R-148, R-150: a lookup by the account's number, a list by its words, rejects with a card each."""
    text = """
object = "contact"
operation = "export"
[local]
path = "in.csv"
[[mapping]]
remote = "new_externalid"
local = "key"
[[mapping]]
remote = "lastname"
local = "name"
[[mapping]]
remote = "creditlimit"
local = "limit"
[[mapping]]
remote = "parentcustomerid_account"
lookup = { column = "company", object = "account", key = "accountnumber", not_found = "reject" }
[export]
action = "upsert"
key = "new_externalid"
"""
    source = tmp_path / "in.csv"
    lines = ["key,name,limit,company", "C-000001,Changed,12.5,ACC-000001", "N/1,New,7,acc-000002", "N-2,Lost,1,ACC-999"]
    lines += ["N-3,Rich,-5,ACC-000001"]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = signed.run(job(tmp_path, "upsert", text))
    assert done.counts() == {"read": 4, "created": 1, "updated": 1, "rejected": 2}, done
    rejects = {line["row"]: line for line in signed.ask("rejects", done.last["run"]).lines if "row" in line}
    assert (rejects[4]["code"], rejects[4]["stage"]) == ("0x8004432f", "convert")
    companies = {row["accountnumber"]: row["accountid"] for row in server.rows("accounts")}
    held = {row["new_externalid"]: row for row in server.rows("contacts")}
    assert (held["C-000001"]["lastname"], held["C-000001"]["creditlimit"]) == ("Changed", 12.5)
    assert held["N/1"]["_parentcustomerid_value"] == companies["ACC-000002"]
    corrected = tmp_path / "corrected.csv"
    signed.ask("rejects", done.last["run"], "--csv", corrected)
    corrected.write_text(corrected.read_text(encoding="utf-8-sig").replace("-5", "5").replace("ACC-999", "ACC-000003"))
    again = signed.ask("retry", done.last["run"], "--from", corrected, "--yes")
    assert again.counts() == {"read": 2, "created": 2}


def test_only_what_changed_since_is_imported_and_deletions_come_from_the_audit_log(
    signed: Program, server: DynamicsServer, tmp_path: Path
) -> None:
    """R-117, R-176: modifiedon by itself; deleted accounts with the time of their deletion."""
    text = """
object = "account"
operation = "import"
[local]
path = "accounts.csv"
[[mapping]]
remote = "name"
local = "name"
[index]
mode = "automatic"
lag_seconds = 0
"""
    place = job(tmp_path, "accounts", text)
    server.move_clock(5)
    first = signed.run(place)
    assert first.counts()["read"] == len(server.rows("accounts"))
    assert signed.run(place).counts() == {}
    made = server.add("accounts", {"name": "Fresh"})
    server.move_clock(5)
    assert signed.run(place).counts() == {"read": 1, "created": 1}
    server.ask("DELETE", f"accounts({made})")
    server.move_clock(5)
    gone = """
object = "account"
operation = "import-deleted"
[local]
path = "gone.csv"
[period]
mode = "automatic"
lag_seconds = 0
"""
    answer = signed.run(job(tmp_path, "gone", gone))
    assert answer.counts() == {"read": 1, "deleted": 1}, answer
    assert [row["accountid"] for row in read(tmp_path / "gone.csv")] == [made]
    server.control("set", {"tables": {"account": {"is_audited": False}}})
    refused = signed.ask("check", tmp_path / "gone.toml")
    server.control("set", {"tables": {"account": {"is_audited": True}}})
    assert refused.code == 2
    assert "no audit log" in refused.stdout
    assert 'mode = \\"compare\\"' in refused.stdout


def test_a_table_follows_the_crm_by_its_own_tokens_deletions_too(
    signed: Program, server: DynamicsServer, tmp_path: Path
) -> None:
    """R-125, R-176: everything once, then what changed and what is gone; an expired token is said, never read over."""
    text = f"""
object = "contact"
operation = "import"
[local]
database = "sqlite:///{tmp_path}/crm.db"
table = "contacts"
mode = "merge"
[[mapping]]
remote = "lastname"
local = "name"
[index]
mode = "tracked"
deleted = "remove"
"""

    def rows() -> dict[str, str]:
        with closing(sqlite3.connect(tmp_path / "crm.db")) as database:
            return dict(database.execute("SELECT contactid, name FROM contacts"))

    place = job(tmp_path, "tracked", text)
    first = signed.run(place)
    there = {row["contactid"]: row["lastname"] for row in server.rows("contacts")}
    assert (first.counts()["read"], rows()) == (len(there), there)
    gone, changed = list(there)[:2]
    server.ask("DELETE", f"contacts({gone})")
    server.ask("PATCH", f"contacts({changed})", json={"lastname": "Changed"})
    server.add("contacts", {"lastname": "Added"})
    before = len(server.log())
    second = signed.run(place)
    assert second.counts() == {"read": 3, "created": 1, "updated": 1, "deleted": 1}, second.stdout
    assert rows() == {row["contactid"]: row["lastname"] for row in server.rows("contacts")}
    assert any("$deltatoken=" in line for line in server.log()[before:])
    assert signed.run(place).counts() == {}
    server.move_clock(40 * 86400)
    expired = signed.run(place)
    assert (expired.code, "not known any more" in expired.error["message"]) == (2, True)
    option = "LASTIMPORT_dynamics_tracked"
    assert signed.ask("options", "set", option, "").code == 0
    assert signed.run(place).counts()["read"] == len(rows())
    signed.ask("options", "set", option, "2026/01/01 00:00:00")
    assert "no token goes with it" in signed.run(place).error["message"]


def test_a_run_is_taken_back_where_nobody_else_has_touched_the_record(
    signed: Program, server: DynamicsServer, tmp_path: Path
) -> None:
    """Who changed a record is read beside the time of it."""
    ids = [server.add("accounts", {"name": f"Undo {number}"}) for number in range(3)]
    text = """
object = "account"
operation = "export"
[local]
path = "undo.csv"
[[mapping]]
remote = "accountid"
local = "id"
[[mapping]]
remote = "name"
local = "name"
[export]
action = "update"
key = "accountid"
before_values = true
"""
    (tmp_path / "undo.csv").write_text("id,name\n" + "".join(f"{each},Done\n" for each in ids), encoding="utf-8")
    done = signed.run(job(tmp_path, "undo", text))
    assert done.counts() == {"read": 3, "updated": 3}
    server.ask("PATCH", f"accounts({ids[1]})", json={"name": "Mine"})
    back = signed.ask("undo", done.last["run"], "--yes")
    assert back.counts() == {"read": 3, "updated": 2, "rejected": 1}, back
    names = [server.row("accounts", each)["name"] for each in ids]  # type: ignore[index]
    assert names == ["Undo 0", "Mine", "Undo 2"]


def test_a_run_that_is_killed_is_finished_without_losing_or_doubling_a_row(
    signed: Program, server: DynamicsServer, tmp_path: Path
) -> None:
    """R-202, R-210: new records without any key of their own, killed between batches and within one."""
    text = """
object = "new_project"
operation = "export"
[local]
path = "projects.csv"
[[mapping]]
remote = "new_name"
local = "name"
[export]
action = "insert"
rows_per_call = 5
"""
    (tmp_path / "projects.csv").write_text("name\n" + "".join(f"Project {n}\n" for n in range(100)), encoding="utf-8")
    server.storm(seconds=0.2, times=1000, applies=True, status=0)
    started = signed.start("run", job(tmp_path, "projects", text), "--yes", "--json")
    deadline = time.monotonic() + 30
    while len(server.rows("new_projects")) < 15 and time.monotonic() < deadline:
        time.sleep(0.05)
    started.kill()
    started.wait()
    server.control("storm", method="DELETE")
    run = signed.ask("runs").lines[-1]["run"]
    done = signed.ask("resume", run)
    assert done.counts() == {"read": 100, "created": 100}, done.stdout
    names = [row["new_name"] for row in server.rows("new_projects")]
    assert sorted(names) == sorted(f"Project {n}" for n in range(100))


def test_accounts_are_deleted_by_id(signed: Program, server: DynamicsServer, tmp_path: Path) -> None:
    """R-180, R-184."""
    ids = [server.add("accounts", {"name": f"Gone {number}"}) for number in range(3)]
    text = """
object = "account"
operation = "delete"
[local]
path = "ids.csv"
[[mapping]]
remote = "accountid"
local = "id"
"""
    (tmp_path / "ids.csv").write_text("id\n" + "".join(f"{each}\n" for each in [*ids, ids[0][:-4] + "0000"]))
    answer = signed.run(job(tmp_path, "deletes", text))
    assert answer.counts() == {"read": 4, "deleted": 3, "rejected": 1}, answer.stdout
