"""What people bring to a Dynamics environment, and what it then holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.program import Answer, Program, profile
from tests.servers.dynamics import SECRET, DynamicsServer, dynamics_server

NOBODY = "00000000-0000-4000-8000-00000000dead"


@dataclass(frozen=True)
class Writing:
    """The program with an account of the environment."""

    program: Program
    server: DynamicsServer
    folder: Path

    def job(self, name: str, table: str, rows: Sequence[Mapping[str, str]], lines: str, head: str = "") -> Path:
        """A job over `rows`; `head` is `export`, an action, or the whole of what stands above [local]."""
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        place = self.folder / f"{name}.toml"
        top = f'version = 1\nname = "{name}"\naccount = "Dynamics"\nobject = "{table}"\n{head or _EXPORT}\n'
        place.write_text(f'{top}[local]\npath = "{name}.csv"\n{lines}', encoding="utf-8")
        return place

    def rejects(self, done: Answer) -> dict[int, tuple[str, str]]:
        """Field and code of each rejected row."""
        lines = self.program.ask("rejects", done.last["run"]).lines
        return {line["row"]: (line["field"], line["code"]) for line in lines if "row" in line}


_EXPORT = 'operation = "export"'
DELETE = 'operation = "delete"'


def mapped(*pairs: str) -> str:
    """Lines of a mapping: `field=column`, and what else stands in a line behind a bar."""
    found = []
    for pair in pairs:
        names, _, more = pair.partition("|")
        remote, _, local = names.partition("=")
        found.append(f'[[mapping]]\nremote = "{remote}"\nlocal = "{local}"\n{more}\n')
    return "".join(found)


def export(action: str, key: str = "", more: str = "") -> str:
    named = f'key = "{key}"\n' if key else ""
    return f'[export]\naction = "{action}"\n{named}{more}'


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    folder = tmp_path_factory.mktemp("dynamics")
    with dynamics_server(accounts=4, contacts=4) as server, profile(folder, CRMDESK_SECRET_DYNAMICS=SECRET) as program:
        where = ("--kind", "dynamics", "--url", server.url, "--auth", "client-credentials")
        assert program.ask("account", "add", "Dynamics", *where, "--client-id", server.client_id).code == 0
        yield Writing(program, server, folder)


@pytest.fixture(autouse=True)
def _as_it_was(writing: Writing) -> None:
    writing.server.reset()


def test_a_record_is_found_by_its_id_however_that_is_written(writing: Writing) -> None:
    """R-147: braces, capitals and blanks make no other record; what is no id is one reject and stops nothing."""
    one, two, three = (writing.server.add("accounts", {"name": f"Id {n}"}) for n in range(3))
    ids = [one.upper(), f" {{{two.upper()}}} ", "no guid", "", NOBODY, three, f"{{{three}}}"]
    rows = [{"id": each, "name": f"Changed {place}"} for place, each in enumerate(ids)]
    lines = mapped("accountid=id", "name=name")
    updated = writing.program.run(writing.job("by-id", "account", rows, lines + export("update", "accountid")))
    assert updated.counts() == {"read": 7, "updated": 2, "rejected": 5}
    assert writing.rejects(updated) == {
        3: ("accountid", "NOT_AN_ID"),
        4: ("accountid", "KEY_EMPTY"),
        5: ("accountid", "0x80040217"),
        6: ("accountid", "KEY_TWICE"),
        7: ("accountid", "KEY_TWICE"),
    }
    held = [row["name"] for each in (one, two, three) if (row := writing.server.row("accounts", each))]
    assert held == ["Changed 0", "Changed 1", "Id 2"]
    upserted = writing.program.run(
        writing.job("upsert-by-id", "account", rows[:5], lines + export("upsert", "accountid"))
    )
    assert upserted.counts() == {"read": 5, "created": 1, "updated": 2, "rejected": 2}
    deleted = writing.program.run(
        writing.job("delete-by-id", "account", [{"id": each} for each in ids[:3]], mapped("accountid=id"), DELETE)
    )
    assert deleted.counts() == {"read": 3, "deleted": 2, "rejected": 1}
    assert writing.server.row("accounts", two) is None


def test_a_link_to_several_kinds_of_record_keeps_the_one_that_is_named_and_comes_back(writing: Writing) -> None:
    """R-026, R-147: an empty column for one kind does not empty the link to another; undo restores either kind."""
    server = writing.server
    old, new = (server.add("accounts", {"name": each}) for each in ("Old company", "New company"))
    person = server.add("contacts", {"lastname": "Person"})
    bind = "parentcustomerid_{}@odata.bind"
    ids = [
        server.add("contacts", {"lastname": "By account", bind.format("account"): f"/accounts({old})"}),
        server.add("contacts", {"lastname": "By contact", bind.format("contact"): f"/contacts({person})"}),
        server.add("contacts", {"lastname": "Nobody", bind.format("account"): f"/accounts({old})"}),
        server.add("contacts", {"lastname": "Both", bind.format("account"): f"/accounts({old})"}),
    ]
    named = [(new, ""), (new, ""), ("", ""), (new, person)]
    rows = [{"id": each, "company": a, "person": b} for each, (a, b) in zip(ids, named, strict=True)]
    clear = '|when_empty = "clear"'
    lines = mapped(
        "contactid=id", f"parentcustomerid_account=company{clear}", f"parentcustomerid_contact=person{clear}"
    )
    done = writing.program.run(writing.job("parents", "contact", rows, lines + export("update", "contactid")))
    assert done.counts() == {"read": 4, "updated": 3, "rejected": 1}
    assert writing.rejects(done) == {4: ("parentcustomerid_contact", "PARENT_TWICE")}

    def parents() -> list[str | None]:
        return [row["_parentcustomerid_value"] for each in ids if (row := server.row("contacts", each))]

    assert parents() == [new, new, None, old]
    # A job that names one kind alone takes the other away, and gives it back.
    back = writing.program.ask("undo", done.last["run"], "--yes")
    assert (back.counts(), parents()) == ({"read": 3, "updated": 3}, [old, person, old, old])
    alone = mapped("contactid=id", "parentcustomerid_account=company")
    again = writing.program.run(writing.job("company", "contact", rows[:2], alone + export("update", "contactid")))
    assert (again.counts(), parents()) == ({"read": 2, "updated": 2}, [new, new, old, old])
    writing.program.ask("undo", again.last["run"], "--yes", "--fields", "parentcustomerid_account")
    assert parents() == [old, person, old, old]


def test_a_team_owns_records_as_a_user_does_and_gets_them_back(writing: Writing) -> None:
    """R-026, R-155."""
    server = writing.server
    [team] = [row["teamid"] for row in server.rows("teams")]
    users = {row["fullname"]: row["systemuserid"] for row in server.rows("systemusers")}
    ids = [
        server.add("accounts", {"name": "Of a team", "ownerid@odata.bind": f"/teams({team})"}),
        server.add("accounts", {"name": "Of a user", "ownerid@odata.bind": f"/systemusers({users['Erik Svensson']})"}),
    ]

    def owners() -> list[str]:
        return [row["_ownerid_value"] for each in ids if (row := server.row("accounts", each))]

    rows = [
        {"id": ids[0], "user": users["Practice Admin"], "team": ""},
        {"id": ids[1], "user": "", "team": f"{{{team.upper()}}}"},
    ]
    lines = mapped("accountid=id", "ownerid=user", "ownerid_team=team")
    done = writing.program.run(writing.job("owners", "account", rows, lines + export("update", "accountid")))
    assert (done.counts(), owners()) == ({"read": 2, "updated": 2}, [users["Practice Admin"], team])
    back = writing.program.ask("undo", done.last["run"], "--yes")
    assert (back.counts(), owners()) == ({"read": 2, "updated": 2}, [team, users["Erik Svensson"]])


def test_what_somebody_calls_production_wants_the_number_of_rows_to_be_deleted(writing: Writing) -> None:
    """R-182."""
    program = writing.program
    assert program.ask("account", "edit", "dynamics", "--set", "environment=live").error["place"] == "environment"
    assert program.ask("account", "edit", "dynamics", "--set", "environment=production").code == 0
    try:
        gone = writing.server.add("accounts", {"name": "Gone"})
        job = writing.job("production", "account", [{"id": gone}], mapped("accountid=id"), DELETE)
        refused = program.run(job)
        assert "in production this wants the number of rows" in refused.error["message"]
        assert writing.server.row("accounts", gone) is not None
        assert program.run(job, "--confirm", "1").counts() == {"read": 1, "deleted": 1}
    finally:
        program.ask("account", "edit", "dynamics", "--set", "environment=")


@pytest.mark.parametrize("by", ["email", "username", "name"])
def test_an_owner_is_found_by_what_people_call_him_and_one_who_has_left_is_replaced(writing: Writing, by: str) -> None:
    """R-155: capitals make no difference, and the file holds no id of one environment."""
    users = {row["fullname"]: row for row in writing.server.rows("systemusers")}
    column = {"email": "internalemailaddress", "username": "domainname", "name": "fullname"}[by]
    erik, left, admin = (users[each][column] for each in ("Erik Svensson", "Lena Left", "Practice Admin"))
    rows = [{"name": f"Owned {by} {n}", "who": who} for n, who in enumerate([erik.upper(), left, "nobody@example.org"])]
    preset = f'column = "who", by = "{by}", inactive = "instead", instead = "{admin}"'
    owner = f'[[mapping]]\nremote = "ownerid"\nowner = {{ {preset} }}\n'
    done = writing.program.run(
        writing.job(f"owned-{by}", "account", rows, mapped("name=name") + owner + export("insert"))
    )
    assert done.counts() == {"read": 3, "created": 2, "rejected": 1}
    assert writing.rejects(done) == {3: ("ownerid", "OWNER_UNKNOWN")}
    proposed = writing.program.ask("remedy", done.last["run"], "1", "C", "--value", f"nobody@example.org={erik}")
    assert proposed.lines[0] == {"row": 3, "column": "who", "becomes": erik}
    held = writing.server.rows("accounts", f"$filter=startswith(name,'Owned {by} ')&$orderby=name")
    assert [row["_ownerid_value"] for row in held] == [
        users["Erik Svensson"]["systemuserid"],
        users["Practice Admin"]["systemuserid"],
    ]


def test_choices_and_truths_are_written_by_what_people_call_them(writing: Writing) -> None:
    """R-026: words of a list in any case, the two words of a yes-no column, status and its reason."""
    texts = [
        ("consulting", "CLOSED", "inactive", "Inactive"),
        ("6", "Open", "0", "1"),
        ("Nothing", "Ajar", "Active", "2"),
    ]
    rows = [
        {"name": f"Words {n}", "industry": i, "hold": h, "state": s, "reason": r}
        for n, (i, h, s, r) in enumerate(texts)
    ]
    flags = {"columns": {"account": {"creditonhold": ["Closed", "Open"]}}}
    writing.server.control("set", flags)
    pairs = ("name=name", "industrycode=industry", "creditonhold=hold", "statecode=state", "statuscode=reason")
    done = writing.program.run(writing.job("words", "account", rows, mapped(*pairs) + export("insert")))
    assert done.counts() == {"read": 3, "created": 2, "rejected": 1}
    names = ("industrycode", "creditonhold", "statecode", "statuscode")
    held = writing.server.rows("accounts", "$filter=startswith(name,'Words ')&$orderby=name")
    assert [tuple(row[name] for name in names) for row in held] == [(7, True, 1, 2), (6, False, 0, 1)]
    # Words say what the codes say that are there already.
    ids = [{"id": row["accountid"], **each} for row, each in zip(held, rows, strict=False)]
    same = mapped("accountid=id", *pairs) + export("update", "accountid", "only_changed = true\n")
    again = writing.program.run(writing.job("same-words", "account", ids, same))
    assert again.counts() == {"read": 2, "unchanged": 2}


def test_a_row_that_we_refuse_gets_the_advice_of_the_environments_own_refusal(writing: Writing) -> None:
    """R-165, R-188: with our words or with the environment's, a cause has one card."""
    good = {"name": "Fine", "industry": "", "revenue": "", "state": "", "reason": ""}
    bad = [{"name": "x" * 161}, {"industry": "Nope"}, {"revenue": "-1"}, {"state": "Inactive", "reason": "1"}]
    pairs = ("name=name", "industrycode=industry", "revenue=revenue", "statecode=state", "statuscode=reason")
    job = writing.job("advice", "account", [{**good, **each} for each in bad], mapped(*pairs) + export("insert"))
    done = writing.program.run(job)
    assert done.counts() == {"read": 4, "rejected": 4}
    causes = writing.program.ask("rejects", done.last["run"], "--causes").lines
    assert {line["field"]: line["card"] for line in causes} == {
        "name": "dynamics-4",
        "industrycode": "dynamics-1",
        "revenue": "dynamics-5",
        "statuscode": "dynamics-1",
    }
    unknown = writing.job(
        "unknown",
        "contact",
        [{"key": "nobody", "name": "x"}],
        mapped("new_externalid=key", "lastname=name") + export("update", "new_externalid"),
    )
    missing = writing.program.run(unknown)
    [cause] = writing.program.ask("rejects", missing.last["run"], "--causes").lines
    assert (cause["card"], cause["code"]) == ("dynamics-2", "0x80040217")


