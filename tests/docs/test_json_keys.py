"""docs/json.md and the lines of --json have the same keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crmdesk.cli.app import run_command_line
from crmdesk.errors import CrmDeskError
from tests.cli.program import Answer, Program, profile
from tests.docs.pages import ROOT, blocks, codes, rows, sections, text_of
from tests.docs.test_commands import COMMANDS, OF_THE_PROGRAM, PASSED_ON

PAGE = ROOT / "docs" / "json.md"
SAMPLES = ROOT / "resources" / "samples"
COUNTS = {"read", "created", "updated", "deleted", "unchanged", "rejected", "unknown", "pending"}

IMPORT = """
name = "accounts"
object = "Account"
operation = "import"
local = { path = "accounts.csv", mode = "merge" }
mapping = [ { remote = "Name", local = "Name" } ]
index = { mode = "automatic" }
"""

LINES = {
    "account add": "account add Stock --kind odata --url http://127.0.0.1:9/ --auth none",
    "account app-letter": "account app-letter",
    "account copy": "account copy Stock Other",
    "account edit": "account edit Stock --set comment=x",
    "account list": "account list",
    "account remove": "account remove Other",
    "account test": "account test practice_org",
    "account versions": "account versions practice_org",
    "before RUN --csv FILE": "before 1 --csv before.csv",
    "beside RUN ROW": "beside 1 8",
    "check --query": "check accounts.toml --query",
    "check --rights": "check contacts.toml --rights",
    "rejects RUN --csv FILE": "rejects 1 --csv rejects.csv",
    "corrections RUN FILE": "corrections 1 rejects.csv",
    "describe": "describe practice_org Region__c",
    "describe --refresh": "describe practice_org Region__c --refresh",
    "errors": "errors",
    "errors --counts": "errors --counts",
    "errors --csv FILE": "errors --csv errors.csv",
    "job accept": "job accept accounts.toml",
    "job export": "job export copied copied.toml",
    "job from-query": "job from-query queried --to accounts.csv",
    "job import": "job import contacts.toml",
    "job list": "job list",
    "job show": "job show contacts.toml",
    "kept": "kept",
    "kept clean": "kept clean --yes",
    "kept set KIND DAYS": "kept set logs 80",
    "look": "look contacts.csv",
    "objects": "objects practice_org --search Region",
    "options": "options",
    "options changes NAME": "options changes LASTIMPORT_practice_org_accounts",
    "options set": "options set LASTIMPORT_practice_org_accounts then",
    "preview": "preview contacts.toml --rows 9",
    "profile backup FILE": "profile backup profile.zip",
    "rejects RUN": "rejects 1",
    "rejects RUN --causes": "rejects 1 --causes",
    "remedy RUN CAUSE LETTER": "remedy 1 1 S --reason late --rows 8",
    "reopen RUN": "reopen 1 --rows 8",
    "report RUN --html FILE": "report 1 --html report.html",
    "results RUN": "results 1",
    "results RUN --csv FILE": "results 1 --csv results.csv",
    "runs": "runs",
    "runs --csv FILE": "runs --csv runs.csv",
    "show RUN": "show 1",
    "show RUN --log": "show 1 --log",
    "show RUN --row N": "show 1 --row 8",
    "statement RUN": "statement 1 --check",
    "values": "values contacts.toml",
    "audit": "audit",
}
"""A command for each row of the page that can be had of a small profile, in an order in which they can be given."""
SAID = {"queried": "SELECT Id, Name FROM Account", "copied": "sample contacts", "then": "2026/01/31 00:00:00"}


def _keys(text: str) -> set[str]:
    """The keys of an object like `{"a","b":[{"c"}],…}`, without those of what is within, the counts for an ellipsis."""
    inner, before = text[1:-1], ""
    while inner != before:
        before, inner = inner, re.sub(r"\[[^\[\]]*\]|\{[^{}]*\}", "", inner)
    return set(re.findall(r'(?:^|,)"(\w+)"', inner)) | (COUNTS if "…," in inner else set())


def _shapes(text: str, told: Mapping[str, list[set[str]]]) -> list[set[str]]:
    """The keys of each kind of line that the right side of a row tells."""
    plain = re.sub(r"\([^()]*\)", "", text)
    shapes = [_keys(code) for code in codes(plain) if code.startswith("{")]
    first = plain.partition(";")[0]
    base = re.match(r"a line of `(\w+)` with", first)
    if base or "the counts" in first:
        words = {code for code in codes(first) if re.fullmatch(r"\w+", code)}
        whole = told[base[1]][0] | words - {base[1]} if base else shapes[0] | words | COUNTS
        return [whole]
    return [*shapes, *(told["check"] if first.startswith("also") else [])]


def _told() -> Mapping[str, list[set[str]]]:
    found: dict[str, list[set[str]]] = {}
    for cells in rows(sections(PAGE)["Others"]):
        for command in codes(cells[0]):
            found.setdefault(command, []).extend(_shapes("|".join(cells[1:]), found))
    running = next(text for heading, text in sections(PAGE).items() if heading.startswith("run, "))
    values = next(part for part in running.split("\n\n") if part.startswith("`values`"))
    return {**found, "values": [_keys(code) for code in codes(values) if code.startswith("{")]}


TOLD = _told()


@dataclass(frozen=True, slots=True)
class Used:
    """A profile with a run of the sample, its rejects, and an import with an index; what was said by the run and by a
    rehearsal of it.
    """

    program: Program
    run: Answer
    rehearsal: Answer


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Used]:
    folder = tmp_path_factory.mktemp("keys")
    for file in SAMPLES.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "accounts.toml").write_text(IMPORT, encoding="utf-8")
    with profile(folder / "profile") as program:
        run, rehearsal = program.run(folder / "contacts.toml"), program.ask("rehearse", folder / "contacts.toml")
        assert program.ask("run", folder / "accounts.toml").code == 0
        assert program.ask("job", "import", folder / "contacts.toml").code == 0
        yield Used(program, run, rehearsal)


@pytest.mark.parametrize("row", LINES)
def test_the_lines_of_a_command_have_the_keys_of_its_row(
    used: Used, row: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.chdir(used.program.home.parent)
    given = [SAID.get(word, word) for word in LINES[row].split()]
    run_command_line(["--home", str(used.program.home), "--json", *given])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines
    for line in lines:
        known = set(line) - (_source_columns() if row == "results RUN" else set())
        assert known in TOLD[row], [sorted(known ^ shape) for shape in TOLD[row]]


def _source_columns() -> set[str]:
    return set((SAMPLES / "contacts.csv").read_text(encoding="utf-8").splitlines()[0].split(","))


def test_the_lines_of_a_run_have_the_keys_of_the_example(used: Used) -> None:
    shown: dict[str, set[str]] = {}
    for block in blocks("json"):
        for text in block.text.splitlines() if block.page == PAGE else ():
            shown[(re.search(r'"event":"(\w+)"', text) or ["", "error"])[1]] = _keys(text)
    said: list[dict[str, Any]] = used.run.lines
    assert {"started", "progress", "intent", "finished"} <= {line["event"] for line in said}
    assert [line for line in said if set(line) != shown[line["event"]]] == []
    refused = used.program.ask("run", Path("nowhere.toml"))
    assert set(refused.last) == shown["finished"] | {"error"}
    assert set(refused.error) == _keys(next(iter(re.findall(r'\{"kind".*?\}', text_of(PAGE)))))


def test_the_last_line_of_a_rehearsal_has_what_the_page_tells_beside_that_of_a_run(used: Used) -> None:
    more = set(used.rehearsal.last) - set(used.run.last)
    assert more == {"causes", "lookups", "changes", "run_calls", "run_seconds"}
    assert [key for key in more if not re.search(rf"[`\"]{key}[`\"]", text_of(PAGE))] == []


def test_every_command_has_its_row() -> None:
    page = " ".join([*sections(PAGE), *codes(text_of(PAGE))])
    groups = {path[:-1] for path in COMMANDS if len(path) > 1} - {("options",), ("kept",)}
    named = set(COMMANDS) - groups - {PASSED_ON} - {(each,) for each in OF_THE_PROGRAM}
    assert [path for path in named if not re.search(rf"\b{' '.join(path)}\b", page)] == []


def test_every_kind_of_error_is_told() -> None:
    kinds, classes = set(), [CrmDeskError]
    while classes:
        kinds |= {each.kind for each in classes}
        classes = [known for each in classes for known in each.__subclasses__() if known.__module__ == each.__module__]
    assert kinds <= set(codes(text_of(PAGE)))
