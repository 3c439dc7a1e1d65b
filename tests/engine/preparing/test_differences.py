from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.engine.preparing.differences import _Counted
from crmdesk.model.schema import FieldType
from crmdesk.tabular.batch import ROW
from tests.tabular.fields import field

_CITY = field(FieldType.TEXT, "City")
_VALUES = st.sampled_from(["", "Bern", "Basel", "Chur"])
_SCHEMA = {ROW: pl.Int64(), "__id__": pl.String(), "__old__": pl.String(), "__new__": pl.String()}


@given(st.lists(st.tuples(_VALUES, st.none() | _VALUES)), st.integers(1, 5))
def test_rows_that_are_compared_part_by_part_are_counted_as_if_they_were_one(
    pairs: list[tuple[str, str | None]], parts: int
) -> None:
    rows = [(number, f"id {number}", old or None, new) for number, (old, new) in enumerate(pairs, 1)]
    both = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    whole, by_parts = _Counted(), _Counted()
    whole.add(_CITY, both)
    for part in range(parts):
        by_parts.add(_CITY, both.filter(pl.col(ROW) % parts == part))
    change = whole.change(_CITY)
    assert by_parts.change(_CITY) == change
    assert change.changes + change.fills + change.clears + change.same == len(pairs)
    assert change.same == sum(new is None or new == old for old, new in pairs)
