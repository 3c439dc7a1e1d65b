"""The engine child as the window speaks to it: a real process over a real practice org."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from crmdesk.desk.window.answers import Signin
from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.errors import Cancelled, CrmDeskError, FileFormatError, PlanError, UserError
from crmdesk.model.account import Environment
from crmdesk.model.job import Action, Engine, LocalFile
from crmdesk.model.write_options import WriteOption
from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program


def process(engine: EngineChild) -> psutil.Process:
    assert engine._process.pid is not None
    return psutil.Process(engine._process.pid)


async def test_it_knows_accounts_objects_and_fields(engine: EngineChild) -> None:
    identity = await engine.identify("practice_org")
    assert identity.environment is Environment.PRACTICE
    objects = await engine.objects("practice_org")
    assert "Contact" in {each.name for each in objects}
    contact = await engine.describe("practice_org", "Contact")
    email = contact.field("Email")
    assert email is not None
    assert email.label == "Email"
    with pytest.raises(UserError, match="no object") as refused:
        await engine.describe("practice_org", "Nothing")
    assert (refused.value.place, bool(refused.value.hint)) == ("object", True)


async def test_it_knows_what_each_kind_of_crm_can_be_asked_for(engine: EngineChild) -> None:
    matrix = {each.kind: each.matrix for each in await engine.kinds()}
    assert not matrix["salesforce"].offers(Action.UNDELETE, WriteOption.ALL_OR_NONE)
    offered = {option for option in WriteOption if matrix["odata"].offers(Action.DELETE, option)}
    assert offered == {WriteOption.ROWS_PER_CALL, WriteOption.SERIAL}
    hard = matrix["salesforce"].why_not(Action.DELETE, Engine.REST, {WriteOption.HARD_DELETE})
    assert hard == ("Only Bulk can delete past the recycle bin.",)


async def test_descriptions_are_remembered(engine: EngineChild) -> None:
    first = await engine.describe("practice_org", "Contact")
    calls = (await engine.identify("practice_org")).calls_left
    assert await engine.describe("practice_org", "Contact") == first
    again = (await engine.identify("practice_org")).calls_left
    assert calls is not None
    assert again is not None
    await engine.describe("practice_org", "Lead")
    asked = (await engine.identify("practice_org")).calls_left
    assert asked is not None
    assert again - asked == calls - again + 1  # the one call that a description costs


async def test_an_account_is_tested_line_by_line(engine: EngineChild) -> None:
    test = await engine.test("practice_org")
    assert [line.name for line in test.lines] == [
        "Address",
        "Reached",
        "Sign-in",
        "User",
        "Organisation",
        "Kind",
        "Clock",
        "API calls",
        "Objects",
    ]
    assert all(line.is_ok for line in test.lines)
    assert test.identity is not None


async def test_a_test_ends_with_the_line_that_failed(engine: EngineChild) -> None:
    added = await engine.add_account(
        Signin("Nowhere", "odata", "http://127.0.0.1:9", "none")  # nobody listens at the discard port
    )
    assert (added.account.name, added.warning) == ("nowhere", "")
    test = await engine.test("nowhere")
    assert [(line.name, line.is_ok) for line in test.lines] == [("Address", True), ("Reached", False)]
    assert "does not answer" in test.lines[-1].text
    assert test.identity is None
    await engine.remove_account("nowhere")
    with pytest.raises(UserError, match="no account"):
        await engine.test("nowhere")


async def test_a_form_that_is_wrong_names_its_line(engine: EngineChild) -> None:
    methods = next(each.methods for each in await engine.kinds() if each.kind == "salesforce")
    assert "token" in {method.name for method in methods}
    good = Signin("Acme", "salesforce", "https://acme.my.salesforce.com", "token")
    for wrong, place in (
        (replace(good, auth="smile"), "auth"),
        (replace(good, kind="paper"), "kind"),
        (replace(good, url="http://acme.my.salesforce.com"), "url"),
    ):
        with pytest.raises(UserError) as refused:
            await engine.add_account(wrong)
        assert refused.value.place == place


async def test_a_file_is_looked_at(engine: EngineChild, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = "".join(f"{row};Zoë\n" for row in range(200))
    file.write_bytes(f"key;name\n{rows}".encode("cp1252"))
    seen = await engine.look(LocalFile(str(file), encoding="cp1252"))
    assert (seen.encoding, seen.delimiter, seen.columns) == ("cp1252", ";", ("key", "name"))
    assert (len(seen.sample), seen.sample[99], seen.size) == (100, ("99", "Zoë"), file.stat().st_size)
    with pytest.raises(FileFormatError, match="There is no file"):
        await engine.look(LocalFile(str(tmp_path / "b.csv")))
    (tmp_path / "ragged.csv").write_text("a,b\n1\n")
    assert (await engine.look(LocalFile(str(tmp_path / "ragged.csv")))).notices
    (tmp_path / "head.csv").write_text("a,b\n")
    seen = await engine.look(LocalFile(str(tmp_path / "head.csv")))
    assert (seen.sample, seen.notices) == ((), ("The file has a header and no rows.",))


async def test_a_job_is_counted_checked_and_previewed_from_any_row(engine: EngineChild, tmp_path: Path) -> None:
    contacts_csv(tmp_path / "contacts.csv", range(60_000))
    text = contacts_job(tmp_path).read_text(encoding="utf-8")
    assert await engine.count(text, tmp_path) == 60_000
    assert await engine.check(text, tmp_path) == ()
    first, *_, last = await engine.preview(text, tmp_path, 50)
    assert (first.row, last.row, first.becomes["LastName"]) == (1, 50, "Name 0")
    rows = await engine.preview(text, tmp_path, 3, row=59_999)
    assert [(row.row, row.line, row.values["Key"]) for row in rows] == [
        (59_999, 60_000, "K059998"),
        (60_000, 60_001, "K059999"),
    ]
    wrong = text.replace('"Email"\nlocal', '"Emale"\nlocal').replace('local = "Name"', 'local = "Surname"')
    problems = await engine.check(wrong, tmp_path)
    assert [problem.place for problem in problems] == ["mapping[2].local", "mapping[3].remote"]
    with pytest.raises(PlanError) as refused:
        await engine.preview(wrong, tmp_path, 5)
    assert len(refused.value.problems) == len(problems)
    assert [problem.place for problem in await engine.check("x = 1", tmp_path)]


async def test_an_import_is_counted_and_previewed(engine: EngineChild, tmp_path: Path) -> None:
    text = """
