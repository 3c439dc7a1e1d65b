"""dev.py on a small project of its own: one local wheel in the lock file, no network, a real virtual environment."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "crmdesk"
version = "1"
[tool.hatch]
"""

# The smallest build backend there is: an editable wheel is a path file, an entry point and three lines of metadata.
BACKEND = """
import pathlib, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "crmdesk-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("crmdesk.pth", str(pathlib.Path.cwd()))
        wheel.writestr("crmdesk-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: crmdesk\\nVersion: 1\\n")
        wheel.writestr("crmdesk-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("crmdesk-1.dist-info/entry_points.txt", "[console_scripts]\\ncrmdesk = crmdesk:main\\n")
        wheel.writestr("crmdesk-1.dist-info/RECORD", "")
    return name
"""

PROGRAM = """
import sys, time

def main():
    import crmdesk_needs
    try:
        print("crmdesk", *sys.argv[1:], flush=True)
        if "sleep" in sys.argv:
            time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(130)
    return len(sys.argv) - 1
"""


@dataclass(frozen=True, slots=True)
class Tree:
    """A project that dev.py sets up; `packages` is the only place its pip may look."""

    root: Path
    packages: Path

    def start(self, *arguments: str, python: str = sys.executable, **extra: str) -> subprocess.Popen[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "TMPDIR") if name in os.environ}
        kept["PYTHONDONTWRITEBYTECODE"] = "1"  # what is compiled was compiled by the set-up
        environment = {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.packages)}
        return subprocess.Popen(
            [python, str(self.root / "dev.py"), *arguments],
            cwd=self.root,
            env=environment | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: str, python: str = sys.executable, **extra: str) -> Outcome:
        with self.start(*arguments, python=python, **extra) as process:
            return Outcome.of(process)

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / "ready.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    said: str

    @classmethod
    def of(cls, process: subprocess.Popen[str]) -> Outcome:
        out, said = process.communicate(timeout=100)
        return cls(process.returncode, out, said)


