"""What people decided, without the page."""

from __future__ import annotations

import csv
from pathlib import Path

from crmdesk.viewmodel.app import AppModel
from crmdesk.viewmodel.decisions import DecisionsModel


async def test_decisions_are_listed_newest_first_narrowed_and_saved(app_model: AppModel, tmp_path: Path) -> None:
    """R-229."""
    model = DecisionsModel(app_model)
    model.read()
    assert (model.lines, model.nothing[0]) == ((), "Nobody has decided anything yet")
    app_model.history.set_option("SINCE", "2026/01/31 00:00:00")
    app_model.history.set_option("OTHER", "2026/02/28 00:00:00")
    model.read()
    assert ["OTHER" in line.what for line in model.lines] == [True, False]
    assert model.summary == "2 decisions"
    model.find("since")
    assert [("SINCE" in line.what, bool(line.who)) for line in model.lines] == [(True, True)]
    assert model.summary == "1 of 2"
    file = tmp_path / "decisions.csv"
    assert await model.save_csv(file) == 1
    assert [line["what"] for line in csv.DictReader(file.read_text(encoding="utf-8").splitlines())] == [
        model.lines[0].what
    ]
    assert model.told == f"1 decision saved to {file}."
    model.find("nowhere")
    assert model.nothing[0] == "No decision holds “nowhere”"
