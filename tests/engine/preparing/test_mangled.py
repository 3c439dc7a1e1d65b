"""What a spreadsheet does to values by itself, told from what people do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.engine.preparing.mangled import why_mangled


@pytest.mark.parametrize(
    ("original", "found", "why"),
    [
        ("007", "7", "zeros at the beginning are lost"),
        ("00123.50", "123.5", "zeros at the beginning are lost"),
        ("1-2", "2026-02-01", "a text was taken for a date"),
        ("1-2", "02-Jan", "a text was taken for a date"),
        ("3/4", "03.04.2026", "a text was taken for a date"),
        ("SEP1", "1-Sep", "a text was taken for a date"),
        ("1E05", "100000", "a number is written in another way"),
        ("123456789012", "1.23457E+11", "digits of a long number are lost"),
        ("12345678901234567", "12345678901234500", "digits of a long number are lost"),
        ("1980-01-06", "1/6/1980", "a date is written in another way"),
        ("04/03/2026", "04/03/26", "a date is written in another way"),
        ("04/03/2026", "2026-04-03", "a date is written in another way"),
        ("2026-03-04 10:30", "2026-03-04T10:30:00", "a date is written in another way"),
        ("10:30", "10:30:00 AM", "a time is written in another way"),
        ("False", "FALSE", "a text was taken for true or false"),
        ("25%", "0.25", "a number is written in another way"),
        ("(12)", "-12", "a number is written in another way"),
        ("$1,200.50", "1200.5", "a number is written in another way"),
        ("040 123 456", "40123456", "zeros at the beginning are lost"),
    ],
)
def test_what_a_spreadsheet_did_is_told(original: str, found: str, why: str) -> None:
    """R-195."""
    assert why_mangled(original, found) == why


@pytest.mark.parametrize(
    ("original", "found"),
    [
        ("7", "8"),
        ("", "2026-02-01"),
        ("x", "2026-02-01"),
        ("2026-02-01", "2026-02-02"),
        ("7", ""),
        ("007", "0071"),
        ("12345", "12346"),
        ("31/02/1986", "1986-02-28"),
        ("040 123 456", "040123456"),
        ("12e4567890", "13e4567890"),
        ("10:30", "11:30"),
        ("p.berg@acme.example", "t.holm@acme.example"),
    ],
)
def test_what_a_person_may_have_meant_is_left(original: str, found: str) -> None:
    assert why_mangled(original, found) == ""


@given(st.text(max_size=20))
def test_an_untouched_value_is_never_mangled(text: str) -> None:
    assert why_mangled(text, text) == ""
