"""How the foreign clients get into the virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.clients.install import CLIENTS, HERE, is_ready


def _install(*, prefix: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    disguise = (
        f"import runpy, sys; sys.prefix = {str(prefix)!r};"
        f"runpy.run_path({str(HERE / 'install.py')!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", disguise], env=os.environ | environment, capture_output=True, text=True, check=False
    )


def test_the_lock_file_names_no_place_to_load_from() -> None:
    pins = (HERE / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in pins
    assert pins.count('"integrity"') > 600


def test_what_is_there_is_not_brought_again() -> None:
    if not is_ready():
        return
    before = CLIENTS.stat().st_mtime_ns
    done = subprocess.run(
        [sys.executable, HERE / "install.py"],
        env=os.environ | {"npm_config_registry": "http://127.0.0.1:9/"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert CLIENTS.stat().st_mtime_ns == before


def test_without_a_registry_a_sentence_says_so_and_nothing_is_left(tmp_path: Path) -> None:
    done = _install(
        prefix=tmp_path,
        npm_config_registry="http://127.0.0.1:9/",
        npm_config_cache=str(tmp_path.parent / "cache"),
        npm_config_fetch_retries="0",
    )
    assert done.returncode == 1
    assert done.stderr.endswith("\nThe Salesforce clients in Node cannot be had, for the reason above.\n")
    assert "ECONNREFUSED" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
