"""What an import refuses before it reads a row."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crmdesk.engine.importing import refuse_too_many
from crmdesk.errors import FileFormatError
from crmdesk.model.job import LocalFile
from crmdesk.tabular.ends import open_target
from crmdesk.tabular.files.contract import FileColumn, FileLayout
from crmdesk.tabular.targets.contract import Target
from crmdesk.tabular.targets.owner import Owner


def target(place: Path) -> Target:
    layout = FileLayout((FileColumn("a"),), ZoneInfo("UTC"))
    return open_target(LocalFile(str(place)), "", layout, "a", Owner(place.parent, "job", "1"))


def test_more_rows_than_a_sheet_has_are_refused_before_they_are_read(tmp_path: Path) -> None:
    refuse_too_many(target(tmp_path / "x.xlsx"), 1_048_575)
    refuse_too_many(target(tmp_path / "x.xlsx"), None)
    refuse_too_many(target(tmp_path / "x.parquet"), 9_000_000)
    with pytest.raises(FileFormatError, match="has 1,048,576 rows") as refusal:
        refuse_too_many(target(tmp_path / "x.xlsx"), 1_048_576)
    assert ".parquet" in refusal.value.hint
