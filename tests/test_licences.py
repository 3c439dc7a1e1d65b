from __future__ import annotations

import pytest

from tests.licences import PAGE, UNKNOWN, locked, page, told_by_itself, written

FREE_TO_BUILD_UPON = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
}
"""What a program under the MIT licence may be installed with; another one takes a decision."""


def test_the_page_of_licences_names_every_package_of_the_lock_file_and_what_it_says_of_itself() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "python -m tests.licences writes it anew"
    assert [package for package, licence in written(text).items() if licence == UNKNOWN] == []


def test_no_package_has_a_licence_that_binds_the_program() -> None:
    licences = written(PAGE.read_text(encoding="utf-8"))
    binding = {name for name, licence in licences.items() if not set(licence.split(" OR ")) & FREE_TO_BUILD_UPON}
    assert binding == set()


def test_a_row_written_by_hand_stays_and_a_package_that_is_gone_goes() -> None:
    before = "| package | licence |\n|---|---|\n| peewee | by hand |\n| gone | MIT |\n| rich | not MIT |\n"
    after = written(page(before))
    assert (after["peewee"], after["rich"], after.get("gone")) == ("by hand", "MIT", None)
    assert list(after) == locked()


@pytest.mark.parametrize(("package", "licence"), [("typer", "MIT"), ("requests", "Apache-2.0"), ("peewee", "")])
def test_a_licence_is_read_from_wherever_a_package_names_it(package: str, licence: str) -> None:
    assert told_by_itself(package) == licence