def test_a_date_before_the_first_one_the_environment_knows_is_rejected_before_it_is_sent(writing: Writing) -> None:
    days = ["1752-12-31", "1753-01-01", "2024-02-29"]
    rows = [{"name": f"Old {place}", "day": day} for place, day in enumerate(days)]
    done = writing.program.run(
        writing.job("old", "contact", rows, mapped("lastname=name", "birthdate=day") + export("insert"))
    )
    assert done.counts() == {"read": 3, "created": 2, "rejected": 1}
    [reject] = [line for line in writing.program.ask("rejects", done.last["run"]).lines if "row" in line]
    assert (reject["row"], reject["stage"], reject["field"], reject["code"]) == (
        1,
        "convert",
        "birthdate",
        "0x8004432f",
    )
    assert reject["message"] == "birthdate takes dates from 1753-01-01 to 9999-12-31; this lies outside."


def test_closed_records_are_made_open_and_closed_afterwards(writing: Writing) -> None:
    """R-165: the way in two passes; a new task cannot be closed."""
    rows = [
        {"subject": "Closed", "state": "Completed", "reason": "Completed"},
        {"subject": "Open", "state": "", "reason": ""},
    ]
    lines = mapped("subject=subject", "statecode=state", "statuscode=reason") + export("insert")
    done = writing.program.run(writing.job("tasks", "task", rows, lines))
    assert done.counts() == {"read": 2, "created": 1, "rejected": 1}
    assert writing.rejects(done) == {1: ("statuscode", "0x80048408")}
    told = writing.program.ask("remedy", done.last["run"], "1", "R").last
    assert told["retry"].endswith("--without statuscode")
    again = writing.program.ask("retry", done.last["run"], "--without", "statuscode", "--yes")
    assert again.counts() == {"read": 1, "created": 1}
    [task] = writing.server.rows("tasks", "$filter=subject eq 'Closed'")
    ids = [{"id": task["activityid"], "state": "Completed", "reason": "Completed"}]
    closing = mapped("activityid=id", "statecode=state", "statuscode=reason") + export("update", "activityid")
    assert writing.program.run(writing.job("closing", "task", ids, closing)).counts() == {"read": 1, "updated": 1}


