from __future__ import annotations

import pytest

from crmdesk.model.figures import counted, number


def test_large_numbers_carry_separators() -> None:
    digits = [piece for piece in number(412_300) if piece.isdigit()]
    assert "".join(digits) == "412300"
    assert len(number(412_300)) == 7


@pytest.mark.parametrize(("count", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_a_noun_follows_its_number(count: int, text: str) -> None:
    assert counted(count, "row") == text


def test_a_noun_that_changes_more_than_its_end_is_given_whole() -> None:
    assert counted(2, "row is", "rows are") == "2 rows are"
