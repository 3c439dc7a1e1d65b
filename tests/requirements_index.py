"""Which tests prove which numbered requirement, as their docstrings say (python -m tests.requirements_index)."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.complaints import COMPLAINTS, complaints_in

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "requirements.md"

_HEAD = """# Requirements and their tests

Each line names a requirement and the tests that prove it. The page is written by `python -m tests.requirements_index`
from the docstrings of the tests; the suite says when it is out of date.

| requirement | tests |
|---|---|
"""
_COMPLAINTS = """
## Complaints about other loaders

What users of other loaders complain of, in public lists of issues, and the tests that prove that it is not so here.

| complaint | tests |
|---|---|
"""
_NUMBERS = re.compile(r"R-(\d{3})(?:\s*(?:–|-|to)\s*R-(\d{3}))?")


def named(text: str) -> Iterator[int]:
    """The numbers that a text names: `R-112`, `R-064 to R-076` with all between."""
    for first, last in _NUMBERS.findall(text):
        yield from range(int(first), int(last or first) + 1)


def _told() -> Iterator[tuple[str, str]]:
    """Each test as `file` name, and its docstring."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                place = path.relative_to(ROOT / "tests").with_suffix("").as_posix()
                yield f"`{place}` {node.name}", ast.get_docstring(node) or ""


def numbers_with_tests() -> Mapping[int, list[str]]:
    """The tests by the number of the requirement that they name."""
    found: dict[int, list[str]] = defaultdict(list)
    for test, text in _told():
        for number in dict.fromkeys(named(text)):
            found[number].append(test)
    return found


def complaints_with_tests() -> Mapping[str, list[str]]:
    """The tests by the complaint that they name, in the order of COMPLAINTS; others follow."""
    found: dict[str, list[str]] = {complaint: [] for complaint in COMPLAINTS}
    for test, text in _told():
        for complaint in dict.fromkeys(complaints_in(text)):
            found.setdefault(complaint, []).append(test)
    return found


def page() -> str:
    """The page as it should stand in docs/."""
    lines = [f"| R-{number:03} | {' · '.join(tests)} |" for number, tests in sorted(numbers_with_tests().items())]
    complaints = [f"| {complaint} | {' · '.join(tests)} |" for complaint, tests in complaints_with_tests().items()]
    return _HEAD + "\n".join(lines) + "\n" + _COMPLAINTS + "\n".join(complaints) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
