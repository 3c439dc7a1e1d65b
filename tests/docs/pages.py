"""The pages of the documentation, taken apart: code, blocks of code, and rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
GENERATED = "requirements.md"
PAGES = (ROOT / "README.md", *sorted(page for page in (ROOT / "docs").glob("*.md") if page.name != GENERATED))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: the page that has it, its line there (1 = the first), its language or "", and its text."""

    page: Path
    line: int
    language: str
    text: str


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def everything() -> str:
    """All pages one behind the other."""
    return "\n".join(map(text_of, PAGES))


def blocks(language: str | None = None) -> list[Block]:
    """The blocks of all pages, of one language or all."""
    found = []
    for page in PAGES:
        text = text_of(page)
        found += [
            Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])
            for match in _BLOCK.finditer(text)
            if language in (None, match[1])
        ]
    return found


def codes(text: str) -> list[str]:
    """What stands between back-quotes, outside blocks; line breaks are blanks."""
    return [" ".join(code.split()) for code in _CODE.findall(_BLOCK.sub("", text))]


def sections(page: Path) -> Mapping[str, str]:
    """The text below each heading, by the heading without its marks."""
    parts = re.split(r"^#+ (.*)$", _BLOCK.sub("", text_of(page)), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(section: str) -> Iterator[list[str]]:
    """The cells of each row of the tables in a section, their headers among them."""
    for line in section.splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]
