"""The table of docs/practice-behaviours.md: complete, and about tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "practice-behaviours.md"
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
HELD = re.compile(r"`([\w.]+)` (test_\w+)")


def test_every_behaviour_has_a_row_and_every_row_a_test() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [int(number) for number, _ in rows] == list(range(1, 61))
    for _, held in rows:
        named = HELD.findall(held)
        assert named, held
        for module, test in named:
            place = HERE.joinpath(*module.split(".")).with_suffix(".py")
            assert f"def {test}(" in place.read_text(encoding="utf-8"), test
