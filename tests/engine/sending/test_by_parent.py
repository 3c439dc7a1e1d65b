"""Rows of one parent stand one behind the other, in any size of source."""

from __future__ import annotations

from itertools import groupby

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.engine.sending import by_parent
from crmdesk.engine.sending.by_parent import ByParent, parent_of
from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.batch import ROW


@given(st.lists(st.sampled_from(["", "a", "b", "c", "d", "e"]), max_size=80), st.integers(1, 30), st.integers(0, 20))
@settings(max_examples=60)
def test_each_row_comes_once_and_each_parent_in_one_piece(
    tmp_path_factory: pytest.TempPathFactory, owners: list[str], size: int, first: int
) -> None:
    ordering = ByParent(tmp_path_factory.mktemp("rows"), "P", by_parent._ROWS_A_BUCKET * 3, first)
    whole = pl.DataFrame({ROW: range(1, len(owners) + 1), "P": owners}, schema={ROW: pl.Int64(), "P": pl.String()})
    frames = [part for start in range(0, len(owners), size) for part in ordering.take(whole.slice(start, size))]
    frames += ordering.rest()
    rows = [row for frame in frames for row in frame.rows()]
    assert sorted(rows) == whole.rows()
    assert rows[:first] == whole.rows()[:first]
    later = [owner for owner, _ in groupby(owner for _, owner in rows[first:])]
    assert len(later) == len(set(later))


def test_the_parent_is_what_a_record_cannot_do_without() -> None:
    owner = Field("OwnerId", "Owner", FieldType.REFERENCE, references=("User", "Group"))
    account = Field("AccountId", "Account", FieldType.REFERENCE, references=("Account",))
    master = Field("Order__c", "Order", FieldType.REFERENCE, references=("Order__c",), is_nillable=False)
    assert parent_of([owner, account, master]) == master
    assert parent_of([owner, account]) == account
    assert parent_of([owner]) is None