def test_custom_logic_is_passed_by_where_the_job_asks_for_it_and_the_user_may(writing: Writing) -> None:
    """R-165: plug-ins stop rows; a migration goes past them, with the right to."""
    writing.server.control("rules", {"stops": {"Forbidden": "Not while we are counting."}})
    rows = [{"name": "Forbidden fruit"}]
    wish = export("insert", more="skip_custom_logic = true\n")
    stopped = writing.program.run(writing.job("logic", "account", rows, mapped("name=name") + export("insert")))
    assert writing.rejects(stopped) == {1: ("", "0x80040265")}
    past = writing.program.run(writing.job("past-logic", "account", rows, mapped("name=name") + wish))
    assert past.counts() == {"read": 1, "created": 1}
    writing.server.control("rules", {"may_bypass": False})
    refused = writing.program.run(writing.job("no-right", "account", rows, mapped("name=name") + wish))
    [line] = writing.program.ask("rejects", refused.last["run"]).lines
    assert (line["code"], "prvBypassCustomBusinessLogic" in line["message"]) == ("0x80040220", True)


def test_what_forms_insist_on_and_the_environment_does_not_is_told_before_a_run(writing: Writing) -> None:
    """R-165: records are made that no form can save."""
    rows = [{"last": "Formless", "job": ""}]
    lines = mapped("lastname=last") + export("insert")
    [flag] = _flags(writing, writing.job("formless", "contact", rows, lines))
    assert (flag["place"], "Job title (jobtitle)" in flag["message"]) == ("mapping", True)
    [flag] = _flags(
        writing, writing.job("empty", "contact", rows, mapped("lastname=last", "jobtitle=job") + export("insert"))
    )
    assert flag["place"] == "mapping[2]"
    strict = writing.job(
        "strict", "contact", rows, mapped("lastname=last", 'jobtitle=job|when_empty = "reject"') + export("insert")
    )
    assert _flags(writing, strict) == []
    assert writing.rejects(writing.program.run(strict)) == {1: ("jobtitle", "REQUIRED_EMPTY")}


