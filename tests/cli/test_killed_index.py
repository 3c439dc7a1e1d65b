"""An import with an index that is killed: the option stays, and whoever resumes it goes on with the same window."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.program import Program

JOB = """
version = 1
name = "killed"
object = "Contact"
operation = "import"
local = { path = "killed.csv" }
mapping = [{ remote = "LastName", local = "name" }]

[index]
lag_seconds = 0
"""


def test_a_killed_import_leaves_its_option_and_resume_moves_it_to_the_end_of_its_window(
    program: Program, tmp_path: Path
) -> None:
    """R-120, R-215."""
    job = tmp_path / "killed.toml"
    job.write_text(JOB, encoding="utf-8")
    first = program.run(job)
    assert first.code == 0
    (before,) = program.ask("options").lines
    program.org().post("/practice/clock", {"move": 10})  # a window that ends in the second it begins at moves nothing
    program.org().weather({"kind": "latency", "seconds": 30}, method="GET", path="/query$", after=1)

    process = program.start("run", job, "--json")
    assert process.stdout is not None
    started = next(line for line in map(json.loads, process.stdout) if line["event"] == "started")
    process.kill()
    process.wait()
    program.org().clear_weather()
    assert program.ask("options").lines == [before]

    window = program.ask("show", started["run"]).last["vars"]
    assert window["crmStartImport"] == before["value"]
    done = program.ask("resume", started["run"])
    assert done.code == 0
    (after,) = program.ask("options").lines
    assert (after["value"], after["run"]) == (window["crmEndDate"], started["run"])
