"""[local] of a job file: files, tables, queries, and what is refused about them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.engine.job.file import parse_job
from crmdesk.engine.job.text import job_text
from crmdesk.errors import PlanError
from crmdesk.model.job import Job, LocalFile, Operation
from crmdesk.model.local import LocalTable, Mode, Readers
from crmdesk.model.local_account import LocalAccount
from crmdesk.model.mapping import Column, FieldMap

FOLDER = Path("/jobs")
LINE = (FieldMap("Name", Column("Name")),)


def job(local: str, operation: str = "import") -> Job:
    mapping = 'mapping = [{ remote = "Name", local = "Name" }]'
    return parse_job(f'name = "x"\nobject = "Contact"\noperation = "{operation}"\n{mapping}\n[local]\n{local}', FOLDER)


def problem(local: str, operation: str = "import") -> tuple[str, str]:
    with pytest.raises(PlanError) as refused:
        job(local, operation)
    (found,) = refused.value.problems
    assert found.hint
    return found.place, f"{found.message} {found.hint}"


def test_a_relative_database_starts_at_the_folder_of_the_job() -> None:
    read = job('database = "sqlite:///crm.db"\ntable = "contacts"\nmode = "merge"').local
    assert read == LocalTable("sqlite:////jobs/crm.db", "contacts", mode=Mode.MERGE)


def test_a_postgresql_address_keeps_all_but_a_password() -> None:
    read = job('database = "postgres://me@db:5433/crm?sslmode=require"\ntable = "a.b"').local
    assert read == LocalTable("postgresql://me@db:5433/crm?sslmode=require", "a.b")


@pytest.mark.parametrize("url", ["postgresql://me:s3cret@db/crm", "postgresql://db/crm?user=me&password=s3cret"])
def test_a_password_in_the_address_is_refused_with_what_to_do_and_not_repeated(url: str) -> None:
    """R-323, R-060."""
    place, said = problem(f'database = "{url}"\ntable = "t"')
    assert place == "local.database"
    assert "crmdesk database password" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@db.example/crm?host=evil.example",
        "postgresql://me@db.example/crm?hostaddr=203.0.113.5",
        "postgresql://me@db.example/crm?sslmode=require&HOST=evil.example",
        "postgresql://me@db.example/crm?port=1&host=/tmp",
        "postgresql://me@db.example/crm?service=evil",
        "postgresql://me@db.example/crm?passfile=/tmp/x",
        "postgresql:///crm?host=evil.example",
        "postgresql://me@evil.example@db.example/crm",
        "postgresql://evil.example\\\\@db.example/crm",
        "postgresql://db.example,evil.example/crm",
    ],
)
def test_an_address_that_would_lead_a_password_elsewhere_is_refused(url: str) -> None:
    """R-323."""
    place, said = problem(f'database = "{url}"\ntable = "t"')
    assert place == "local.database"
    assert "sslmode" in said or "postgresql://user@host" in said


def test_a_socket_of_this_computer_may_be_named() -> None:
    url = "postgresql:///crm?host=/run/postgresql&sslmode=prefer&options=-csearch_path%3Dsales"
    assert job(f'database = "{url}"\ntable = "t"').local == LocalTable(url, "t")


@pytest.mark.parametrize(
    ("local", "operation", "place"),
    [
        ('database = "mysql://db/crm"\ntable = "t"', "import", "local.database"),
        ('database = "sqlite:///"\ntable = "t"', "import", "local.database"),
        ('database = "postgresql://db:x/crm"\ntable = "t"', "import", "local.database"),
        ('database = "sqlite:///a.db"', "import", "local.table"),
        ('database = "sqlite:///a.db"\ntable = "t"\nquery = "select 1"', "export", "local.table"),
        ('database = "sqlite:///a.db"\nquery = "select 1"', "import", "local.query"),
        ('database = "sqlite:///a.db"\nquery = " \\n "', "export", "local.table"),
        ('database = "sqlite:///a.db"\nquery = " ; "', "export", "local.table"),
        ('database = "sqlite:///a.db"\ntable = "t"\npath = "a.csv"', "import", "local.path"),
        ('database = "sqlite:///a.db"\ntable = "t"\nmode = "merge"', "export", "local.mode"),
        ('path = "a.csv"\ntable = "t"', "import", "local.table"),
        ('path = "a.csv"\nmode = "upsert"', "import", "local.mode"),
        ('path = "a.parquet"\nmade_for = "people"', "import", "local.made_for"),
        ('path = "a.jsonl"\nmade_for = "people"', "export", "local.made_for"),
    ],
)
def test_what_means_nothing_is_refused_at_its_place(local: str, operation: str, place: str) -> None:
    assert problem(local, operation)[0] == place


tables = st.builds(
    LocalTable,
    database=st.sampled_from(["sqlite:////jobs/in/crm.db", "sqlite:////other/crm.db", "postgresql://me@db:1/crm"]),
    table=st.just("contacts"),
    decimal=st.sampled_from(".,"),
    date_format=st.sampled_from(["", "%d.%m.%Y"]),
    time_zone=st.sampled_from(["", "Asia/Tokyo"]),
    mode=st.sampled_from(Mode),
)
files = st.builds(LocalFile, path=st.just("/jobs/a.csv"), mode=st.sampled_from(Mode), made_for=st.sampled_from(Readers))


@given(st.one_of(tables, files))
def test_a_local_end_that_is_written_is_read_back_as_it_was(local: LocalTable | LocalFile) -> None:
    made = Job("x", "Practice org", "Contact", Operation.IMPORT, local, LINE)
    assert parse_job(job_text(made, FOLDER), FOLDER).local == local


def test_a_query_that_is_written_is_read_back_as_it_was() -> None:
    local = LocalTable("sqlite:////jobs/crm.db", query="select \"Name\" from t\nwhere x = 'Å'")
    made = job('path = "a.csv"', "export")
    again = Job(made.name, made.account, made.object, made.operation, local, made.mapping, export=made.export)
    assert parse_job(job_text(again, FOLDER), FOLDER).local == local
    assert 'database = "sqlite:///crm.db"' in job_text(again, FOLDER)


@pytest.mark.parametrize(
    ("local", "place"),
    [
        ('path = "x.csv"\ndelimiter = ";;"', "local.delimiter"),
        ('path = "x.csv"\ndelimiter = "é"', "local.delimiter"),
        ('path = "x.csv"\ndelimiter = \'"\'', "local.delimiter"),
        ('path = "x.csv"\ndelimiter = "\\n"', "local.delimiter"),
        ('path = "x.jsonl"\nencoding = "cp1252"', "local.encoding"),
        ('path = "a\\u0000b.csv"', "local.path"),
        ('database = "sqlite:///x.db"\ntable = "_crmdesk_progress"', "local.table"),
    ],
)
def test_what_cannot_be_written_with_is_refused_before_anything_is_read(local: str, place: str) -> None:
    text = f'name = "j"\nobject = "Contact"\noperation = "import"\n[local]\n{local}\n'
    with pytest.raises(PlanError) as refused:
        parse_job(f'{text}[[mapping]]\nremote = "LastName"\nlocal = "n"\n', FOLDER)
    assert [problem.place for problem in refused.value.problems] == [place]


def test_another_account_is_read_back_as_it_was_with_its_filter() -> None:
    chosen = '[filter]\nall = [{ field = "Name", op = "starts with", value = "A" }]\n[[order_by]]\nfield = "Name"\n'
    read = job(f'account = "Old org"\nobject = "Contact"\n{chosen}', "export")
    assert read.local == LocalAccount("Old org", "Contact")
    assert (read.filter is not None, len(read.order_by)) == (True, 1)
    assert parse_job(job_text(read, FOLDER), FOLDER) == read


@pytest.mark.parametrize(
    ("local", "operation", "place"),
    [
        ('account = "Old org"\nobject = "Contact"', "import", "local.account"),
        ('account = "Old org"', "export", "local.object"),
        ('account = "Old org"\nobject = "Contact"\ndecimal = ","', "export", "local.decimal"),
        ('path = "a.csv"\n[filter]\nall = [{ field = "Name", op = "is empty" }]', "export", "filter"),
    ],
)
def test_what_means_nothing_beside_another_account_is_refused_at_its_place(
    local: str, operation: str, place: str
) -> None:
    assert problem(local, operation)[0] == place


def test_the_marks_of_numbers_are_read_back_and_are_not_the_same() -> None:
    """R-075."""
    read = job('path = "a.csv"\ndecimal = ","\nthousands = "."', "export")
    assert isinstance(read.local, LocalFile)
    assert (read.local.decimal, read.local.thousands) == (",", ".")
    assert parse_job(job_text(read, FOLDER), FOLDER) == read
    assert problem('path = "a.csv"\nthousands = "."', "export")[0] == "local.thousands"
    assert problem('path = "a.csv"\nthousands = "x"', "export")[0] == "local.thousands"
