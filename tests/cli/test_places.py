"""Where the files about a run are written, and where they are not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.jobs import contacts_csv, contacts_job
from tests.cli.program import Program


@pytest.fixture
def run(shared: Program, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A run of a job of the test's own, with rejects."""
    contacts_csv(tmp_path / "contacts.csv", range(2), mail="nobody")
    return str(shared.run(contacts_job(tmp_path, name=request.node.name)).last["run"])


def test_the_file_that_a_run_was_made_of_is_not_written_over_by_what_is_told_of_it(
    shared: Program, run: str, tmp_path: Path
) -> None:
    source = tmp_path / "contacts.csv"
    before = source.read_bytes()
    for command in ("results", "rejects", "before"):
        refused = shared.ask(command, run, "--csv", source)
        assert (refused.code, "has its rows from" in refused.error["message"]) == (2, True), refused
    assert source.read_bytes() == before


@pytest.mark.parametrize("given", ["--csv rejects.xlsx", "--workbook rejects.csv", "--workbook rejects"])
def test_a_file_is_not_given_the_name_of_another_kind(shared: Program, run: str, tmp_path: Path, given: str) -> None:
    option, name = given.split()
    refused = shared.ask("rejects", run, option, tmp_path / name)
    assert (refused.code, "no spreadsheet would open it" in refused.error["message"]) == (2, True)
    assert not (tmp_path / name).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in the file system, and links need a right")
def test_a_pipe_is_not_replaced_and_a_link_stays_a_link(shared: Program, run: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for command in (("results", "--csv"), ("rejects", "--csv"), ("report", "--html")):
        refused = shared.ask(command[0], run, command[1], tmp_path / "pipe")
        assert (refused.code, "no ordinary file" in refused.error["message"]) == (2, True)
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "link.csv").symlink_to("target.csv")
    assert shared.ask("results", run, "--csv", tmp_path / "link.csv").code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "target.csv").read_text(encoding="utf-8").startswith("_row,")
    assert not list(tmp_path.glob(".*"))
