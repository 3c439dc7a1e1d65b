from __future__ import annotations

from tests.requirements_index import PAGE, named, page


def test_the_page_of_requirements_names_the_tests_that_there_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.requirements_index writes it anew"


def test_numbers_are_read_alone_and_in_ranges() -> None:
    assert list(named("R-112, R-113. Not R-1. R-064 to R-066; R-007–R-009")) == [112, 113, 64, 65, 66, 7, 8, 9]
