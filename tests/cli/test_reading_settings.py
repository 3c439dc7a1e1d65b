"""What a job says about reading, told and kept: the zone, texts that are not there, which runs knew what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.in_process import in_this_process
from tests.cli.program import Program

JOB = """
version = 1
name = "{name}"
object = "Contact"
operation = "import"

[local]
path = "{name}.jsonl"
{local}

[[mapping]]
remote = "LastName"
local = "Name"

[[mapping]]
remote = "Department"
local = "Department"

[[mapping]]
remote = "ReportsToId"
local = "Boss"

[[mapping]]
remote = "CreatedDate"
local = "Made"

[filter]
all = [{{ field = "LastName", op = "starts with", value = "{mark}" }}]
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with in_this_process(tmp_path_factory.mktemp("reading") / "profile") as made:
        yield made


@pytest.fixture(scope="module")
def mark(program: Program) -> str:
    """The beginning of the names of two contacts, of whom only the second has a department."""
    mark = uuid4().hex[:8]
    for name, department in (("1", None), ("2", "Sales")):
        program.org().post("sobjects/Contact", {"LastName": f"{mark} {name}", "Department": department})
    return mark


def job(folder: Path, name: str, mark: str, local: str = "") -> Path:
    place = folder / f"{name}.toml"
    place.write_text(JOB.format(name=name, mark=mark, local=local), encoding="utf-8")
    return place


def written(place: Path) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in place.read_text(encoding="utf-8").splitlines()]


def test_where_the_crm_has_no_text_stands_nothing_or_an_empty_text_as_the_job_says(
    program: Program, tmp_path: Path, mark: str
) -> None:
    """R-134."""
    assert program.run(job(tmp_path, "nothing", mark)).code == 0
    assert [row["Department"] for row in written(tmp_path / "nothing.jsonl")] == [None, "Sales"]
    assert program.run(job(tmp_path, "texts", mark, 'no_text = "empty"')).code == 0
    rows = written(tmp_path / "texts.jsonl")
    assert [row["Department"] for row in rows] == ["", "Sales"]
    assert [row["Boss"] for row in rows] == [None, None]  # a reference that leads nowhere is no empty text
    refused = job(tmp_path, "cells", mark, 'no_text = "empty"')
    refused.write_text(refused.read_text(encoding="utf-8").replace(".jsonl", ".csv"), encoding="utf-8")
    assert [line["problem"]["place"] for line in program.ask("check", refused).lines[:-1]] == ["local.no_text"]
