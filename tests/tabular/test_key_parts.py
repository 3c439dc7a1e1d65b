"""Keys of several fields as one text."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.tabular.key_parts import joined, joined_text, parted, plain_number, plain_numbers

_PARTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip), min_size=2, max_size=4
)


@given(_PARTS)
def test_a_key_comes_apart_as_it_was_put_together(parts: list[str]) -> None:
    text = joined_text(parts)
    assert text is not None
    assert parted(text) == [part.strip() for part in parts]


@given(st.lists(st.tuples(st.text("a ,\\\n"), st.text("b ,\\"))))
def test_columns_are_put_together_as_single_keys_are(rows: list[tuple[str, str]]) -> None:
    columns = [pl.Series([row[place] for row in rows], dtype=pl.String) for place in (0, 1)]
    assert joined(columns).to_list() == [joined_text(row) for row in rows]


def test_a_number_has_one_form_in_a_key() -> None:
    texts = ["12.50", "12.5", "7.000", "7", "-0.10", "x.50", "100"]
    plain = ["12.5", "12.5", "7", "7", "-0.1", "x.50", "100"]
    assert plain_numbers(pl.Series(texts)).to_list() == plain
    assert [plain_number(text) for text in texts] == plain
