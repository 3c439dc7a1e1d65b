"""Duplicates of an import that is killed while it gathers: what was read is not read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from crmdesk.connectors.token import CancelToken
from crmdesk.engine.duplicates.source import DistinctSource
from crmdesk.engine.planning.plan import Distinct
from crmdesk.model.read_options import Duplicates, Keep
from crmdesk.tabular.batch import ROW, Batch, no_problems

MAILS = ["a", "b", "a", None, "A", "c", None, "b", "d"]


class Killed(BaseException):
    """The program died here."""


@dataclass
class Source:
    """Nine rows, two a batch, that breaks off before the batch `dies_at`."""

    dies_at: int = 99
    began_at: list[str | None] = field(default_factory=list)

    def count(self) -> int:
        return len(MAILS)

    def batches(self, token: CancelToken, after: str | None = None) -> Iterator[Batch]:
        self.began_at.append(after)
        for number in range(int(after or 0), 5):
            if number == self.dies_at:
                raise Killed
            rows = range(number * 2 + 1, min(number * 2 + 3, len(MAILS) + 1))
            frame = pl.DataFrame(
                {ROW: list(rows), "Mail": [MAILS[row - 1] for row in rows]}, schema={ROW: pl.Int64, "Mail": pl.String}
            )
            yield Batch(frame, str(number + 1) if number < 4 else None, no_problems())


def dropped(source: DistinctSource, after: str | None = None) -> dict[int, str]:
    batches = list(source.batches(CancelToken(), after))
    assert batches[-1].cursor is None
    problems = pl.concat([batch.problems for batch in batches])
    return dict(problems.select(ROW, "message").iter_rows())


@pytest.mark.parametrize("dies_at", range(5))
def test_a_killed_import_goes_on_where_its_gathering_stopped(tmp_path: Path, dies_at: int) -> None:
    """R-128."""
    rule = Distinct(Duplicates(("Mail",), Keep.LAST), ("Mail",))
    whole = dropped(DistinctSource(Source(), rule, tmp_path_of(tmp_path, "whole")))
    folder = tmp_path_of(tmp_path, "killed")
    with pytest.raises(Killed):
        list(DistinctSource(Source(dies_at), rule, folder).batches(CancelToken()))
    later = Source()
    assert dropped(DistinctSource(later, rule, folder)) == whole
    assert later.began_at == [str(dies_at) if dies_at else None]
    assert set(whole) == {1, 2, 3}
    assert "Row 8 " in whole[2]


def test_handing_on_goes_on_behind_any_batch(tmp_path: Path) -> None:
    source = DistinctSource(Source(), Distinct(Duplicates(("Mail",)), ("Mail",)), tmp_path)
    batches = list(source.batches(CancelToken()))
    for number, batch in enumerate(batches[:-1], 1):
        again = DistinctSource(Source(dies_at=0), Distinct(Duplicates(("Mail",)), ("Mail",)), tmp_path)
        rest = list(again.batches(CancelToken(), batch.cursor))
        assert pl.concat([each.frame for each in rest]).equals(pl.concat([each.frame for each in batches[number:]]))


def tmp_path_of(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir()
    return place
