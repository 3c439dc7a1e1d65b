"""Packing: whatever the limits, each row stands in one body, in order, and comes back as it was."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.connectors.contract import Packing
from crmdesk.engine.ledger import Prepared
from crmdesk.engine.sending.packers import Packers, as_one
from crmdesk.engine.sending.packing import Packer
from crmdesk.errors import StoreError
from crmdesk.tabular.batch import ROW
from tests.engine.fakes import json_lines

NAMES = ("a", "b")
cells = st.one_of(st.none(), st.text(max_size=30), st.text(min_size=100, max_size=300))
tables = st.lists(st.tuples(cells, cells), min_size=1, max_size=60)


def packed(
    folder: Path, packing: Packing, rows: list[tuple[str | None, ...]], pieces: int, stop_at: int = 0
) -> list[Prepared]:
    """The bodies of these rows, handed over `pieces` at a time."""
    packer = Packers(folder, lambda _: (packing, None), as_one, stop_at)
    done: list[Prepared] = []
    for start in range(0, len(rows), pieces):
        some = rows[start : start + pieces]
        frame = pl.DataFrame(some, schema=dict.fromkeys(NAMES, pl.String()), orient="row")
        done += packer.add(frame.insert_column(0, pl.Series(ROW, range(start + 1, start + 1 + len(some)))))
    return [*done, *packer.close()]


@given(tables, st.integers(1, 70), st.integers(60, 2000), st.integers(1, 70), st.integers(0, 70))
@settings(max_examples=80)
def test_each_row_stands_once_in_order_within_the_limits_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str | None, ...]],
    most: int,
    limit: int,
    pieces: int,
    stop_at: int,
) -> None:
    """R-164."""
    packing = json_lines(NAMES, most, limit)
    sends = packed(tmp_path_factory.mktemp("packed"), packing, rows, pieces, stop_at)
    assert [row for send in sends for row in send.rows] == list(range(1, len(rows) + 1))
    back = [row for send in sends for row in packing.decode(send.body.read()).rows()]
    assert back == rows
    for send in sends:
        assert 1 <= len(send.rows) <= most
        assert send.body.length <= limit or len(send.rows) == 1  # one row alone may be too long: the CRM says so
    if 0 < stop_at < len(rows):
        assert stop_at in {int(send.rows[-1]) for send in sends}


@given(tables, st.integers(1, 70))
@settings(max_examples=30)
def test_bodies_stand_one_behind_the_other_and_are_named_by_their_hash(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, ...]], most: int
) -> None:
    sends = packed(tmp_path_factory.mktemp("packed"), json_lines(NAMES, most, 1 << 20), rows, 7)
    content = sends[0].body.path.read_bytes()
    at = 0
    for send in sends:
        assert send.body.offset == at
        at += send.body.length
        assert hashlib.sha256(content[send.body.offset : at]).hexdigest() == send.body.sha256
    assert at == len(content)


def test_bodies_are_as_full_as_their_limits_allow(tmp_path: Path) -> None:
    rows: list[tuple[str | None, ...]] = [("x" * 10, "y" * 10)] * 1000
    by_rows = packed(tmp_path, json_lines(NAMES, 200, 1 << 20), rows, 90)
    assert [len(send.rows) for send in by_rows] == [200] * 5
    by_bytes = packed(tmp_path, json_lines(NAMES, 1000, 5000), rows, 1000)
    assert all(send.body.length > 2500 for send in by_bytes[:-1])


def test_more_bodies_stand_behind_those_of_an_earlier_life(tmp_path: Path) -> None:
    packing = json_lines(NAMES, 10, 1000)
    frame = pl.DataFrame({ROW: [1], "a": ["one"], "b": [None]}, schema_overrides={"b": pl.String()})
    place = tmp_path / "sends.bin"
    both = []
    for _ in range(2):
        packer = Packer(packing, place)
        both += [*packer.add(frame), *packer.close()]
    assert both[1].body.offset == both[0].body.length
    assert both[0].body.read() == both[1].body.read()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_body_that_was_changed_on_the_disk_is_not_sent(tmp_path: Path) -> None:
    (send,) = packed(tmp_path, json_lines(NAMES, 10, 1000), [("one", "two")], 1)
    content = bytearray(send.body.path.read_bytes())
    content[5] ^= 1
    send.body.path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        send.body.read()
