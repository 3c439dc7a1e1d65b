"""What is known of a column is what plain Python finds in it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.model.source_card import ColumnFacts
from crmdesk.tabular.card.column import ColumnCard
from crmdesk.tabular.card.distinct import KEPT, Distinct


def facts(*batches: list[str]) -> ColumnFacts:
    card, row = ColumnCard("c"), 1
    for batch in batches:
        card.add(pl.Series(range(row, row + len(batch)), dtype=pl.Int64), pl.Series(batch, dtype=pl.String))
        row += len(batch)
    return card.facts()


@given(st.lists(st.lists(st.sampled_from(["", " ", "a", "b", "ccc", "é€", "🎈"]), max_size=6), max_size=5))
@settings(max_examples=100)
def test_filled_distinct_longest_and_ends_are_counted_over_all_batches(batches: list[list[str]]) -> None:
    found = facts(*batches)
    cells = [cell for batch in batches for cell in batch]
    filled = [cell for cell in cells if cell.strip()]
    assert (found.rows, found.filled, found.distinct) == (len(cells), len(filled), len(set(filled)))
    assert found.longest == max(map(len, filled), default=0)
    assert (found.smallest, found.largest) == ((min(filled), max(filled)) if filled else ("", ""))
    if filled:
        assert len(cells[found.longest_row - 1]) == found.longest


@pytest.mark.parametrize(
    ("cells", "kind", "evidence", "ends"),
    [
        (["10", "9", "-3"], "whole number", "3 of 3 filled cells are whole numbers.", ("-3", "10")),
        (["10", "9.5"], "decimal number", "2 of 2 filled cells are numbers.", ("9.5", "10")),
        (["1,5", "12,25"], "decimal number", 'decimal = ","', ("1,5", "12,25")),
        (["2026-01-31", "2025-12-01"], "date", "dates like %Y-%m-%d.", ("2025-12-01", "2026-01-31")),
        (["31.01.2026", "01.12.2025"], "date", 'date_format = "%d.%m.%Y"', ("01.12.2025", "31.01.2026")),
        (["31/01/2026", "02/03/2026"], "date", 'date_format = "%d/%m/%Y"', ("31/01/2026", "02/03/2026")),
        (["01/31/2026", "02/03/2026"], "date", 'date_format = "%m/%d/%Y"', ("01/31/2026", "02/03/2026")),
        (["01/02/2026", "02/03/2026"], "date", "the month may as well come first", ("01/02/2026", "02/03/2026")),
        (["2026-01-31T10:00:00Z"], "date and time", "points in time", ("2026-01-31T10:00:00Z",) * 2),
        (["01/02/2026 9:30", "31/01/2026 10:00:05"], "date and time", 'date_format = "%d/%m/%Y"', None),
        (["01/02/2026 9:30"], "date and time", "the month may as well come first", None),
        (["2026-01-31T10:00:00Z or so"], "text", "The cells are of no other type.", None),
        (["1,234.50", "12"], "decimal number", 'thousands = ","', ("12", "1,234.50")),
        (["1.234,50", "12,5"], "decimal number", 'decimal = ",", thousands = "."', ("12,5", "1.234,50")),
        (["1\u00a0234,50", "12 000"], "decimal number", 'decimal = ",", thousands = " "', ("1 234,50", "12 000")),
        (["1,234", "12"], "decimal number", "each comma, it may as well stand between thousands", None),
        (["1.234", "2.345"], "decimal number", "each point, it may as well stand between thousands", None),
        (["Yes", "no"], "true or false", "2 of 2", ("Yes", "no")),
        (["a@b.example", "c@d.example"], "e-mail address", "2 of 2", ("a@b.example", "c@d.example")),
        (["007", "12"], "digits", "begin with 0", ("007", "12")),
        (["+49 30 123456", "(030) 12345"], "telephone number", "2 of 2", ("(030) 12345", "+49 30 123456")),
        (["0031t00000Ab12cAAB", "0031t00000Ab12dAAB"], "record id", "2 of 2", None),
        (["https://a.example/", "http://b.example"], "web address", "2 of 2", None),
        (["Anna", "Bert"], "text", "The cells are of no other type.", ("Anna", "Bert")),
        (["31.02.2026", "30.02.2026"], "text", "The cells are of no other type.", None),
        (["1", "2", "n/a"], "text", "Only 2 of 3 filled cells are whole numbers; row 3 holds “n/a”.", None),
        (
            [str(n) for n in range(99)] + ["n/a"],
            "whole number",
            "99 of 100 filled cells are whole numbers; row 100",
            None,
        ),
        (["", " "], "empty", "No cell holds anything.", ("", "")),
    ],
)
def test_a_type_is_guessed_with_its_evidence(
    cells: list[str], kind: str, evidence: str, ends: tuple[str, str] | None
) -> None:
    for batches in ([cells], [[cell] for cell in cells]):
        found = facts(*batches)
        assert found.type == kind
        assert evidence in found.evidence
        if ends is not None:
            assert (found.smallest, found.largest) == ends


@pytest.mark.parametrize(("number", "tolerance"), [(1_000, 0), (KEPT - 1, 0), (400_000, 0.02)])
def test_different_values_are_counted_or_estimated_to_a_percent_or_two(number: int, tolerance: float) -> None:
    found = Distinct()
    for start in range(0, number, 50_000):
        values = pl.select(pl.int_range(start, min(number, start + 50_000))).to_series().cast(pl.String)
        found.add(values)
        found.add(values.head(100))
    assert found.is_estimated is (tolerance > 0)
    assert abs(found.number - number) <= tolerance * number