def _flags(writing: Writing, job: Path) -> list[dict[str, str]]:
    return [line["flag"] for line in writing.program.ask("check", job).lines if "flag" in line]


def test_a_key_that_is_taken_is_told_with_the_way_to_update_by_it(writing: Writing) -> None:
    """R-165: the environment names the key and not the record."""
    rows = [{"name": "Twin", "number": "ACC-000001"}]
    lines = mapped("name=name", "accountnumber=number") + export("insert")
    done = writing.program.run(writing.job("taken", "account", rows, lines))
    assert writing.rejects(done) == {1: ("accountnumber", "0x80060892")}
    refused = writing.program.ask("remedy", done.last["run"], "1", "D").error
    assert 'key = "accountnumber"' in refused["hint"]


def test_rows_without_an_alternate_key_become_new_records_where_the_job_says_so(writing: Writing) -> None:
    rows = [{"name": "Keyed", "number": "ACC-000001"}, {"name": "Keyless", "number": ""}]
    lines = mapped("name=name", "accountnumber=number")
    job = writing.job(
        "keyless", "account", rows, lines + export("upsert", "accountnumber", 'when_key_empty = "insert"\n')
    )
    assert writing.program.run(job).counts() == {"read": 2, "created": 1, "updated": 1}
    [made] = writing.server.rows("accounts", "$filter=name eq 'Keyless'")
    assert made["accountnumber"] is None