def make_tree(place: Path, packages: Path) -> Tree:
    """Lay out a project in `place`, and a wheel for its lock file in `packages`."""
    (place / "crmdesk").mkdir(parents=True)
    packages.mkdir(exist_ok=True)
    wheel = packages / "crmdesk_needs-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("crmdesk_needs.py", "")
        archive.writestr(
            "crmdesk_needs-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: crmdesk-needs\nVersion: 1\n"
        )
        archive.writestr(
            "crmdesk_needs-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("crmdesk_needs-1.dist-info/RECORD", "")
    pinned = f"crmdesk-needs==1 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    (place / "requirements.lock").write_text(pinned, encoding="utf-8")
    (place / "requirements-dev.lock").write_text(pinned, encoding="utf-8")
    (place / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (place / "backend.py").write_text(BACKEND, encoding="utf-8")
    (place / "crmdesk" / "__init__.py").write_text(PROGRAM, encoding="utf-8")
    shutil.copy(ROOT / "dev.py", place)
    return Tree(place, packages)


@dataclass(frozen=True, slots=True)
class FirstSetUp:
    tree: Tree
    outcomes: tuple[Outcome, Outcome]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> FirstSetUp:
    """A tree that two dev.py, started in the same moment, have set up."""
    place = tmp_path_factory.mktemp("dev")
    tree = make_tree(place / "a project", place / "packages")
    one, two = tree.start("setup"), tree.start("setup")
    with one, two:
        return FirstSetUp(tree, (Outcome.of(one), Outcome.of(two)))


@pytest.fixture
def tree(first: FirstSetUp) -> Tree:
    return first.tree


def test_alone_it_lists_each_command_with_a_sentence() -> None:
    listing = subprocess.run([sys.executable, ROOT / "dev.py"], capture_output=True, text=True, check=True)
    commands = dict(re.findall(r"^  (\w+) +(\S.*\.)$", listing.stdout, re.MULTILINE))
    assert list(commands) == ["setup", "run", "test", "check", "shots"]
    assert listing.stderr == ""


def test_an_unknown_command_is_refused_with_the_listing() -> None:
    answer = subprocess.run([sys.executable, ROOT / "dev.py", "rum"], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.startswith("There is no command rum.\n")
    assert "  run " in answer.stderr


def test_an_unknown_option_of_a_command_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", tmp_path / "packages")
    answer = tree.call("setup", "--everything")
    assert (answer.code, answer.said) == (2, "`setup` does not know --everything.\n")
    assert not tree.stamp.parent.exists()


def test_it_parses_on_a_python_that_is_too_old() -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_a_python_that_is_too_old_is_refused_with_its_version() -> None:
    disguise = (
        "import runpy, sys; sys.version_info = (3, 10, 4, 'final', 0); sys.version = '3.10.4 (main)';"
        f"sys.argv = ['dev.py', 'run']; runpy.run_path({str(ROOT / 'dev.py')!r}, run_name='__main__')"
    )
    answer = subprocess.run([sys.executable, "-c", disguise], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.startswith("CRM Desk needs Python 3.11 or newer, and this is 3.10.4: ")


def test_two_that_set_up_at_once_make_one_environment(first: FirstSetUp) -> None:
    assert [outcome.code for outcome in first.outcomes] == [0, 0], first.outcomes
    assert sum("Making .venv/" in outcome.said for outcome in first.outcomes) == 1
    assert all(outcome.said.endswith("Ready: .venv/ is what the lock files say.\n") for outcome in first.outcomes)


def test_the_program_is_compiled_though_its_installation_is_a_link(first: FirstSetUp) -> None:
    assert list((first.tree.root / "crmdesk" / "__pycache__").glob("__init__.*.pyc"))


def test_with_nothing_to_do_it_says_nothing_of_its_own(
    tree: Tree, record_property: Callable[[str, object], None]
) -> None:
    written = tree.stamp.stat().st_mtime_ns
    started = time.perf_counter()
    outcome = tree.call("run")
    record_property("seconds_with_nothing_to_do", round(time.perf_counter() - started, 3))
    assert outcome == Outcome(0, "crmdesk\n", "")
    assert tree.stamp.stat().st_mtime_ns == written


@pytest.mark.parametrize("arguments", [("run", "--", "a", "--b"), ("run", "a", "--b")])
def test_run_passes_arguments_output_and_exit_code_through(tree: Tree, arguments: tuple[str, ...]) -> None:
    assert tree.call(*arguments) == Outcome(2, "crmdesk a --b\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_run_passes_a_signal_through(tree: Tree) -> None:
    with tree.start("run", "sleep") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "crmdesk sleep\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=100) == 130


def test_a_changed_entry_point_is_installed_without_making_the_environment_anew(tree: Tree) -> None:
    project = tree.root / "pyproject.toml"
    project.write_text(
        project.read_text(encoding="utf-8").replace("[tool.hatch]", "[tool.hatch]\nchanged = 1"), encoding="utf-8"
    )
    assert "Making" not in (said := tree.call("setup").said)
    assert "Installing crmdesk itself" in said


def test_the_python_inside_does_not_renew_its_own_environment(tree: Tree) -> None:
    inside = tree.root / ".venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    tree.stamp.rename(tree.stamp.with_suffix(".away"))
    outcome = tree.call("setup", python=str(inside))
    tree.stamp.with_suffix(".away").rename(tree.stamp)
    assert outcome.code == 2
    assert outcome.said.endswith("start dev.py with the system's Python.\n")


@pytest.mark.long
def test_a_project_that_was_moved_is_set_up_anew(tree: Tree, tmp_path: Path) -> None:
    moved = Tree(tmp_path / "moved", tree.packages)
    shutil.copytree(tree.root, moved.root, symlinks=True)
    outcome = moved.call("run", "one")
    assert outcome.code == 1, outcome
    assert outcome.said.startswith("Removing a .venv/ that is unfinished, broken or out of date.\nMaking .venv/")
    assert not list(moved.root.glob(".venv.old*"))


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="the signal is of POSIX")
def test_a_set_up_that_was_killed_is_done_afresh(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", tmp_path / "packages")
    with tree.start("setup") as process:
        assert process.stderr is not None
        while "Installing what" not in process.stderr.readline():
            assert process.poll() is None
        process.kill()
    assert not tree.stamp.exists()
    outcome = tree.call("run")
    assert (outcome.code, outcome.out) == (0, "crmdesk\n"), outcome
    assert "Removing a .venv/ that is unfinished" in outcome.said


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", tmp_path / "packages")
    with zipfile.ZipFile(tree.packages / "crmdesk_needs-1-py3-none-any.whl", "a") as wheel:
        wheel.writestr("more.py", "")
    outcome = tree.call("run")
    assert outcome.code == 2
    assert outcome.said.endswith("gave another file than the lock file names: use a different index.\n")
    assert not tree.stamp.exists()


@pytest.mark.long
def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", tmp_path / "packages")
    outcome = tree.call(
        "run", PIP_NO_INDEX="0", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="1"
    )
    assert outcome.code == 2
    assert outcome.said.endswith("connect to the network, or set HTTPS_PROXY, and start again.\n")
