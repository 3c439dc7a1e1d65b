"""What was typed into the reject grid reaches the run as it was typed."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.desk.window.history import History
from crmdesk.engine.retry import read_corrections
from crmdesk.model.job import LocalFile
from crmdesk.model.reject import Stage
from crmdesk.store import Store
from crmdesk.tabular.files.csv import open_csv
from crmdesk.tabular.outcome import REJECT_SCHEMA
from tests.store.profiles import new_run

values = st.one_of(
    st.text(st.sampled_from("'=+-@\t\r\n\";,a0ö "), max_size=6),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6),
)
headers = st.lists(
    st.one_of(
        st.sampled_from(["Mail", "_exact", "_reject", "_row", "=x", "'=x", "_exact (source)", "a;b;c;d;e;f;g;h;i"]),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).map(str.strip).filter(bool),
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(st.data(), headers)
@settings(max_examples=60)
def test_every_value_arrives_as_it_was_typed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, columns: list[str]
) -> None:
    home = tmp_path_factory.mktemp("typed") / "profile"
    cells = st.fixed_dictionaries(dict.fromkeys(columns, values))
    originals = data.draw(st.lists(cells, min_size=2, max_size=3))
    run = run_with(home, originals)
    typed = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(columns, values)))
    with closing(History.open(home)) as history:
        history.correct_all(run, {1: typed})
        place = history.corrections_file(run, [1, 2])
        waiting = history.rejects(run)
    found = read_corrections(open_csv(LocalFile(str(place))), waiting, place.name)
    assert found.strangers == ()
    assert found.values == {"R1-1": {**originals[0], **typed}, "R1-2": originals[1]}


def test_the_file_names_its_rejects_and_says_that_it_is_exact(tmp_path: Path) -> None:
    run = run_with(tmp_path / "profile", [{"Mail": "a"}, {"Mail": "=b"}])
    with closing(History.open(tmp_path / "profile")) as history:
        place = history.corrections_file(run, [2])
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["_reject", "_exact", "Mail"], ["R1-2", "", "=b"]]


def run_with(home: Path, originals: list[dict[str, str]]) -> str:
    """A run in which these rows were refused."""
    with closing(Store.open(home, keychains=())) as store:
        run, ledger = new_run(store)
        ledger.begin_prepare()
        ledger.add_source_block(1, len(originals), "source-1")
        rows = [
            (row, row + 1, "Email", "CODE", "It is wrong", "[]", json.dumps(original), "{}")
            for row, original in enumerate(originals, 1)
        ]
        ledger.add_rejects(Stage.CONVERT, pl.DataFrame(rows, schema=REJECT_SCHEMA, orient="row"))
        ledger.end_prepare("rest")
    return run
