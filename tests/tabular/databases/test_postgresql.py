"""PostgreSQL where it is unlike SQLite: its types, its names, its refusals, and connections that break."""

from __future__ import annotations

import pytest

from crmdesk.errors import CrmDeskError, FileFormatError
from crmdesk.model.local import LocalTable, Mode
from crmdesk.tabular.databases.connection import connected
from crmdesk.tabular.databases.fitting import refuse_misfit
from crmdesk.tabular.databases.source import TableSource
from crmdesk.tabular.databases.writing_back import key_of, write_ids
from crmdesk.tabular.files.contract import Kind
from tests.servers.postgresql import PASSWORD, Server
from tests.tabular.databases.conftest import Db, layout

PEOPLE = layout(Id=Kind.TEXT, Name=Kind.TEXT)


@pytest.fixture
def db(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Db:
    folder = tmp_path_factory.mktemp("pg")
    return Db(postgresql_server.database(folder.name), PASSWORD, folder)


def test_money_is_a_number_and_what_fills_up_a_text_is_none_of_it(db: Db) -> None:
    """R-145."""
    db.do(
        "CREATE TABLE t (k int primary key, m money, c char(6), n numeric, d date, j json)",
        "INSERT INTO t VALUES (1, '-1234567.80', ' ab', 'NaN', 'infinity', '[1, null]')",
        "INSERT INTO t VALUES (2, NULL, '', 1.50, NULL, NULL)",
    )
    assert db.read("t").rows() == [
        ("1", "-1234567.8", " ab", "NaN", "infinity", "[1, null]"),
        ("2", "", "", "1.5", "", ""),
    ]


def test_a_query_may_look_for_parts_of_texts(db: Db) -> None:
    """R-145: a percent sign stands for itself, in a query and in a name."""
    db.do('CREATE TABLE t ("100%%" text)', "INSERT INTO t VALUES ('ab'), ('b')")
    source = db.source(query="SELECT * FROM t WHERE \"100%\" LIKE 'a%'")
    assert [batch.frame["100%"].to_list() for batch in source.batches()] == [["ab"]]
    assert source.fingerprint()
    assert db.read("t").rows() == [("ab",), ("b",)]
    columns = layout(**{"Id": Kind.TEXT, "50%": Kind.TEXT})
    assert db.take(columns, Mode.MERGE, [{"Id": "1", "50%": "x"}]).written == 1
    assert db.rows("SELECT * FROM things") == [("1", "x")]


@pytest.mark.parametrize("text", ["x^2", "x\x01", "(", "\ufeff", "\ufeffx^"])
def test_a_first_text_may_begin_like_packed_content_or_with_a_mark(db: Db, text: str) -> None:
    """R-145."""
    db.do("CREATE TABLE t (a text)", f"INSERT INTO t VALUES ('{text}'), ('b'), (NULL), ('')")  # noqa: S608 - our own words
    assert db.read("t").rows() == [(text,), ("b",), ("",), ("",)]


def test_options_of_an_address_hold_beside_our_own(db: Db) -> None:
    db.do(
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.t (a int)",
        "INSERT INTO sales.t VALUES (1)",
        "CREATE SEQUENCE sales.s",
    )
    options = "-csearch_path%3Dsales%20-cdefault_transaction_read_only%3Doff%20-cdatestyle%3DSQL"
    url = f"{db.url}{'&' if '?' in db.url else '?'}options={options}"
    assert TableSource(LocalTable(url, "t"), db.password).header == ("a",)
    source = TableSource(LocalTable(url, query="SELECT a, date '2026-01-31' AS d FROM t"), db.password)
    assert [batch.frame["d"].to_list() for batch in source.batches()] == [["2026-01-31"]]
    with pytest.raises(FileFormatError, match="read-only"):
        TableSource(LocalTable(url, query="SELECT nextval('s')"), db.password).fingerprint()


@pytest.mark.parametrize("name", ["s.p.t", '"s.p"."t"', '"s.p".t'])
def test_names_with_points_are_written_in_quotes(db: Db, name: str) -> None:
    db.do('CREATE SCHEMA "s.p"', 'CREATE TABLE "s.p".t (a int)', 'INSERT INTO "s.p".t VALUES (1)')
    assert db.read(name).rows() == [("1",)]


def test_a_name_that_the_server_would_cut_off_is_refused(db: Db) -> None:
    with pytest.raises(FileFormatError, match="a name of 64 bytes"):
        db.read("x" * 64)


@pytest.mark.parametrize(
    ("address", "message", "hint"),
    [
        ("{}?sslmode=require", "does not support SSL", "sslmode"),
        ("{}_not", 'database ".*" does not exist', "the name at the end"),
        ("{}?bogus=1", "bogus", "Put that right"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(db: Db, address: str, message: str, hint: str) -> None:
    with pytest.raises(FileFormatError, match=message) as refused:
        TableSource(LocalTable(address.format(db.url), "t"), db.password).fingerprint()
    assert hint in refused.value.hint
    assert "FATAL" not in refused.value.message


def test_a_statement_that_takes_too_long_is_no_server_that_is_away(db: Db) -> None:
    db.do(f'ALTER DATABASE "{db.folder.name}" SET statement_timeout = 20')
    with pytest.raises(FileFormatError, match="statement timeout") as refused:
        db.source(query="SELECT pg_sleep(5) AS a").fingerprint()
    assert "cannot be reached" not in refused.value.message


def test_a_connection_that_is_lost_is_one_sentence(db: Db, capsys: pytest.CaptureFixture[str]) -> None:
    end = "CASE WHEN n = 20000 THEN pg_terminate_backend(pg_backend_pid()) END"
    query = f"SELECT n, {end} AS x FROM generate_series(1, 90000) AS g(n)"  # noqa: S608 - our own words
    with pytest.raises(FileFormatError, match="cannot be reached"):
        list(db.source(query=query).batches())
    assert capsys.readouterr().err == ""


def test_rows_are_found_again_by_keys_of_any_type(db: Db) -> None:
    """R-157."""
    kinds = {"u": "uuid", "d": "date", "b": "bytea", "c": "char(9)", "t": "timestamptz", "n": "numeric", "o": "boolean"}
    values = "'0f3b1c9e-0000-4000-8000-000000000001', '2026-01-31', '\\x00ff', 'ab', '2026-01-31 10:00+02', 1.10, true"
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    db.do(f"CREATE TABLE t ({columns}, id text, PRIMARY KEY (u, d))", f"INSERT INTO t VALUES ({values})")  # noqa: S608
    local = LocalTable(db.url, "t")
    [row] = db.read("t").rows(named=True)
    assert key_of(local, db.password, ()) == ("u", "d")
    for key in [(name,) for name in kinds] + [("u", "d")]:
        written = write_ids(local, db.password, [(tuple(row[name] for name in key), f"by {key}")], "id", key)
        assert (written.changed, written.missing) == (1, 0), key
    gone = [(("2026-02-01",), "x")]
    assert write_ids(local, db.password, gone, "id", ("d",)).missing == 1


def test_columns_alike_but_for_capitals_are_not_guessed(db: Db) -> None:
    db.do('CREATE TABLE things ("Id" text, "NAME" text, name text)')
    with pytest.raises(FileFormatError, match="“NAME”, “name”"):
        db.take(PEOPLE, Mode.APPEND, [{"Id": "1", "Name": "x"}])


def test_a_column_of_a_domain_holds_what_its_type_holds(db: Db) -> None:
    db.do(
        "CREATE DOMAIN short AS varchar(3)",
        "CREATE TYPE mood AS ENUM ('well')",
        'CREATE TABLE things ("Id" text, "Name" short)',
    )
    assert db.take(PEOPLE, Mode.APPEND, [{"Id": "1", "Name": "abc"}]).written == 1
    db.do('ALTER TABLE things DROP COLUMN "Name"', 'ALTER TABLE things ADD "Name" mood')
    with pytest.raises(FileFormatError, match="keeps mood in its column"):
        db.take(PEOPLE, Mode.APPEND, [{"Id": "2", "Name": "well"}])


def test_a_place_where_nobody_may_make_tables_is_named_before_a_run(db: Db) -> None:
    db.do(
        f"CREATE ROLE \"{db.folder.name}\" LOGIN PASSWORD 'x'",
        'CREATE TABLE things ("Id" text, "Name" text)',
        f'GRANT ALL ON things TO "{db.folder.name}"',
    )
    other = db.url.replace("//desk@", f"//{db.folder.name}@")
    with pytest.raises(CrmDeskError, match="may not make tables in the schema “public”"):
        refuse_misfit(LocalTable(other, "things", mode=Mode.APPEND), "x", PEOPLE)
    with pytest.raises(FileFormatError, match="no schema “nowhere”"):
        refuse_misfit(LocalTable(db.url, "nowhere.things"), db.password, PEOPLE)
    db.do(f'ALTER DATABASE "{db.folder.name}" SET default_transaction_read_only = on')
    with pytest.raises(FileFormatError, match="is only read"):
        refuse_misfit(LocalTable(db.url, "things", mode=Mode.APPEND), db.password, PEOPLE)
    with connected(db.url, db.password) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM things").scalar() == 0
