from __future__ import annotations

from tests.complaints import COMPLAINTS, complaints_in
from tests.requirements_index import PAGE, complaints_with_tests, named, page


def test_the_page_of_requirements_names_the_tests_that_there_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.requirements_index writes it anew"


def test_numbers_are_read_alone_and_in_ranges() -> None:
    assert list(named("R-112, R-113. Not R-1. R-064 to R-066; R-007–R-009")) == [112, 113, 64, 65, 66, 7, 8, 9]


def test_each_complaint_about_other_loaders_has_a_test_and_no_other_is_named() -> None:
    found = complaints_with_tests()
    assert [complaint for complaint, tests in found.items() if not tests] == []
    assert tuple(found) == COMPLAINTS


def test_complaints_are_read_across_lines() -> None:
    text = "R-1. A complaint about other loaders: dates\n    move. A complaint about other loaders: more."
    assert complaints_in(text) == ["dates move", "more"]
