"""The engine child from outside: lines in, lines out, and nothing that ends it but the end of its questions."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cli.program import Program


@contextmanager
def engine(program: Program) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        program.command("engine", "--stdio"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.surroundings(),
    )
    with child:
        yield child
        child.kill()


def ask(child: subprocess.Popen[bytes], line: bytes) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(line + b"\n")
    child.stdin.flush()
    answer: dict[str, Any] = json.loads(child.stdout.readline())
    return answer


def test_it_is_not_among_the_commands_of_people(program: Program) -> None:
    assert " engine" not in program.tell("--help").stdout
    assert program.ask("engine").error["hint"] == "Start it with --stdio."


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (b"", None),
        (b"nonsense", None),
        (b"\xff\xfe", None),
        (b"[]", None),
        (b'{"id":"seven","ask":"kinds"}', None),
        (b'{"id":7,"ask":"sing"}', 7),
        (b'{"id":7}', 7),
        (b'{"id":7,"ask":"describe","account":"practice_org"}', 7),
    ],
)
def test_a_line_that_is_no_question_is_answered_as_that(shared: Program, line: bytes, asked: int | None) -> None:
    with engine(shared) as child:
        answer = ask(child, line)
        assert (answer["id"], answer["error"]["kind"]) == (asked, "bug")
        assert "salesforce" in {kind["kind"] for kind in ask(child, b'{"id":8,"ask":"kinds"}')["answer"]}


def test_a_bug_of_ours_is_kept_and_the_next_question_is_answered(shared: Program) -> None:
    with engine(shared) as child:
        answer = ask(child, b'{"id":1,"ask":"look","local":{"path":"/\\u0000.csv"}}')
        assert (answer["id"], answer["error"]["kind"]) == (1, "bug")
        assert str(shared.home / "crash.txt") in answer["error"]["hint"]
        assert "ValueError" in shared.crash()
        assert ask(child, b'{"id":2,"ask":"kinds"}')["id"] == 2


def test_it_ends_when_there_are_no_more_questions(shared: Program) -> None:
    with engine(shared) as child:
        ask(child, b'{"id":1,"ask":"kinds"}')
        out, err = child.communicate(timeout=100)
    assert (child.returncode, out, err) == (0, b"", b"")


def test_a_profile_that_cannot_be_used_is_an_answer(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("broken") / "file"
    home.write_text("x")
    with engine(Program(home)) as child:
        for number in (1, 2):
            answer = ask(child, b'{"id":%d,"ask":"kinds"}' % number)
            assert (answer["id"], answer["error"]["kind"]) == (number, "store")


def test_all_problems_of_a_job_come_at_once(shared: Program) -> None:
    with engine(shared) as child:
        answer = ask(child, b'{"id":1,"ask":"preview","text":"x = 1","folder":"/","rows":1}')
    assert answer["error"]["kind"] == "plan"
    assert len(answer["problems"]) > 3
    assert set(answer["problems"][0]) == {"place", "message", "hint"}
