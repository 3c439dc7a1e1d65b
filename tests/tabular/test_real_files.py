"""The real accounts and opportunities are read cell for cell as the csv module reads them."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from crmdesk.model.job import LocalFile
from tests.tabular.texts import rows

DATA = Path(os.environ.get("CRMDESK_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.parametrize(("name", "count"), [("accountData.csv", 423), ("opportunityData.csv", 38)])
def test_a_real_file_is_read_whole(name: str, count: int) -> None:
    found = rows(LocalFile(str(DATA / name)))
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        assert found == [tuple(row) for row in csv.reader(file)][1:]
    assert len(found) == count
