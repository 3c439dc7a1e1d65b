from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.errors import VAULT, CrmDeskError, UserError
from crmdesk.model.account import Account, Environment
from crmdesk.places import resource
from crmdesk.store import Store
from crmdesk.viewmodel.app import AppModel, PageName, Place
from crmdesk.viewmodel.commands import carried_out
from crmdesk.viewmodel.overview import OverviewModel
from tests.cli.program import Program


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppModel]:
    history = History.open(tmp_path)
    yield AppModel(history, EngineChild(tmp_path), RunChildren(tmp_path))
    history.close()


def save_sample(app: AppModel) -> None:
    app.history.save_job(app.history.open_job_file(resource("samples/contacts.toml")))


def test_the_page_is_shown_and_left_again_the_way_one_came(app: AppModel) -> None:
    seen: list[Place] = []
    app.subscribe(lambda: seen.append(app.place))
    app.show(PageName.RUN, "7")
    app.show(PageName.REJECTS, "7")
    app.back()
    app.back()
    app.back()
    assert seen == [
        Place(PageName.RUN, "7"),
        Place(PageName.REJECTS, "7"),
        Place(PageName.RUN, "7"),
        Place(PageName.OVERVIEW),
    ]


def test_who_has_left_is_told_nothing_any_more(app: AppModel) -> None:
    told: list[str] = []
    leave = app.subscribe(lambda: told.append("one"))
    app.changed()
    leave()
    leave()
    app.changed()
    assert told == ["one"]


def test_the_theme_is_kept_in_the_profile(app: AppModel) -> None:
    assert app.theme == "system"
    app.set_theme("dark")
    assert app.theme == "dark"
    assert app.history.setting("theme") == "dark"


async def test_watching_an_idle_profile_tells_of_nothing(app: AppModel) -> None:
    told: list[int] = []
    app.subscribe(lambda: told.append(1))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await app.watch()
    assert told == []


def test_an_empty_profile_is_new_and_one_with_a_job_is_not(app: AppModel) -> None:
    empty = OverviewModel(app)
    empty.look_now()
    assert empty.is_new
    save_sample(app)
    used = OverviewModel(app)
    used.look()
    assert not used.is_new
    (line,) = used.jobs
    assert (line.name, line.source, line.target) == ("sample contacts", "contacts.csv", "Practice org · Contact")
    assert line.environment is Environment.PRACTICE
    assert line.sentence == "Not run yet."


def test_the_sample_is_brought_into_the_profile_and_not_over_what_was_changed_there(app: AppModel) -> None:
    overview = OverviewModel(app)
    overview.try_sample()
    file = Path(app.place.file)
    assert (app.place.page, file.name) == (PageName.JOB, "contacts.toml")
    (file.parent / "contacts.csv").write_text("mine", encoding="utf-8")
    overview.try_sample()
    assert (file.parent / "contacts.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("typed", ["{}", '"{}"', " {} "])
def test_a_file_is_begun_with_however_its_path_was_pasted(app: AppModel, tmp_path: Path, typed: str) -> None:
    file = tmp_path / "my people.csv"
    file.write_text("name\n", encoding="utf-8")
    OverviewModel(app).start_from(typed.format(file))
    assert app.place == Place(PageName.JOB, file=str(file))


@pytest.mark.parametrize(("typed", "told"), [("  ", "No file is named."), ("/nowhere.csv", "There is no file")])
def test_a_path_that_leads_nowhere_is_refused(app: AppModel, typed: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        OverviewModel(app).start_from(typed)
    assert app.place == Place(PageName.OVERVIEW)


async def test_the_vault_is_opened_once_where_secrets_are_used(program: Program, app_model: AppModel) -> None:
    store = Store.open(program.home, keychains=())
    store.secrets.vault.create("four quiet words")
    store.accounts.add(Account("stock", "Stock", "odata", "http://127.0.0.1:9", "token"))
    store.close()
    asked: list[str] = []

    def answer() -> None:
        if app_model.vault.wanted:
            asked.append(app_model.vault.wanted)
            asyncio.get_running_loop().call_soon(app_model.vault.give, "four quiet words")

    app_model.vault.subscribe(answer)
    with pytest.raises(CrmDeskError) as refused:
        await app_model.engine.identify("stock")
    assert refused.value.place != VAULT
    with pytest.raises(CrmDeskError) as refused:  # a child of its own gets it by a pipe, and nobody is asked again
        await carried_out(app_model, ("account", "test", "stock"))
    assert refused.value.place != VAULT
    assert asked == ["The secrets of this profile are in a vault. Its pass phrase opens it."]
