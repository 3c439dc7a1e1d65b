"""docs/job-file.md and the reader of job files know the same keys."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.engine.job.file import parse_job
from crmdesk.errors import PlanError
from tests.docs.pages import ROOT, blocks, codes, rows, sections, text_of

PAGE = ROOT / "docs" / "job-file.md"
READERS = {"text", "scalar_text", "integer", "boolean", "choice", "text_map", "texts", "table", "optional", "tables"}
"""The methods of a table whose first argument is a key."""
BY_NAME = {"choice_of", "_bound", "_percent", "_duration", "_moment"}
"""Functions whose second argument is one."""
REFUSED = {"not", "none"}
"""Keys that are known to be told what to write instead."""

_WAYS = ('path = "a.csv"', 'path = "a.xlsx"', 'database = "sqlite:///a.db"\ntable = "t"', 'run = "1"', 'account = "a"')
_OPERATIONS = ("export", "import", "import-deleted", "delete")
_BESIDE = {
    "period": ("", 'mode = "compare"\n', 'mode = "automatic"\n'),
    "population": ("", 'database = "sqlite:///a.db"\n', 'run = "1"\n'),
}
"""What has to stand beside some keys of a table."""
_AS_KEY = r"(?<![\w\".-]){}(?=\s*=|\]|$|,)"
_REFUSALS = ("is not a key of a job file here", "belong", "has no place")


def keys_read() -> Iterator[tuple[str, str]]:
    """Each key that the modules of the reader ask a table for, with the module."""
    for module in sorted((ROOT / "crmdesk" / "engine" / "job").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = 0 if name in {*READERS, "take"} else 1 if name in BY_NAME else None
            if place is not None and len(node.args) > place:
                key = node.args[place]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, module.name


def keys_told() -> Iterator[tuple[str, str]]:
    """Each key that a table of the page lists first, with the TOML table it belongs to."""
    for heading, section in sections(PAGE).items():
        places = re.findall(r"\[\[?(\w+)\]?\]", heading)
        header: list[str] = []
        for cells in rows(section):
            if not header or cells[0].startswith("key"):
                header = cells
                continue
            if header[0] != "key":
                continue
            names = [code.partition(" =")[0] for code in codes(cells[0])]
            if names and names[0].startswith("["):
                places, names = [names[0].strip("[]")], names[1:]
            if heading.startswith("Records"):
                owners = codes(cells[1]) or ["lookup", "owner", "record_type"]
                yield from ((name, owner) for name in names for owner in owners)
            else:
                yield from ((name, places[0]) for name in names)


TOLD = sorted(set(keys_told()))


def _jobs_with(key: str, place: str) -> Iterator[str]:
    """Jobs of every kind with the key in its place."""
    for operation in _OPERATIONS:
        for way in _WAYS:
            local = f"\n[local]\n{way}\n"
            line = '\n[[mapping]]\nremote = "Id"\n'
            if place in {"lookup", "owner", "record_type"}:
                line += f"{place} = {{ {key} = 1 }}\n"
            elif place == "mapping":
                line += f"{key} = 1\n" if key != "remote" else ""
            elif place == "local":
                local += f"{key} = 1\n" if not re.search(rf"^{key} =", way, re.MULTILINE) else ""
            head = f'name = "n"\nobject = "Contact"\noperation = "{operation}"\n'
            table = "" if place in {"lookup", "owner", "record_type", "mapping", "local"} else f"[{place}]\n{key} = 1\n"
            for beside in _BESIDE.get(place, ("",)):
                yield head + local + line + table + ("" if beside.startswith(f"{key} =") else beside)


def _knows(key: str, place: str, text: str) -> bool:
    """Whether the key is taken there; that its value is no good does not matter."""
    try:
        parse_job(text, Path("/"))
    except PlanError as error:
        about = [problem for problem in error.problems if problem.place.endswith((place, f".{key}"))]
        return not any(word in problem.message for problem in about for word in _REFUSALS)
    return True


def test_every_key_that_the_reader_asks_for_stands_on_the_page() -> None:
    shown = (block.text for block in blocks("toml") if block.page == PAGE)
    written = "\n".join([*sections(PAGE), *codes(text_of(PAGE)), *shown])
    missing = {
        (key, module) for key, module in keys_read() if not re.search(_AS_KEY.format(key), written, re.MULTILINE)
    }
    assert {key for key, _ in missing} - REFUSED == set(), missing


@pytest.mark.parametrize(("key", "place"), TOLD, ids=str)
def test_every_key_on_the_page_is_known_where_it_is_said_to_belong(key: str, place: str) -> None:
    assert any(_knows(key, place, text) for text in _jobs_with(key, place))


def test_a_key_that_no_page_has_is_known_nowhere() -> None:
    assert not any(_knows("nonsense", "export", text) for text in _jobs_with("nonsense", "export"))


def test_the_page_has_keys_of_every_table() -> None:
    told = {place for _, place in TOLD}
    tables = {"local", "mapping", "index", "period", "population", "schema", "duplicates", "mapping_all", "export"}
    assert tables | {"behaviour", "guard", "lookup", "owner", "record_type"} == told
