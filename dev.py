#!/usr/bin/env python3
"""The one door for people who work on CRM Desk: makes .venv/ from the lock files, then runs, tests or checks.

Standard library only. The file parses on Python 3.6, so that an old interpreter is refused by a sentence and not by a
syntax error. What dev.py says of itself goes to stderr: stdout belongs to what it starts.
"""

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

OLDEST = (3, 11)

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
EXE = ".exe" if sys.platform == "win32" else ""
STAMP = VENV / "ready.json"
LOCKS = {"packages": ROOT / "requirements.lock", "tests": ROOT / "requirements-dev.lock"}
PROJECT = ROOT / "pyproject.toml"
CLIENTS = ROOT / "tests" / "clients" / "install.py"
DISPLAY = ROOT / "crmdesk" / "gui" / "display.py"

# What tests work with: the program, and the package of Debian and Ubuntu that brings it. A screen, and an office.
TOOLS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "import": "imagemagick",
    "soffice": "libreoffice-calc-nogui",
}

PATIENCE = 15 * 60  # seconds to wait for another dev.py: the length of a bad download, not of a working day
LAST_LINES = 12

CHECKS = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports", "--no-logo"])
# One more than there are cores, since tests wait for processes and servers. A file of tests stays together, for what
# its tests share; in their order, so that no long one is left for the end.
SPREAD = ["-n", str(min(4, (os.cpu_count() or 1) + 1)), "--dist=loadfile", "--no-loadscope-reorder"]

DISK_FULL = "The disk is full: free about a gigabyte and start again."
SCANT = 10_000_000  # bytes free, below which nothing can be set up

# What the words of pip and apt come down to; the first that is found counts.
CAUSES = {
    "No space left on device|Disk quota exceeded|not enough space": DISK_FULL,
    "DO NOT MATCH THE HASHES": "The package index gave another file than the lock file names: use a different index.",
    "CERTIFICATE_VERIFY_FAILED|SSLError": "The package index's certificate is not trusted: set PIP_CERT, start again.",
    "ConnectionError|NameResolution|Max retries|timed out|ProxyError|Temporary failure": (
        "The package index cannot be reached: connect to the network, or set HTTPS_PROXY, and start again."
    ),
    "No matching distribution": "The package index cannot be reached, or has not this package for this Python.",
    "Permission denied|Access is denied": "Files cannot be changed: end what runs from .venv/, or see who owns it.",
}


class SetupError(Exception):
    """Why dev.py cannot go on and what to do about it, in one sentence or two."""


def say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def run(*arguments: str) -> int:
    """Open the window, or with arguments the command line: everything after `run` is its arguments."""
    set_up(with_tests=False)
    if not arguments and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        bring_window_libraries()
    return become("crmdesk", *arguments)


def test(*arguments: str) -> int:
    """Run the whole test suite on every core; `--long` adds the long forms, one at a time; the rest goes to pytest."""
    set_up(with_tests=True)
    bring_clients()
    bring_tools()
    os.chdir(ROOT)
    spread = [] if "--long" in arguments else SPREAD
    return become("python", "-m", "pytest", *spread, *arguments)


def shots(*arguments: str) -> int:
    """Draw every page, light and dark, into build/shots/; arguments are the names of scenes."""
    set_up(with_tests=True)
    bring_window_libraries()
    os.chdir(ROOT)
    return become("python", "-m", "tests.gui.shots", *arguments)


def check(*arguments: str) -> int:
    """Lint, formatting, types and import rules, all four even when one finds something."""
    expect_nothing("check", arguments)
    set_up(with_tests=True)
    unhappy = []
    for tool, *options in CHECKS:
        name = " ".join([tool, *options[:1]]) if tool == "ruff" else tool
        say(f"== {name}")
        if subprocess.call([BIN / (tool + EXE), *options], cwd=ROOT):
            unhappy.append(name)
    say("All checks passed." if not unhappy else "Something to mend, found by " + ", ".join(unhappy) + ".")
    return 1 if unhappy else 0


