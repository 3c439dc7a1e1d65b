"""Results stand beside the columns of the source, whatever those are called."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from crmdesk.engine.preparing.source_copy import SourceCopy, write_block
from crmdesk.engine.results import COLUMNS, results
from crmdesk.tabular.batch import LINE, ROW

OUTCOMES = {
    "row": pl.Int64(),
    "outcome": pl.String(),
    "id": pl.String(),
    "code": pl.String(),
    "message": pl.String(),
    "attempt": pl.Int64(),
    "run": pl.String(),
}


def copy_of(folder: Path, columns: dict[str, list[str]], size: int) -> SourceCopy:
    frame = pl.DataFrame(columns)
    numbers = pl.Series(ROW, range(1, frame.height + 1), dtype=pl.Int64)
    whole = frame.select(numbers, (numbers + 1).alias(LINE), pl.all())
    return SourceCopy(folder, [write_block(folder, n, part) for n, part in enumerate(whole.iter_slices(size), 1)])


def outcomes(first: int, last: int) -> pl.DataFrame:
    known = [
        (1, "created", "001", None, None, 1, "7"),
        (3, "rejected", None, "NO", "No.", 2, "8"),
        (4, "updated", "004", "", "", 1, "7"),
    ]
    frame = pl.DataFrame(known, schema=OUTCOMES, orient="row").rename({"row": ROW})
    return frame.filter(pl.col(ROW).is_between(first, last))


def test_columns_called_as_ours_keep_their_values(tmp_path: Path) -> None:
    columns = {name: [f"{name} {row}" for row in range(4)] for name in ("id", "code", "outcome", "_id", "_row")}
    frame = pl.concat(results("7", copy_of(tmp_path, columns, 3), outcomes))
    assert frame.columns == [*COLUMNS, "id", "code", "outcome", "_id (source)", "_row (source)"]
    assert frame["_row"].to_list() == ["1", "2", "3", "4"]
    assert frame["_outcome"].to_list() == ["created", "pending", "rejected", "updated"]
    assert frame["_id"].to_list() == ["001", "", "", "004"]
    assert frame["_created"].to_list() == ["true", "", "", "false"]
    assert frame["_message"].to_list() == ["", "", "No.", ""]
    assert frame["_attempt"].to_list() == ["1", "", "2", "1"]
    assert frame["_run"].to_list() == ["7", "7", "8", "7"]
    assert frame["id"].to_list() == columns["id"]
    assert frame["_row (source)"].to_list() == columns["_row"]


def test_rows_are_found_again_in_any_block(tmp_path: Path) -> None:
    copy = copy_of(tmp_path, {"a": [str(row) for row in range(1, 21)]}, 6)
    for wanted in ([1], [6, 7], [20], [1, 12, 13, 20], list(range(1, 21))):
        assert copy.rows(pl.Series(wanted, dtype=pl.Int64))["a"].to_list() == [str(row) for row in wanted]
    assert copy.rows(pl.Series([], dtype=pl.Int64)).height == 0