version = 1
name = "out"
object = "Account"
operation = "import"
local = { path = "out.csv" }
mapping = [{ remote = "Name", local = "Name" }]
order_by = [{ field = "Name" }]
"""
    count = await engine.count(text, tmp_path)
    assert count
    rows = await engine.preview(text, tmp_path, 2)
    assert [row.row for row in rows] == [1, 2]
    assert (await engine.preview(text, tmp_path, 1, row=2))[0].values == rows[1].values
    assert not (tmp_path / "out.csv").exists()


async def test_after_the_child_was_killed_the_next_question_is_answered(engine: EngineChild) -> None:
    await engine.kinds()
    first = process(engine)
    first.kill()
    first.wait(10)
    await asyncio.sleep(0.05)
    assert await engine.kinds()
    assert process(engine).pid != first.pid


async def test_a_question_over_which_the_child_dies_says_so(engine: EngineChild) -> None:
    await engine.kinds()
    asked = asyncio.create_task(engine.test("practice_org"))
    await asyncio.sleep(0)
    process(engine).kill()
    with pytest.raises(CrmDeskError, match="in the middle of a question"):
        await asked
    assert await engine.kinds()


async def test_a_question_can_be_given_up_and_the_next_one_is_answered(engine: EngineChild) -> None:
    await engine.kinds()
    asked = asyncio.create_task(engine.test("practice_org"))
    waiting = asyncio.create_task(engine.kinds())
    await asyncio.sleep(0)
    await engine.cancel()
    with pytest.raises(Cancelled):
        await asked
    assert await waiting
    await engine.cancel()  # with nothing to give up
    assert await engine.kinds()


async def test_whoever_stops_waiting_takes_nobody_elses_answer(engine: EngineChild) -> None:
    await engine.kinds()
    answering = asyncio.create_task(engine.test("practice_org"))
    waiting = asyncio.create_task(engine.objects("practice_org"))
    await asyncio.sleep(0)
    waiting.cancel()
    answering.cancel()
    identity = await engine.identify("practice_org")
    assert identity.user
    assert all(task.cancelled() for task in (answering, waiting))


async def test_the_child_ends_with_its_window(program: Program, engine: EngineChild) -> None:
    await engine.kinds()
    child = process(engine)
    if hasattr(os, "nice"):
        assert child.nice() == os.nice(0) + 5
    await engine.close()
    assert not child.is_running()
    log = program.home / "children" / "engine.log"
    assert (log.stat().st_mode & 0o777, log.read_text(encoding="utf-8")) == (0o600, "")


async def test_what_still_waits_when_the_window_goes_starts_no_other_child(engine: EngineChild) -> None:
    await engine.kinds()
    child = process(engine)
    asked = [asyncio.create_task(engine.test("practice_org")), *(asyncio.create_task(engine.kinds()) for _ in range(2))]
    await asyncio.sleep(0)
    await engine.close()
    for task in asked:
        with pytest.raises(Cancelled):
            await task
    with pytest.raises(Cancelled):
        await engine.kinds()
    assert not child.is_running()
    assert engine._process.pid is None


async def test_secrets_of_the_form_are_not_told_again(engine: EngineChild, program: Program) -> None:
    signin = Signin("Told", "salesforce", "https://told.my.salesforce.com", "token", {}, {"token": "hush-hush"})
    assert "hush" not in repr(signin)
    await engine.add_account(signin)
    await engine.remove_account("told")
    found = [place for place in program.home.rglob("*") if place.is_file() and b"hush-hush" in place.read_bytes()]
    assert found == []