def test_what_is_left_of_a_run_whose_column_is_removed_is_sent_without_it(writing: Writing) -> None:
    """R-211: put back or given up, nothing is lost and nothing doubled."""
    rows = [{"name": f"Removed {n}", "phone": f"555-0{n}"} for n in range(6)]
    phone = mapped("telephone1=phone")
    job = writing.job("removed", "account", rows, mapped("name=name") + phone + export("insert"))
    run = writing.program.run(job, "--first", "3").last["run"]
    writing.server.control("set", {"definitions": {"account": {"telephone1": None}}})
    try:
        assert f"crmdesk end {run}" in writing.program.ask("resume", run).error["hint"]
        assert writing.program.ask("end", run).counts() == {"read": 6, "created": 3, "rejected": 3}
        job.write_text(job.read_text(encoding="utf-8").replace(phone, ""), encoding="utf-8")
        assert writing.program.ask("retry", run, "--job", job, "--yes").counts() == {"read": 3, "created": 3}
    finally:
        writing.server.control("set", {"definitions": {"account": {}}})
    found = writing.server.ask("GET", "accounts?$filter=startswith(name,'Removed ')").json()["value"]
    assert sorted((each["name"], each["telephone1"]) for each in found) == [
        (row["name"], row["phone"] if n < 3 else None) for n, row in enumerate(rows)
    ]


def test_before_values_of_what_is_left_are_kept_anew_when_a_run_goes_on(writing: Writing) -> None:
    """R-225, promise 7."""
    ids = [writing.server.add("accounts", {"name": "Old"}) for _ in range(4)]
    lines = mapped("accountid=Id", "name=Name") + export("upsert", "accountid", "rows_per_call = 1")

    def renamed(name: str, *which: int) -> Path:
        return writing.job(name, "account", [{"Id": ids[each], "Name": name} for each in which], lines)

    ask = writing.program.ask
    run = writing.program.run(renamed("New", *range(4)), "--first", "1").last["run"]
    assert writing.program.run(renamed("Theirs", 3)).counts() == {"read": 1, "updated": 1}
    assert ask("resume", run).counts() == {"read": 4, "updated": 4}
    before = writing.folder / "before.csv"
    assert ask("before", run, "--csv", before).last["rows"] == 4
    with before.open(encoding="utf-8", newline="") as file:
        held = {row["accountid"]: row["name"] for row in csv.DictReader(file)}
    assert held == {ids[0]: "Old", ids[1]: "Old", ids[2]: "Old", ids[3]: "Theirs"}
    assert ask("undo", run, "--yes").counts() == {"read": 4, "updated": 4}
