"""Databases from end to end: out of the CRM into a table, and out of a table or a query into the CRM."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program, profile
from tests.servers.postgresql import PASSWORD, Server

FIELDS = {
    "Legacy_Id__c": "Key",
    "LastName": "Name",
    "Description": "Text",
    "Title": "Title",
    "Birthdate": "Born",
    "DoNotCall": "Quiet",
    "MailingLatitude": "Latitude",
    "CreatedDate": "Made",
}
ROWS = [
    ("Y1", "Åkesson", "Rad ett\nrad två; 漢字 😀 \"q\" 'a', b\tc", "007", "1980-02-29", "true", "59.3293"),
    ("Y2", "王 العربية", "=1+1", "1e5", "1899-12-31", "false", "-0.5"),
    ("Y3", "O'Brien", "", "", "", "false", ""),
    ("Y4", "<&> e\u0301", "a\\b,\\.", "2024-01-05", "2000-01-01", "true", "18"),
    ("Y5", "Ωmega", "001D000000Iqhau", "1.50", "", "false", "0.1"),
]


@pytest.fixture(scope="module")
def url(postgresql_server: Server) -> str:
    return postgresql_server.database("crm")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, url: str) -> Iterator[Program]:
    """A program that knows the password of the server, with the five contacts in its org."""
    folder = tmp_path_factory.mktemp("databases")
    name = "".join(c if c.isalnum() else "_" for c in url.removeprefix("postgresql://")).upper()
    with profile(folder / "profile", **{f"CRMDESK_SECRET_DATABASE_{name}": PASSWORD}) as program:
        lines = [",".join(f'"{cell}"' if "," in cell or "\n" in cell else cell for cell in row) for row in ROWS]
        text = "\n".join(lines).replace('"q"', '""q""')
        (folder / "y.csv").write_text("Key,Name,Text,Title,Born,Quiet,Latitude\n" + text + "\n", encoding="utf-8")
        fields = {remote: local for remote, local in FIELDS.items() if local != "Made"}
        answer = program.run(job(folder, "export", 'path = "y.csv"', fields))
        assert answer.counts() == {"read": 5, "created": 5}, answer
        yield program


def job(folder: Path, operation: str, local: str, fields: dict[str, str] | None = None, name: str = "") -> Path:
    mapping = "".join(f'[[mapping]]\nremote = "{r}"\nlocal = "{c}"\n' for r, c in (fields or FIELDS).items())
    export = '[export]\naction = "upsert"\nkey = "Legacy_Id__c"\n'
    where = '[filter]\nall = [{ field = "Legacy_Id__c", op = "starts with", value = "Y" }]\n'
    order = '[[order_by]]\nfield = "Legacy_Id__c"\n'
    place = folder / f"{name or operation}.toml"
    place.write_text(
        f'name = "{name or operation} {folder.name}"\nobject = "Contact"\noperation = "{operation}"\n'
        f'[local]\n{local}\ntime_zone = "Europe/Stockholm"\n{mapping}'
        + (export if operation == "export" else where + order),
        encoding="utf-8",
    )
    return place


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, url: str) -> str:
    return "sqlite:///crm.db" if request.param == "sqlite" else url


def contacts(program: Program) -> list[dict[str, object]]:
    names = [name for name in FIELDS if name != "CreatedDate"]
    found = program.org().rows(
        f"SELECT {', '.join(names)} FROM Contact WHERE Legacy_Id__c LIKE 'Y%' ORDER BY Legacy_Id__c"  # noqa: S608
    )
    return [{name: row[name] for name in names} for row in found]


def test_a_table_is_merged_into_and_a_query_is_sent(desk: Program, database: str, tmp_path: Path) -> None:
    """R-143: what is unchanged is told so, and the CRM is the same after rows that a query gives."""
    before = contacts(desk)
    table = f"round_{tmp_path.name}"
    made = job(tmp_path, "import", f'database = "{database}"\ntable = "{table}"\nmode = "merge"')
    first = desk.run(made)
    assert (first.code, first.counts()) == (0, {"read": 5, "created": 5}), first
    again = desk.run(made)
    assert (again.code, again.counts()) == (0, {"read": 5, "unchanged": 5}), again
    fields = {remote: local for remote, local in FIELDS.items() if local != "Made"}
    query = f'select * from "{table}" order by "Key" desc'  # noqa: S608 - our own words
    back = job(tmp_path, "export", f"database = '{database}'\nquery = '''{query}'''", fields)
    answer = desk.run(back)
    assert (answer.code, answer.counts()) == (0, {"read": 5, "updated": 5}), answer
    assert contacts(desk) == before


def test_the_statement_that_makes_a_table_is_printed_and_nothing_is_made(desk: Program, tmp_path: Path) -> None:
    made = job(tmp_path, "import", 'database = "sqlite:///crm.db"\ntable = "people"\nmode = "merge"')
    statement = desk.ask("database", "statement", made).last["statement"]
    assert not (tmp_path / "crm.db").exists()
    with sqlite3.connect(":memory:") as connection:
        connection.execute(statement)
        columns = {row[1]: row[2] for row in connection.execute("PRAGMA table_info(people)")}
    connection.close()
    assert columns["Born"] == "DATE"
    assert columns["Quiet"] == "BOOLEAN"
    assert columns["Latitude"] == "NUMERIC"
    answer = desk.ask("database", "statement", job(tmp_path, "import", 'path = "a.csv"'))
    assert (answer.code, answer.error["place"]) == (2, "local.database")


def test_a_wrong_password_a_missing_table_and_a_missing_server_are_one_sentence_each(
    desk: Program, url: str, tmp_path: Path
) -> None:
    with profile(tmp_path / "other", CRMDESK_SECRET_DATABASE_DESK_127_0_0_1_1_CRM="x") as other:
        refused = other.ask("run", job(tmp_path, "import", f'database = "{url}"\ntable = "t"'), "--yes")
        assert (refused.code, refused.error["kind"], refused.error["place"]) == (2, "sign-in", "local.database")
        assert "crmdesk database password" in refused.error["hint"]
        nowhere = job(tmp_path, "import", 'database = "postgresql://desk@127.0.0.1:1/crm"\ntable = "t"')
        answer = other.ask("run", nowhere, "--yes")
        assert "cannot be reached" in answer.error["message"]
        kept = other.ask("database", "password", nowhere, "--secret-stdin", said="geheim\n")
        assert (kept.code, kept.last["password"]) == (0, False)  # there is no credential store, which is said
        assert kept.last["reason"]
        assert other.ask("database", "password", job(tmp_path, "import", 'path = "a.csv"'), "--secret-stdin").code == 2
    missing = desk.ask("run", job(tmp_path, "export", f'database = "{url}"\ntable = "nowhere"'), "--yes")
    assert "has no table “nowhere”" in missing.error["message"]
    broken = desk.ask("run", job(tmp_path, "export", f'database = "{url}"\nquery = "selec 1"'), "--yes")
    assert "syntax error" in broken.error["message"]
    two = "select 1) to stdout; drop table x; --"
    answer = desk.ask("run", job(tmp_path, "export", f'database = "{url}"\nquery = "{two}"'), "--yes")
    assert (answer.code, answer.error["kind"]) == (2, "file")


def test_a_locked_database_loses_nothing_and_the_run_goes_on(desk: Program, tmp_path: Path) -> None:
    """A target open elsewhere: one sentence, and resume finishes it."""
    made = job(tmp_path, "import", 'database = "sqlite:///crm.db"\ntable = "people"')
    connection = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    connection.execute("CREATE TABLE mine (a)")
    connection.execute("BEGIN IMMEDIATE")
    answer = desk.ask("run", made, "--yes")
    assert (answer.code, answer.last["outcome"]) == (2, "failed")
    assert "is locked: another program is using it" in answer.error["message"]
    connection.execute("COMMIT")
    resumed = desk.ask("resume", answer.last["run"])
    assert (resumed.code, resumed.counts()) == (0, {"read": 5, "created": 5})
    assert connection.execute("SELECT count(*) FROM people").fetchone() == (5,)
    connection.close()


def test_a_table_is_copied_once_and_not_opened_again(desk: Program, tmp_path: Path) -> None:
    """R-145: what was prepared is sent, whatever becomes of the table."""
    with sqlite3.connect(tmp_path / "source.db") as connection:
        connection.execute("CREATE TABLE p (Key TEXT, Name TEXT, Email TEXT)")
        connection.executemany("INSERT INTO p VALUES (?, ?, NULL)", [(f"Z{n:03}", f"Name {n}") for n in range(300)])
    connection.close()
    fields = {"Legacy_Id__c": "Key", "LastName": "Name", "Email": "Email"}
    made = job(tmp_path, "export", 'database = "sqlite:///source.db"\ntable = "p"', fields)
    first = desk.ask("run", made, "--yes", "--first", "50")
    assert first.last["outcome"] == "paused", first
    (tmp_path / "source.db").unlink()
    rest = desk.ask("resume", first.last["run"])
    assert (rest.code, rest.counts()) == (0, {"read": 300, "created": 300})
    assert json.loads(desk.ask("results", first.last["run"]).stdout.splitlines()[0])
