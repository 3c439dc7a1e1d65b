"""A record that a job takes instead of others has to be there before anything begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.jobs import job_file
from tests.cli.program import Program

_WAYS = {
    "lookup": (
        "AccountId",
        'lookup = {{ column = "Of", object = "Account", key = "Name", not_found = "instead", {0} }}',
    ),
    "owner": ("OwnerId", 'owner = {{ column = "Of", not_found = "instead", {0} }}'),
    "record_type": ("RecordTypeId", 'record_type = {{ column = "Of", not_found = "instead", {0} }}'),
}


@pytest.mark.parametrize("way", _WAYS)
def test_a_job_is_checked_and_refused_for_want_of_a_record_that_it_takes_instead(
    shared: Program, tmp_path: Path, way: str
) -> None:
    field, origin = _WAYS[way]
    what, named = ("Account", "Name") if way == "record_type" else ("Contact", "LastName")
    name = f"instead {way}"
    (tmp_path / f"{name}.csv").write_text("Name,Of\nOne,somebody\n", encoding="utf-8")
    lines = {named: "Name", field: origin.format('instead = "nobody@nowhere"')}
    job = job_file(tmp_path, name, what, '[export]\naction = "insert"', **lines)
    checked = shared.ask("check", job)
    assert checked.code == 2
    assert checked.lines[0]["problem"]["place"] == f"mapping[2].{way}.instead"
    refused = shared.run(job)
    assert (refused.code, refused.last["run"], refused.error["place"]) == (2, None, f"mapping[2].{way}.instead")
    assert not [line for line in shared.ask("runs").lines if line["job"] == name], "no run that could never go on"
