"""Numbers: exact, bounded, and never guessed at."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.model.schema import Field, FieldType
from crmdesk.tabular.reading import Reading
from crmdesk.tabular.types.numbers import numbers, ungrouped, without_limits
from tests.tabular.fields import answers, field, text

MONEY = field(FieldType.DECIMAL, "Revenue", precision=18, scale=2)
ROUND = field(FieldType.DECIMAL, "AnnualRevenue", precision=18, scale=0)
WHOLE = field(FieldType.INTEGER, "Employees", precision=8)
FREE = field(FieldType.DECIMAL, "Free")


def one(value: str, target: Field = MONEY, decimal: str = ".") -> str | None:
    return answers(numbers(text(value), target, decimal))[0]


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("+7", "7"),
        ("007", "7"),
        ("12.50", "12.5"),
        ("12.00", "12"),
        (".5", "0.5"),
        ("5.", "5"),
        (" 12 ", "12"),
        ("-0.10", "-0.1"),
        ("6.0E7", "60000000"),
        ("1e-2", "0.01"),
        ("1.5e+3", "1500"),
        ("9999999999999999.99", "9999999999999999.99"),
        ("0.30000", "0.3"),
    ],
)
def test_a_number_keeps_every_digit_and_loses_every_ornament(value: str, wire: str) -> None:
    assert one(value) == wire


def test_a_number_outside_the_range_of_its_field_is_refused_with_the_range() -> None:
    """R-165."""
    latitude = field(FieldType.DECIMAL, "Latitude", least=Decimal(-90), most=Decimal(90))
    cells = numbers(text("-90", "90", "90.0001", "-1e2", None, "x"), latitude)
    assert answers(cells) == ["-90", "90", "OUT_OF_RANGE", "OUT_OF_RANGE", None, "CONVERSION_ERROR"]
    assert "Latitude takes numbers from -90 up to 90." in cells.faults["message"].to_list()
    people = field(FieldType.INTEGER, "People", least=Decimal(0))
    assert answers(numbers(text("0", "-1"), people)) == ["0", "OUT_OF_RANGE"]


def test_trailing_zeros_do_not_count_as_decimals() -> None:
    assert one("60000000.0", ROUND) == "60000000"
    assert one("6.0E7", ROUND) == "60000000"


@pytest.mark.parametrize(
    "value",
    ["abc", "NaN", "inf", "-Infinity", "0x1F", "1_000", "1,5", "1.234,5", "1,234.5", "1 000", "--1", "1e", "e5", "٣"],
)
def test_what_is_no_number_is_not_guessed_at(value: str) -> None:
    assert one(value) == "CONVERSION_ERROR"


def test_with_a_decimal_comma_a_point_is_refused() -> None:
    found = answers(numbers(text("1,5", "1234", "-0,50", "1.5", "1.234,5", "6,0E7", "1,2,3"), MONEY, ","))
    assert found == ["1.5", "1234", "-0.5", "CONVERSION_ERROR", "CONVERSION_ERROR", "60000000", "CONVERSION_ERROR"]


@pytest.mark.parametrize(
    "value", ["12345678901234567", "1e16", "12.345", "1e-3", "1e999999999", "1e-999999999", "10000000000000000.00"]
)
def test_more_digits_than_the_field_holds_are_out_of_range(value: str) -> None:
    assert one(value) == "OUT_OF_RANGE"


def test_a_whole_number_has_no_decimals() -> None:
    assert answers(numbers(text("12", "12.0", "12.5", "99999999", "100000000"), WHOLE)) == [
        "12",
        "12",
        "OUT_OF_RANGE",
        "99999999",
        "OUT_OF_RANGE",
    ]


def test_a_field_without_a_described_limit_takes_long_numbers() -> None:
    assert one("1" * 60 + "." + "1" * 60, FREE) == "1" * 60 + "." + "1" * 60
    assert one("1e400", FREE) == "OUT_OF_RANGE"


def test_a_field_of_decimals_only_takes_nothing_before_the_point() -> None:
    share = field(FieldType.DECIMAL, "Share", precision=3, scale=3)
    assert answers(numbers(text("0.125", "0", "1", "1.5", "0.1250"), share)) == [
        "0.125",
        "0",
        "OUT_OF_RANGE",
        "OUT_OF_RANGE",
        "0.125",
    ]


def test_a_message_names_value_field_and_limit() -> None:
    found = numbers(text("12.345", "1e20", "abc", "1.5"), MONEY).faults["message"].to_list()
    assert found == [
        '"12.345" has too many decimals: Revenue takes 2.',
        '"1e20" is too large: Revenue takes 16 digits before the point.',
        '"abc" cannot be read as a number (expected 1234.5).',
    ]
    assert numbers(text("x"), WHOLE).faults["message"][0] == '"x" cannot be read as a whole number (expected 1234).'


@pytest.mark.parametrize(
    ("decimal", "thousands", "values", "wires"),
    [
        (
            ",",
            ".",
            ["1.234,5", "-12.345.678", "1234,5", "12.34,5", "1.2345", "1,234.5"],
            ["1234.5", "-12345678", "1234.5"],
        ),
        (".", ",", ["1,234.5", "1,234,567", "1234.5", "1,23", "1.234,5", ",123"], ["1234.5", "1234567", "1234.5"]),
        (".", " ", ["1 234.5", "1\u00a0234\u202f567", " 7 ", "1 2 3", "12 34", "1  234"], ["1234.5", "1234567", "7"]),
        (".", "'", ["1'234.5", "1'234'567", "1", "1''234", "'123", "1'2"], ["1234.5", "1234567", "1"]),
    ],
)
def test_groups_of_three_digits_are_read_with_the_mark_of_the_job_and_no_other(
    decimal: str, thousands: str, values: list[str], wires: list[str]
) -> None:
    """R-075."""
    plain = ungrouped(text(*values), Reading(decimal, "", ZoneInfo("UTC"), thousands))
    assert answers(numbers(plain, MONEY, decimal)) == [*wires, *["CONVERSION_ERROR"] * 3]


@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15))
@settings(max_examples=300)
def test_a_number_is_the_same_number_afterwards_and_once_converted_stays(number: Decimal) -> None:
    wire = one(str(number))
    assert wire is not None
    assert Decimal(wire) == number
    assert one(wire) == wire


@given(value=st.text(st.sampled_from("0123456789.eE+-, "), max_size=12))
@settings(max_examples=300)
def test_any_text_is_refused_or_becomes_a_plain_number(value: str) -> None:
    wire = one(value, without_limits(FREE))
    if wire not in ("CONVERSION_ERROR", "OUT_OF_RANGE"):
        assert wire is not None
        assert Decimal(wire) == Decimal(value.strip())
        assert set(wire) <= set("-.0123456789")
