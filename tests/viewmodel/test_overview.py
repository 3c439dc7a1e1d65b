"""How runs stand, one of each kind, and what the overview says of their jobs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.overview import OverviewModel
from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import HELD, Program, profile

BY_CALLS = 'action = "upsert"\nkey = "Legacy_Id__c"\nengine = "rest"'
REFUSAL = {"kind": "refuse", "status": 400, "code": "API_DISABLED_FOR_ORG", "message": "API is not enabled"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with profile(tmp_path_factory.mktemp("standings") / "profile") as made:
        yield made


@pytest.fixture
def overview(program: Program) -> Iterator[OverviewModel]:
    history = History.open(program.home)
    yield OverviewModel(AppModel(history, EngineChild(program.home), RunChildren(program.home)))
    history.close()


def saved(program: Program, folder: Path, name: str, mail: str = "{key}@example.com") -> str:
    contacts_csv(folder / f"{name}.csv", range(4), mail=mail)
    job = contacts_job(folder, f"{name}.csv", export=BY_CALLS, name=name)
    assert program.ask("job", "import", job).code == 0
    return name


def started(program: Program, name: str) -> subprocess.Popen[str]:
    """A run that hangs in its first call."""
    program.org().weather(HELD, path="composite/sobjects")
    process = program.start("run", name, "--yes", "--json")
    assert process.stdout is not None
    next(line for line in process.stdout if json.loads(line).get("phase") == "sending")
    return process


def test_a_run_of_each_kind_is_told_in_the_history_and_on_the_overview(
    program: Program, overview: OverviewModel, tmp_path: Path
) -> None:
    """R-222, R-232."""
    program.run(saved(program, tmp_path, "well"))
    program.run(saved(program, tmp_path, "some", mail="no address {key}"))
    program.run(saved(program, tmp_path, "first"), "--first", "1")
    program.org().weather(REFUSAL, path="composite/sobjects")
    program.run(saved(program, tmp_path, "broken"))
    program.org().clear_weather()
    going_on = started(program, saved(program, tmp_path, "stopped"))
    assert program.ask("runs").last["outcome"] == "running"
    overview.look_now()
    assert next(line.sentence for line in overview.jobs if line.name == "stopped").startswith("Running since today")
    program.ask("stop", program.ask("runs").last["run"])
    assert going_on.wait() == 130
    killed = started(program, saved(program, tmp_path, "killed"))
    killed.kill()
    killed.wait()
    program.org().clear_weather()
    saved(program, tmp_path, "never")
    assert {line["job"]: line["outcome"] for line in program.ask("runs").lines} == {
        "well": "succeeded",
        "some": "rejects",
        "first": "paused",
        "broken": "failed",
        "stopped": "stopped",
        "killed": "interrupted",
    }
    overview.look_now()
    said = {line.name: line.sentence.split(" today")[0].removesuffix(" since") for line in overview.jobs}
    assert said == {
        "well": "Finished",
        "some": "Finished",
        "first": "Waiting",
        "broken": "Did not finish",
        "stopped": "Stopped by you",
        "killed": "Broken off",
        "never": "Not run yet.",
    }
    assert overview.broken_off is not None
    assert overview.broken_off.start.job == "killed"
