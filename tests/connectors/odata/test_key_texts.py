"""The id of an entity that several properties identify is its key predicate: one text for one record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.odata.describe import remote_object
from crmdesk.connectors.odata.edm import Kind
from crmdesk.connectors.odata.key_texts import key_text, key_values, predicate_in
from crmdesk.connectors.odata.metadata import EntitySet, Property
from crmdesk.connectors.odata.urls import key_in
from tests.connectors.odata.test_metadata import shop

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
VALUES = {
    "S": ("Edm.String", Kind.TEXT, "a'b, c=(d)"),
    "N": ("Edm.Int64", Kind.INTEGER, "-10248"),
    "D": ("Edm.Decimal", Kind.EXACT, "12.5"),
    "G": ("Edm.Guid", Kind.GUID, GUID),
    "B": ("Edm.Boolean", Kind.BOOLEAN, "true"),
    "Y": ("Edm.Date", Kind.DATE, "2024-02-29"),
    "T": ("Edm.DateTimeOffset", Kind.DATETIME, "2024-02-29T01:02:03Z"),
    "H": ("Edm.TimeOfDay", Kind.TIME, "01:02:03"),
    "P": ("Edm.Duration", Kind.DURATION, "PT1H"),
    "E": ("My.Shop.Level", Kind.ENUM, "High"),
}
KEY = Property(
    "K",
    "",
    Kind.TEXT,
    parts=tuple(Property(name, type_, kind) for name, (type_, kind, _) in VALUES.items()),
    is_predicate=True,
)
TEXT = (
    f"S='a''b, c=(d)',N=-10248,D=12.5,G={GUID},B=true,Y=2024-02-29,T=2024-02-29T01:02:03Z,H=01:02:03,"
    "P=duration'PT1H',E=My.Shop.Level'High'"
)
TWO = Property(
    "K", "", Kind.TEXT, parts=(Property("A", "Edm.String", Kind.TEXT), Property("B", "Edm.Int32", Kind.INTEGER))
)


def test_each_kind_of_value_has_its_literal_and_comes_back() -> None:
    values = {name: value for name, (_, _, value) in VALUES.items()}
    assert key_text(KEY, values) == TEXT
    assert key_values(KEY, TEXT) == list(values.values())


def test_values_that_a_service_writes_in_several_ways_have_one_text() -> None:
    """The numbers and GUIDs of two answers are the same key."""
    values = {name: value for name, (_, _, value) in VALUES.items()}
    assert key_text(KEY, values | {"D": "12.500", "G": GUID.upper()}) == TEXT
    assert key_text(KEY, values | {"N": None}) is None
    assert key_text(KEY, values | {"N": "many"}) is None


PREDICATE = Property("K", "", Kind.TEXT, parts=TWO.parts, is_predicate=True)


@given(st.text(), st.integers(-(2**31), 2**31 - 1))
def test_whatever_a_text_holds_the_parts_stay_apart(text: str, number: int) -> None:
    told = key_text(PREDICATE, {"A": text, "B": str(number)})
    assert told is not None
    assert key_values(PREDICATE, told) == [text, str(number)]
    assert predicate_in(PREDICATE, told) == told


@pytest.mark.parametrize(
    "text", ["B=1,A='x'", "A='x',B=01", "A='x', B=1", "A='x'", "A='x',B=1,", "A=x,B=1", "A='x',B=1,C=2", "A='x''", ""]
)
def test_another_spelling_of_an_id_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"one is written A='…',B=…\.$"):
        key_values(PREDICATE, text)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.example/v4/Ts(A='a%2Fb''c',B=1)", "A='a/b''c',B=1"),
        ("Ts(B=1,A='x')", "A='x',B=1"),
        ("Ts(A='a'b/c',B=1)", None),
        ("Ts(1)", None),
        ("Ts", None),
    ],
)
def test_the_id_of_a_record_is_read_from_its_address(address: str, expected: str | None) -> None:
    assert key_in(address, PREDICATE) == expected


def test_the_id_is_a_field_of_its_own_beside_the_parts() -> None:
    found = _set('<Property Name="A" Type="Edm.String"/><Property Name="B" Type="Edm.Int32"/>')
    described = remote_object(found, "")
    assert (described.id_field, [key.parts for key in described.keys]) == ("A_B", [("A", "B")])
    fields = {field.name: field for field in described.fields}
    assert (fields["A_B"].is_creatable, fields["A_B"].is_updatable, fields["A_B"].is_key) == (False, False, True)
    assert (fields["A"].is_creatable, fields["A"].is_updatable, fields["A"].is_key) == (True, False, False)


def test_the_id_is_no_field_that_the_service_has() -> None:
    parts = '<Property Name="A" Type="Edm.String"/><Property Name="B" Type="Edm.Int32"/>'
    assert _set(f'{parts}<Property Name="a_b" Type="Edm.Int32"/>').id.name == "A_B_"


@pytest.mark.parametrize(
    "part", ['<Property Name="B" Type="Edm.Binary"/>', '<Property Name="B" Type="Collection(Edm.String)"/>', ""]
)
def test_a_key_that_no_address_can_hold_is_none(part: str) -> None:
    assert not _set(f'<Property Name="A" Type="Edm.String"/>{part}').has_id


def _set(properties: str) -> EntitySet:
    key = '<Key><PropertyRef Name="A"/><PropertyRef Name="B"/></Key>'
    return shop(
        f'<EntityType Name="T">{key}{properties}</EntityType>', '<EntitySet Name="Ts" EntityType="Self.T"/>'
    ).sets["Ts"]
