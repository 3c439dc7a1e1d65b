from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from crmdesk.model.job import LocalFile, Operation
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from crmdesk.viewmodel.job_editor.problem_lines import Level
from crmdesk.viewmodel.job_editor.writing.source import JobSource
from tests.viewmodel.drafts import draft_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROWS = "Email,Born,Note\na@example.com,1984-03-17,x\nb@example.com,1990-01-02,\n"


def nothing() -> None:
    """Nobody listens."""


@pytest_asyncio.fixture(loop_scope="module")
async def app(shared_app_model: AppModel) -> AsyncIterator[AppModel]:
    yield shared_app_model


async def test_the_source_is_read_once_and_told_column_by_column(app: AppModel, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(ROWS, encoding="utf-8")
    draft = draft_of(Operation.EXPORT, local=LocalFile(str(path)))
    source = JobSource(app, draft, lambda: ("Note",), nothing)
    assert (source.applies, source.is_wanted, source.summary) == (True, True, "")
    await source.look()
    assert not source.is_wanted
    assert source.summary.startswith("2 rows · 3 columns · UTF-8 · comma · LF")
    email, born, note = source.lines
    assert (email.name, email.filled, email.distinct, email.is_mapped) == ("Email", "100 %", "2", True)
    assert (born.type, born.smallest, born.largest) == ("date", "1984-03-17", "1990-01-02")
    assert (note.filled, note.longest, note.is_mapped) == ("50 %", "1 in row 1", False)
    draft.change(replace(draft.job, local=LocalFile(str(tmp_path / "other.csv"))))
    assert (source.card, source.is_wanted) == (None, True), "another file is another source"
    await source.look()
    assert (source.lines, source.is_wanted) == ((), False), "what cannot be read is not tried again and again"
    assert "other.csv" in source.summary
    source.forget()
    assert source.is_wanted


async def test_marks_between_thousands_are_kept_unless_they_are_the_decimal_mark(app: AppModel) -> None:
    editor = JobEditorModel(app)
    editor.ends.set_path("/data/amounts.csv")
    editor.ends.set_reading(LocalFile("", decimal=",", thousands="."))
    assert editor.job.local == LocalFile("/data/amounts.csv", decimal=",", thousands=".")
    editor.ends.set_reading(replace(editor.ends.file, decimal="."))
    assert editor.job.local == LocalFile("/data/amounts.csv"), "a point cannot be both"
    editor.close()


async def test_what_is_noticed_in_the_whole_source_is_worth_knowing_among_the_problems(
    app: AppModel, tmp_path: Path
) -> None:
    path = tmp_path / "shortened.csv"
    path.write_text("Key,Phone,Fax\nA1,1.2E+15,4.6E+11\n", encoding="utf-8")
    editor = JobEditorModel(app)
    editor.ends.set_path(str(path))
    await editor.settled()
    await editor.source.look()
    told = [line.sentence for line in editor.problem_lines if line.level is Level.NOTICE]
    assert len(told) == len(set(told))
    for column in ("Phone", "Fax"):
        assert any(f"“{column}” holds numbers like" in sentence for sentence in told)
    editor.close()


async def test_a_job_that_reads_has_no_source_of_its_own(app: AppModel) -> None:
    assert not JobSource(app, draft_of(Operation.IMPORT), tuple, nothing).applies
