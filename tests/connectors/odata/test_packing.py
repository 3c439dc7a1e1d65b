"""A stored row is the request it becomes, and comes back as the row it was."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.odata.batch import batch_body
from crmdesk.connectors.odata.edm import Kind, is_same
from crmdesk.connectors.odata.metadata import Property
from crmdesk.connectors.odata.packing import packing
from crmdesk.connectors.odata.record import Call
from crmdesk.engine.sending.packing import Packer
from crmdesk.tabular.batch import ROW

FIELDS = [
    Property("ID", "Edm.String", Kind.TEXT),
    Property("Count", "Edm.Int64", Kind.INTEGER),
    Property("Price", "Edm.Decimal", Kind.EXACT),
    Property("Flag", "Edm.Boolean", Kind.BOOLEAN),
    Property("Moment", "Edm.DateTimeOffset", Kind.DATETIME),
]
NAMES = [field.name for field in FIELDS]
ODD = ["true", "1.50", "-0", "60000000", "1e5", "null", "{}", '"', "0012", "NaN"]
CELLS = st.none() | st.text() | st.sampled_from(ODD)


def frame(rows: list[list[str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row").with_columns(
        pl.int_range(1, len(rows) + 1, dtype=pl.Int64).alias(ROW)
    )


@given(rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=4))
def test_whatever_is_packed_comes_back_unchanged(rows: list[list[str | None]]) -> None:
    how = packing(FIELDS)
    body = how.head + how.encode(frame(rows)) + how.tail
    assert how.decode(body).rows() == [tuple(row) for row in rows]


@given(row=st.lists(CELLS, min_size=5, max_size=5))
def test_a_value_never_adds_a_member_to_the_request(row: list[str | None]) -> None:
    """R-334."""
    body = packing(FIELDS).encode(frame([row]))
    expected = [name for name, cell in zip(NAMES, row, strict=True) if cell is not None]
    assert list(json.loads(body)) == expected
    assert b"\n" not in body


def test_values_have_the_json_form_of_their_type_with_every_digit() -> None:
    body = packing(FIELDS).encode(frame([["007", "9007199254740993", "12.500", "true", ""]]))
    assert body == b'{"ID":"007","Count":9007199254740993,"Price":12.500,"Flag":true,"Moment":null}'


def test_a_value_of_the_wrong_type_goes_as_text_for_the_service_to_refuse() -> None:
    body = packing(FIELDS).encode(frame([["a", "12 or so", "1,5", "yes", None]]))
    assert json.loads(body) == {"ID": "a", "Count": "12 or so", "Price": "1,5", "Flag": "yes"}


def test_equal_values_are_recognized_in_another_spelling() -> None:
    assert is_same(Kind.EXACT, "1.5", "1.50")
    assert is_same(Kind.FLOATING, "1e2", "100.0")
    assert is_same(Kind.DATETIME, "2024-05-06T09:08:09+02:00", "2024-05-06T07:08:09Z")
    assert is_same(Kind.GUID, "6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff")
    assert is_same(Kind.BINARY, "-_8=", "+/8")
    assert is_same(Kind.TEXT, "", None)
    assert not is_same(Kind.TEXT, "a", "A")
    assert not is_same(Kind.TEXT, "a", None)
    assert not is_same(Kind.EXACT, "1.5", "1.51")


@given(number=st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_same_as_itself(number: Decimal) -> None:
    assert is_same(Kind.EXACT, str(number), format(number, "f") if abs(number.adjusted()) < 300 else str(number))


def test_no_batch_is_larger_than_services_take(tmp_path: Path) -> None:
    """R-317: 8 MB, with all that stands around the rows."""
    rows: list[list[str | None]] = [[f"{n}" + "x" * 20_000, None, None, None, None] for n in range(900)]
    packer = Packer(packing(FIELDS, 1000), tmp_path / "sends.bin")
    sends = [*packer.add(frame(rows)), *packer.close()]
    assert sum(len(send.rows) for send in sends) == 900
    address = "https://service.example.com/with/a/rather/long/way/to/its/root/Contacts"
    for send in sends:
        _, body = batch_body(
            [
                Call("POST", address, {"Content-Type": "application/json"}, line)
                for line in send.body.read().split(b"\n")
            ]
        )
        assert len(body) <= 8_000_000
    assert len(sends) == 3