def setup(*arguments: str) -> int:
    """Make .venv/ and start nothing; `--dev` adds what the tests and checks need."""
    expect_nothing("setup", [argument for argument in arguments if argument != "--dev"])
    set_up(with_tests="--dev" in arguments)
    if "--dev" in arguments:
        bring_clients()
        bring_tools()
    say("Ready: .venv/ is what the lock files say.")
    return 0


COMMANDS = {"setup": setup, "run": run, "test": test, "check": check, "shots": shots}


def expect_nothing(command: str, arguments: "list[str] | tuple[str, ...]") -> None:
    if arguments:
        raise SetupError(f"`{command}` does not know {arguments[0]}.")


def bring_clients() -> None:
    """Bring the foreign clients that judge the practice org; without them the rest can be tested all the same."""
    if CLIENTS.exists():
        subprocess.call([BIN / ("python" + EXE), "-I", CLIENTS])


def bring_window_libraries() -> None:
    """Bring the libraries of the system that a window needs; Qt would end the program without a word that helps."""
    missing = runpy.run_path(str(DISPLAY))["missing_packages"]() if DISPLAY.exists() else []
    if missing:
        apt_install(missing, "The window needs libraries that this system lacks")


def bring_tools() -> None:
    """Bring the programs that tests work with; without them the rest can be tested, but not where CI is set."""
    if sys.platform != "linux" or not DISPLAY.exists():
        return
    try:
        bring_window_libraries()
        missing = [package for program, package in TOOLS.items() if not shutil.which(program)]
        if missing:
            apt_install(missing, "The tests work with programs that this system lacks")
    except SetupError as error:
        if os.environ.get("CI"):
            raise
        say(str(error))


def become(program: str, *arguments: str) -> int:
    """Replace this process by a program of .venv/, so that signals and the exit code are its own."""
    command = [str(BIN / (program + EXE)), *arguments]
    sys.stdout.flush()
    if sys.platform == "win32":
        # Windows cannot replace a process: wait, and leave Ctrl-C to the child, which gets it too.
        signal.signal(signal.SIGINT, lambda *_: None)
        return subprocess.call(command)
    return os.execv(command[0], command)  # noqa: S606 (no shell is wanted)


# Set-up of .venv/: each step only when it is due.


def set_up(*, with_tests: bool) -> None:
    """Bring .venv/ to what the lock files say, and keep it from being renewed under what runs next."""
    lock = VenvLock()
    lock.share()
    with_tests = with_tests or "tests" in read_stamp()
    if is_ready(with_tests=with_tests):
        return
    lock.own()
    if not is_ready(with_tests=with_tests):
        started = time.monotonic()
        build(with_tests=with_tests)
        say(f"Set-up took {time.monotonic() - started:.0f} s.")
    lock.share()


def is_ready(*, with_tests: bool) -> bool:
    stamp = read_stamp()
    return is_sound(stamp) and all(stamp.get(part) == digest for part, digest in wanted(with_tests=with_tests).items())


def build(*, with_tests: bool) -> None:
    """Do what is missing. The stamp goes first and returns last, so nothing half-made is ever taken for good."""
    now, stamp = wanted(with_tests=with_tests), read_stamp()
    changed = [part for part in LOCKS if part in now and part in stamp and stamp[part] != now[part]]
    if changed or not is_sound(stamp):
        make_venv()
        stamp = {}
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    if any(stamp.get(part) != now[part] for part in LOCKS if part in now):
        install_packages(LOCKS["tests" if with_tests else "packages"])
    if stamp.get("program") != now["program"]:
        say("Installing crmdesk itself, as a link to these sources.")
        pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        compile_sources()
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(json.dumps({"python": probe(), **now}, indent=1), encoding="utf-8")
    unfinished.replace(STAMP)


