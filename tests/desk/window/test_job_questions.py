"""The questions of the window about a job that is being made, asked of the real engine child over the practice org."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.errors import UserError
from tests.cli.program import Program

pytestmark = pytest.mark.asyncio(loop_scope="module")

READ = """version = 1
name = "accounts"
account = "Practice org"
object = "Account"
operation = "import"
[[mapping]]
remote = "Name"
local = "Name"
"""
FILE = '[local]\npath = "accounts.csv"\n'
TABLE = '[local]\ndatabase = "sqlite:///crm.db"\ntable = "people"\n'
WRITE = """version = 1
name = "contacts"
account = "Practice org"
object = "Contact"
operation = "export"
[[mapping]]
remote = "LastName"
local = "LASTNAME"
[[mapping]]
remote = "Level__c"
local = "LEVEL"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(program: Program) -> AsyncIterator[EngineChild]:
    child = EngineChild(program.home)
    yield child
    await child.close()


async def test_the_route_of_an_import_is_told_with_its_query(engine: EngineChild, tmp_path: Path) -> None:
    """R-090, R-091."""
    route = await engine.route(READ + FILE, tmp_path)
    assert route.rows == 200
    assert route.query == "SELECT Id, Name FROM Account ORDER BY Id ASC"
    assert route.sentence == "Read by REST: 200 rows, about 1 call."


async def test_the_next_window_of_an_index_is_told_before_a_run(engine: EngineChild, tmp_path: Path) -> None:
    """R-118."""
    found = await engine.window(READ + FILE + '[index]\nmode = "automatic"\n', tmp_path)
    assert found.window is not None
    assert (found.window.option, found.window.start) == ("LASTIMPORT_practice_org_accounts", None)
    assert "everything is read" in found.notices[0]
    assert not found.tracks_changes, "Salesforce keeps no track that a job could follow"


async def test_a_table_is_looked_at_and_made_by_a_statement(engine: EngineChild, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("create table people (name text, born text)")
        database.execute("insert into people values ('Åsa', '1984-03-17')")
    database.close()
    assert (await engine.statement(READ + TABLE, tmp_path)).startswith("CREATE TABLE people (")
    look = await engine.first_rows(WRITE + TABLE, tmp_path)
    assert (look.columns, look.sample) == (("name", "born"), (("Åsa", "1984-03-17"),))


async def test_values_for_lists_are_counted_with_what_a_request_needs(engine: EngineChild, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("LASTNAME,LEVEL\nBerg,Primary\nLind,primery\nEk,primery\n", encoding="utf-8")
    found = await engine.values(WRITE + '[local]\npath = "people.csv"\n', tmp_path)
    assert [(each.value, each.rows, each.is_known, each.nearest) for each in found.values] == [
        ("primery", 2, False, "Primary"),
        ("Primary", 1, True, ""),
    ]
    assert found.object_label == "Contact"


async def test_a_pasted_query_comes_back_as_a_job_with_what_it_has_no_place_for(
    engine: EngineChild, tmp_path: Path
) -> None:
    query = "SELECT Name FROM Account WHERE Industry != null ORDER BY Name LIMIT 5"
    taken = await engine.take_apart("Practice org", query, tmp_path / "q.csv")
    assert 'op = "is not empty"' in taken.text
    assert taken.notices == ("LIMIT 5 was left out: a job reads all rows that its filter lets through.",)
    with pytest.raises(UserError):
        await engine.take_apart("Practice org", "DELETE FROM Account", tmp_path / "q.csv")


async def test_a_job_that_never_ran_has_no_news_of_its_fields(engine: EngineChild, tmp_path: Path) -> None:
    assert await engine.schema_news(READ + FILE, tmp_path) == ()
    assert await engine.refresh("Practice org", "Account") == ()
    await engine.accept_schema(READ + FILE, tmp_path)
    assert await engine.schema_news(READ + FILE, tmp_path) == ()


async def test_functions_are_told_as_they_are_called(engine: EngineChild) -> None:
    functions = await engine.functions()
    assert {"LEFT(text, count)", "TODAY()"} <= set(functions)


async def test_only_a_database_with_a_user_has_a_password(engine: EngineChild, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not use a database that has a password"):
        await engine.keep_password(READ + TABLE, tmp_path, "geheim")
