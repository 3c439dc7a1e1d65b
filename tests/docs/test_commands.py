"""The pages name the commands and options that there are, all of them and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer

from crmdesk.cli.app import program
from tests.docs.pages import PAGES, ROOT, blocks, codes, everything, text_of

EVERYWHERE = {"--home", "--json", "--help", "--version"}
PASSED_ON = ("practice", "serve")
"""Hands its options on to a program of its own."""
OF_THE_PROGRAM = {"engine"}
"""A command that only the window calls."""

Path = tuple[str, ...]


def _commands(group: object, path: Path = ()) -> Iterator[tuple[Path, set[str]]]:
    for name, command in getattr(group, "commands", {}).items():
        options = {word for each in command.params for word in (*each.opts, *each.secondary_opts)}
        yield (*path, name), {word for word in options if word.startswith("--")}
        yield from _commands(command, (*path, name))


COMMANDS = dict(_commands(typer.main.get_group(program(""))))


def _helps(group: object, path: Path = ()) -> Iterator[tuple[str, str]]:
    for name, command in getattr(group, "commands", {}).items():
        at = " ".join((*path, name))
        yield at, command.help or ""
        yield from ((f"{at} {each.name}", getattr(each, "help", None) or "") for each in command.params)
        yield from _helps(command, (*path, name))


def test_no_help_loses_a_word_in_brackets() -> None:
    """`[schema]` is markup to the library that prints help, and vanishes."""
    helps = dict(_helps(typer.main.get_group(program(""))))
    assert helps
    assert [at for at, text in helps.items() if re.search(r"(?<!\\)\[[a-z_]+\]", text)] == []


def _told() -> Iterator[tuple[str, str]]:
    """Each command that a page shows, with the page; what follows `|` is another way to write it."""
    for page in PAGES:
        lines = [line for block in blocks() if block.page == page for line in _lines(block.text)]
        for text in (*codes(text_of(page)), *lines):
            for match in re.finditer(r"(?:^|\$ )crmdesk ([^#]*)", text):
                yield match[1], page.name


def _lines(text: str) -> list[str]:
    return text.replace("\\\n", " ").splitlines()


def _named(words: list[str]) -> Path:
    path: Path = ()
    for word in words:
        if (*path, word) not in COMMANDS:
            break
        path = (*path, word)
    return path


def _is_about_the_program(words: list[str]) -> bool:
    return not words or words[0] == "ARGS" or words[0] in EVERYWHERE


@pytest.mark.parametrize(("told", "page"), sorted(set(_told())), ids=lambda text: str(text)[:40])
def test_a_command_on_a_page_is_one_of_the_program_with_options_that_it_has(told: str, page: str) -> None:
    words = told.split()
    if words and words[0] == "--home":
        words = words[2:]
    path = _named(words)
    assert path or _is_about_the_program(words)
    if path and path != PASSED_ON:
        unknown = set(re.findall(r"(?<!\S)\[?(--[a-z][a-z-]+)", told)) - COMMANDS[path] - EVERYWHERE
        assert (path[0] == "account" and "|" in told) or not unknown  # one line there shows several commands


def test_every_command_and_every_option_stands_on_a_page() -> None:
    pages = everything()
    for path, options in COMMANDS.items():
        if path[0] in OF_THE_PROGRAM:
            continue
        last = re.escape(path[-1])
        before = re.escape(" ".join(path[:-1]))
        assert re.search(rf"(?:crmdesk|`){' ' * bool(before)}?{before}[^`\n]*\b{last}\b", pages), path
        missing = {word for word in options if not word.startswith("--no-")} - EVERYWHERE
        assert not {word for word in missing if not re.search(rf"{word}(?![\w-])", pages)}, path


def test_every_command_and_every_option_says_in_a_sentence_what_it_does() -> None:
    group = typer.main.get_group(program(""))
    for name, command in group.commands.items():
        assert (command.help or "").rstrip().endswith("."), name
        for option in command.params:
            assert str(getattr(option, "help", "") or "").rstrip().endswith((".", "…")), (name, option.name)


def test_every_option_of_the_practice_org_stands_on_its_page() -> None:
    source = text_of(ROOT / "crmdesk" / "practice" / "__main__.py")
    options = re.findall(r'add_argument\(\s*"(--[a-z-]+)"', source)
    page = text_of(ROOT / "docs" / "practice-org.md")
    assert options
    assert [option for option in options if f"`{option}" not in page] == []
