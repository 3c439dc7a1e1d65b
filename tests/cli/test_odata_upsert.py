"""An upsert into a service that has none: keys are looked up, then rows are inserted or updated."""

from __future__ import annotations

from pathlib import Path

from tests.cli.jobs import job_file
from tests.cli.program import Program
from tests.servers.odata import odata_server


def test_known_keys_are_updated_and_new_ones_inserted(program: Program, tmp_path: Path) -> None:
    """R-148, R-150: one action with records made and changed, each row with its own outcome."""
    with odata_server() as service:
        service.fill()
        added = program.ask("account", "add", "Service", "--kind", "odata", "--url", service.url, "--auth", "none")
        assert added.code == 0, added
        by_id = '[export]\naction = "upsert"\nkey = "ID"'
        job = job_file(tmp_path, "contacts", "Contacts", by_id, account="Service", ID="Id", LastName="Name")
        source = tmp_path / "contacts.csv"
        source.write_text("Id,Name\nN-1,New\nN-2,Newer\n,Nobody\n", encoding="utf-8")
        first = program.run(job)
        assert first.counts() == {"read": 3, "created": 2, "rejected": 1}
        source.write_text("Id,Name\nN-3,Third\nN-1,Changed\nN-2,Changed too\n", encoding="utf-8")
        second = program.run(job, "--first", "2")
        assert (second.counts(), second.code) == ({"read": 3, "created": 1, "updated": 1, "pending": 1}, 2)
        assert program.ask("resume", second.last["run"]).counts() == {"read": 3, "created": 1, "updated": 2}
        lines = program.ask("results", second.last["run"]).lines
        assert [(line["_outcome"], line["_id"]) for line in lines] == [
            ("created", "N-3"),
            ("updated", "N-1"),
            ("updated", "N-2"),
        ]
        assert "does not tell who has changed" in program.ask("undo", second.last["run"], "--yes").error["message"]
