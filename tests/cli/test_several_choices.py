"""Columns of Dynamics that hold several choices: read, written, filtered and taken back."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.cli.test_dynamics_writing import Writing, export, mapped, writing

__all__ = ["writing"]

_LINES = mapped("accountid=id", 'new_regions=regions|when_empty = "clear"')


def test_several_choices_go_as_words_or_codes_and_come_back(writing: Writing) -> None:
    """R-026, R-044: one that is not in the list rejects its row; undo restores the list as it was."""
    server, program = writing.server, writing.program
    ids = [server.add("accounts", {"name": f"Regional {n}", "new_regions": "2,3"}) for n in range(5)]
    given = ["North; east", "9;1", "", "1;7", "3;2"]
    rows = [{"id": each, "regions": regions} for each, regions in zip(ids, given, strict=True)]
    more = "only_changed = true\n"
    done = program.run(writing.job("regions", "account", rows, _LINES + export("update", "accountid", more)))
    assert done.counts() == {"read": 5, "updated": 3, "unchanged": 1, "rejected": 1}
    assert writing.rejects(done) == {4: ("new_regions", "0x8004431a")}

    def held() -> list[str | None]:
        return [row["new_regions"] for each in ids if (row := server.row("accounts", each))]

    assert held() == ["1,9", "1,9", None, "2,3", "2,3"]
    back = program.ask("undo", done.last["run"], "--yes")
    assert back.counts() == {"read": 3, "updated": 3}, back
    assert held() == ["2,3"] * 5


def test_records_are_found_by_some_of_their_choices(writing: Writing, tmp_path: Path) -> None:
    """R-091: each value may ask for several at once; records without a choice exclude them all."""
    choices = {"None": None, "North": "1", "Both": "1,9", "South": "2"}
    for name, regions in choices.items():
        writing.server.add("accounts", {"name": f"Chosen {name}", "new_regions": regions})

    def found(operator: str, value: str = "") -> dict[str, str]:
        (tmp_path / "found.toml").write_text(
            'version = 1\nname = "found"\naccount = "Dynamics"\nobject = "account"\noperation = "import"\n'
            '[local]\npath = "found.csv"\n'
            '[filter]\nall = [ { field = "name", op = "starts with", value = "Chosen" },'
            f' {{ field = "new_regions", op = "{operator}"{value} }} ]\n' + mapped("name=name", "new_regions=regions"),
            encoding="utf-8",
        )
        done = writing.program.run(tmp_path / "found.toml")
        assert done.code == 0, done
        with (tmp_path / "found.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row["name"].removeprefix("Chosen "): row["regions"] for row in csv.DictReader(file)}

    assert found("includes", ', value = ["1;9", "2"]') == {"Both": "1;9", "South": "2"}
    assert found("excludes", ', value = ["1;9", "2"]') == {"None": "", "North": "1"}
    assert found("is empty") == {"None": ""}