def wanted(*, with_tests: bool) -> "dict[str, str]":
    """Give the digest of each part that .venv/ is made of; of pyproject.toml only what the installation reads."""
    import tomllib  # new in Python 3.11, and an older one must reach its refusal

    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    program = json.dumps([project["build-system"], project["project"], project["tool"]["hatch"]], sort_keys=True)
    parts = {"packages": LOCKS["packages"].read_bytes(), "program": program.encode()}
    if with_tests:
        parts["tests"] = LOCKS["tests"].read_bytes()
    return {part: hashlib.sha256(content).hexdigest() for part, content in parts.items()}


def read_stamp() -> "dict[str, str]":
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_sound(stamp: "dict[str, str]") -> bool:
    """Whether the stamped .venv/ still starts, in this place, with the Python it was made with."""
    return bool(stamp) and (BIN / ("crmdesk" + EXE)).exists() and stamp.get("python") == probe()


def probe() -> str:
    """Ask the Python in .venv/ for version, place and where it finds crmdesk; empty when it fails."""
    question = "import sys, importlib.util as u; print(sys.version, sys.prefix, u.find_spec('crmdesk').origin)"
    try:
        return subprocess.check_output(
            [BIN / ("python" + EXE), "-I", "-c", question], stderr=subprocess.DEVNULL, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""


def make_venv() -> None:
    if Path(sys.prefix).resolve() == VENV.resolve():
        raise SetupError(
            "This is the Python of .venv/, which has to be made anew: start dev.py with the system's Python."
        )
    bring_system_packages()
    clear_away()
    say(f"Making .venv/ with Python {sys.version.split()[0]}.")
    step([sys.executable, "-I", "-m", "venv", str(VENV)])


def clear_away() -> None:
    """Remove the old .venv/ by way of another name: on Windows the renaming fails whole while a file is in use."""
    if VENV.is_symlink() or VENV.exists():
        say("Removing a .venv/ that is unfinished, broken or out of date.")
        try:
            VENV.replace(ROOT / f".venv.old.{os.getpid()}")
        except OSError as error:
            raise SetupError(
                f".venv/ is in use or not yours ({error.strerror}): end what runs from it and start again."
            ) from error
    for old in ROOT.glob(".venv.old.*"):
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()


def bring_system_packages() -> None:
    """Debian and Ubuntu ship Python without the two modules that make a virtual environment."""
    missing = [module for module in ("venv", "ensurepip") if importlib.util.find_spec(module) is None]
    if not missing:
        return
    apt_install(
        ["python{}.{}-venv".format(*sys.version_info)],
        f"The Python at {sys.executable} lacks {' and '.join(missing)}",
    )


def apt_install(packages: "list[str]", lack: str) -> None:
    """Bring packages of Debian and Ubuntu as root, or by sudo where it asks nothing; else say what to type."""
    if not shutil.which("apt-get"):
        named = " ".join(packages)
        raise SetupError(f"{lack}: install what your system calls {named}, and start again.")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if sys.platform != "win32" and os.geteuid() == 0:
        rights = []
    elif shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        rights = ["sudo", "-n"]
    else:
        raise SetupError(f"{lack}. Type this, then start again:\n  sudo {' '.join(install)}")
    say(f"{lack}: bringing {', '.join(packages)} with apt.")
    step([*rights, "apt-get", "update"])
    step([*rights, "env", "DEBIAN_FRONTEND=noninteractive", *install])


def install_packages(lock: Path) -> None:
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"Installing what {lock.name} names ({count} packages, checksums verified): about a minute on a usual line.")
    pip("install", "--require-hashes", "--only-binary", ":all:", "--requirement", str(lock))


def pip(*arguments: str) -> None:
    step([BIN / ("python" + EXE), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments])


