"""Holding off sleep: by the system's own command, which ends with us; nothing happens where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmdesk.cli.awake import guardian_command

_PROGRAM = """
import subprocess, sys
from crmdesk.cli.awake import kept_awake
with kept_awake():
    print("working", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked by a call, without a process")
@pytest.mark.parametrize("has_command", [True, False])
def test_sleep_is_held_off_by_the_systems_own_command_where_there_is_one(tmp_path: Path, has_command: bool) -> None:
    for name in ("systemd-inhibit", "tail", "caffeinate") if has_command else ():
        command = tmp_path / name
        command.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/asked"\nexec /bin/sleep 60\n')
        command.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "working\n", "")


def test_the_command_ends_with_the_process_it_is_for() -> None:
    command = guardian_command(4711)
    assert not command or any("4711" in word for word in command)
