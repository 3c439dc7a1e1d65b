"""What the pages lead to is there, and what they show can be read."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from crmdesk.connectors.missing_records import WhyMissing
from crmdesk.connectors.salesforce.capabilities import CAPABILITIES
from crmdesk.engine.duplicates.rule import CODE as DUPLICATE_ROW
from crmdesk.engine.job.file import parse_job
from crmdesk.engine.sending.withdrawing import NOT_SENT
from crmdesk.engine.undo import CHANGED_SINCE, NOT_KEPT
from crmdesk.model.error_book.book import card_of
from crmdesk.model.error_book.card import Remedy
from crmdesk.model.reject import Check
from tests.docs.pages import PAGES, ROOT, Block, blocks, codes, rows, sections, text_of

GUIDE = ROOT / "docs" / "guide.md"
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))

NO_ANSWER = "NO_ANSWER"
"""Of services that break off; crmdesk.connectors.odata.sink."""

_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
_MODULE = re.compile(r"\b(?:crmdesk|tests|bench|resources|docs)/[\w/.-]*\w")
_WHOLE = {"name": "n", "object": "Contact"}


def _anchors(page: Path) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in sections(page)}


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS, ROOT / "bench" / "README.md"], ids=lambda page: page.name)
def test_every_link_and_every_place_in_the_tree_is_there(page: Path) -> None:
    text = text_of(page)
    for target, anchor in _LINK.findall(text):
        place = page.parent / target if target else page
        assert place.exists(), target
        assert not anchor or anchor in _anchors(place), f"{target}#{anchor}"
    # A dot within a name may be an attribute; what a page makes up stands in a block.
    named = {place for code in codes(text) for place in _MODULE.findall(code)}
    assert {place for place in named if not (ROOT / place).exists()} == set()


@pytest.mark.parametrize("block", blocks("toml"), ids=lambda block: f"{block.page.name}-{block.line}")
def test_every_job_on_a_page_is_one(block: Block) -> None:
    told = tomllib.loads(block.text)
    head = "".join(f'{key} = "{value}"\n' for key, value in _WHOLE.items() if key not in told)
    if "operation" not in told:
        head += f'operation = "{_operation(told)}"\n'
    rest = "" if "local" in told else '\n[local]\npath = "a.csv"\n'
    rest += "" if "mapping" in told else '\n[[mapping]]\nremote = "Email"\nlocal = "email"\n'
    parse_job(head + block.text + rest, Path("/"))


def _operation(told: dict[str, object]) -> str:
    local = told.get("local")
    if "period" in told:
        return "import-deleted"
    reads = {"filter", "index", "order_by"} & set(told) or (isinstance(local, dict) and "mode" in local)
    return "import" if reads else "export"


@pytest.mark.parametrize("block", blocks("json"), ids=lambda block: f"{block.page.name}-{block.line}")
def test_every_piece_of_json_on_a_page_is_such(block: Block) -> None:
    text = block.text.replace(",…,", ",")
    for piece in [text] if text.startswith("[") else text.splitlines():
        json.loads(piece)


@pytest.mark.parametrize("check", Check)
def test_the_guide_names_the_code_of_each_check_of_ours_and_the_error_book_explains_it(check: Check) -> None:
    assert {check.value, CAPABILITIES.code(check)} <= set(codes(text_of(GUIDE)))
    assert card_of(check.value, "") is not None


def test_the_guide_names_no_code_that_there_is_not() -> None:
    section = sections(GUIDE)["Rejects"]
    told = {code for cells in rows(section) for code in codes(cells[0]) if re.fullmatch(r"[A-Z]+_[A-Z_]+", code)}
    assert told <= {*(check.value for check in Check), DUPLICATE_ROW, CHANGED_SINCE, NOT_KEPT, NOT_SENT, NO_ANSWER}


def test_the_guide_has_each_remedy_by_its_letter() -> None:
    letters = [letter for cells in rows(sections(GUIDE)["Rejects"]) for letter in cells[0].split(", ")]
    assert set(Remedy) <= set(letters)


def test_the_job_file_names_why_a_record_cannot_be_had() -> None:
    assert set(WhyMissing) <= set(codes(text_of(ROOT / "docs" / "job-file.md")))


def test_the_index_of_the_decisions_names_each_by_its_title() -> None:
    index = text_of(ROOT / "docs" / "adr" / "README.md")
    for decision in DECISIONS:
        if decision.name != "README.md":
            number, _, title = text_of(decision).splitlines()[0].removeprefix("# ").partition(". ")
            assert f"{number}. [{title}]({decision.name})" in index


def test_the_readme_leads_to_every_page_and_lists_every_package() -> None:
    readme = text_of(ROOT / "README.md")
    reached = {target for page in PAGES for target, _ in _LINK.findall(text_of(page))}
    names = {Path(target).name for target in reached}
    assert {page.name for page in PAGES[1:]} <= names
    packages = {path.parent.name for path in (ROOT / "crmdesk").glob("*/__init__.py")}
    assert packages <= set(codes(readme))