def compile_sources() -> None:
    """Compile crmdesk as pip compiles what it copies: where PYTHONDONTWRITEBYTECODE is set, each start would do it."""
    # Whatever cannot be compiled says so when it is imported.
    python, house = str(BIN / ("python" + EXE)), str(ROOT / "crmdesk")
    command = [python, "-I", "-m", "compileall", "-qq", "-j", "0", house]
    subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def step(command: "list[str | Path]") -> None:
    """Run one command of the set-up; when it fails, show its last words and name the cause."""
    # The lock's descriptor goes along: a pip that outlives a killed dev.py still keeps the next one waiting.
    result = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PIP_USER": "0"},
        close_fds=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if result.returncode == 0:
        return
    output = result.stdout.decode(errors="replace")
    say("\n".join("  | " + line for line in output.splitlines()[-LAST_LINES:]))
    if shutil.disk_usage(ROOT).free < SCANT:  # ensurepip fails on a full disk without saying so
        raise SetupError(DISK_FULL)
    for signs, sentence in CAUSES.items():
        if re.search(signs, output):
            raise SetupError(sentence)
    raise SetupError(f"Set-up stopped, for the reason above: {command[0]} ended with {result.returncode}.")


class VenvLock:
    """Keeps two dev.py apart: any number may run from .venv/, only one may change it, and then alone.

    The lock ends with the process, or with the program that took its place.
    """

    def __init__(self) -> None:
        self.file = os.open(ROOT / ".venv.lock", os.O_RDWR | os.O_CREAT, 0o644)
        os.set_inheritable(self.file, True)  # noqa: FBT003 (it takes no name)

    def share(self) -> None:
        if sys.platform == "win32":
            # Windows has no shared lock; there an open file is what keeps .venv/ from being removed.
            with contextlib.suppress(OSError):
                msvcrt.locking(self.file, msvcrt.LK_UNLCK, 1)
        else:
            self.wait_for(lambda: fcntl.flock(self.file, fcntl.LOCK_SH | fcntl.LOCK_NB))

    def own(self) -> None:
        if sys.platform == "win32":
            self.wait_for(lambda: msvcrt.locking(self.file, msvcrt.LK_NBLCK, 1))
        else:
            fcntl.flock(self.file, fcntl.LOCK_UN)  # else two that share would wait for each other
            self.wait_for(lambda: fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB))

    def wait_for(self, attempt: "Callable[[], object]") -> None:
        give_up, said = time.monotonic() + PATIENCE, False
        while True:
            try:
                attempt()
                return
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                    raise
            if not said:
                say("Waiting for another dev.py, or a program it started, to let go of .venv/.")
                said = True
            if time.monotonic() > give_up:
                raise SetupError("Another dev.py, or a program it started, still uses .venv/: end it and start again.")
            time.sleep(0.2)


def starts(program: str) -> bool:
    return bool(shutil.which(program)) and subprocess.call([program, "-c", ""], stderr=subprocess.DEVNULL) == 0


def main(arguments: "list[str]") -> int:
    if sys.version_info < OLDEST:
        newer = [name for name in ("python3.13", "python3.12", "python3.11") if starts(name)]
        remedy = f"start it with {newer[0]} dev.py" if newer else "install a newer one (python.org, or your system's)"
        say(f"CRM Desk needs Python 3.11 or newer, and this is {sys.version.split()[0]}: {remedy}.")
        return 2
    command, *rest = arguments or ["--help"]
    if command not in COMMANDS:
        listing = "\n".join(f"  {name:7}{action.__doc__}" for name, action in COMMANDS.items())
        wrong = "" if command in ("-h", "--help", "help") else f"There is no command {command}.\n"
        (sys.stderr if wrong else sys.stdout).write(f"{wrong}python3 dev.py COMMAND\n\n{listing}\n")
        return 2 if wrong else 0
    try:
        return COMMANDS[command](*(rest[1:] if rest[:1] == ["--"] else rest))
    except SetupError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("Stopped. A set-up that was under way is done afresh the next time.")
        return 130
    except OSError as error:
        say(DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else f"Set-up stopped: {error}.")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
