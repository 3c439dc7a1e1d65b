"""A reading job of Dynamics that goes by the CRM's own track of changes, in the editor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from crmdesk.errors import UserError
from crmdesk.model.index import IndexMode, IndexOptions
from crmdesk.model.job import Operation
from crmdesk.model.local import Mode
from crmdesk.model.run import RunOutcome
from crmdesk.viewmodel.app import AppModel, PageName
from crmdesk.viewmodel.job_editor.page import JobEditorModel
from tests.cli.program import profile
from tests.servers.dynamics import SECRET, DynamicsServer, dynamics_server
from tests.viewmodel.conftest import model_over
from tests.viewmodel.moving import ended


@pytest_asyncio.fixture
async def tracked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[AppModel, DynamicsServer, JobEditorModel]]:
    """A job that reads the contacts of a small environment into a table, and has not run yet."""
    monkeypatch.setenv("CRMDESK_SECRET_DYNAMICS", SECRET)
    with dynamics_server(accounts=2, contacts=6) as server, profile(tmp_path / "profile") as program:
        where = ("--kind", "dynamics", "--url", server.url, "--auth", "client-credentials")
        assert program.ask("account", "add", "Dynamics", *where, "--client-id", server.client_id).code == 0
        async with model_over(program.home) as app:
            app.show(PageName.JOB)
            editor = JobEditorModel(app)
            editor.keeping.new(Operation.IMPORT)
            editor.ends.set_account("Dynamics")
            editor.ends.set_object("contact")
            editor.ends.set_path(str(tmp_path / "copy.db"))
            await editor.settled()
            yield app, server, editor
            editor.close()


async def test_a_tracked_job_is_run_gets_a_field_and_is_set_back(
    tracked: tuple[AppModel, DynamicsServer, JobEditorModel],
) -> None:
    """R-119."""
    app, server, editor = tracked
    assert editor.around.count == 6, "it is counted before a field is chosen"
    editor.mapping.add("lastname")
    editor.target.set_mode(Mode.MERGE)
    editor.draft.change(replace(editor.job, index=IndexOptions(IndexMode.TRACKED)))
    await editor.settled()
    assert editor.run_text == "Read 6 contacts"
    assert await ended(app, await editor.run()) is RunOutcome.SUCCEEDED

    editor.window.forget()
    server.add("contacts", {"lastname": "New"})
    await editor.check()
    assert editor.run_text == "Read contacts", "how many have changed nobody knows"
    run = await editor.run()
    assert await ended(app, run) is RunOutcome.SUCCEEDED
    assert app.history.run(run).tally.created == 1

    editor.mapping.add("firstname")
    await editor.settled()
    assert "the mapping has changed" in editor.why_not_run
    assert "Set back…" in editor.why_not_run
    with pytest.raises(UserError, match="Set back…"):
        editor.backfill.question([1])
    editor.set_back("")
    await editor.settled()
    assert editor.run_text == "Read 7 contacts"
    assert "the mapping has changed" not in editor.why_not_run
