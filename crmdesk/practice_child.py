"""The practice org as a child process: found through its lock file, or started, and kept awake while it is used."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crmdesk.errors import RemoteError, TransientError
from crmdesk.places import module_command, private_directory
from crmdesk.tabular.files.private import open_private

_IDLE_SECONDS = 60  # the server ends by itself after that long without a request
_START_SECONDS = 60
_OTHERS_SECONDS = 4
_TRIES = 3
_AWAKE_SECONDS = 20
_LESSON_SECONDS = 600


@dataclass(frozen=True, slots=True)
class PracticeAddress:
    """Where the running practice org answers, and the token of this start."""

    url: str
    access_token: str
    org_id: str


def lock_of(home: Path) -> Path:
    """The file in which the practice org of the profile says where it is."""
    return _lock_in(home / "practice")


def _lock_in(folder: Path) -> Path:
    return folder / "server.json"


def running_practice(home: Path) -> PracticeAddress | None:
    """The practice org of the profile if it runs."""
    return _answering(lock_of(home))


def practice_address(home: Path) -> PracticeAddress:
    """The practice org of the profile `home`, started when it does not run; raises TransientError."""
    return practice_address_in(home / "practice")


def practice_address_in(folder: Path) -> PracticeAddress:
    """The practice org whose data is in the folder, started when it does not run; raises TransientError."""
    lock = _lock_in(private_directory(folder))
    found = _answering(lock)
    if found is not None:
        return found
    log = folder / "server.log"
    for _ in range(_TRIES):
        found = _awaited(lock, _start(folder, lock, log))
        if found is not None:
            return found
    raise TransientError(
        "The practice org does not start.", hint=f"What it said is in {log}. A real CRM account works without it."
    )


def _awaited(lock: Path, child: subprocess.Popen[bytes]) -> PracticeAddress | None:
    """The org when it answers. `child` ends early when another start was first, or an earlier server is just ending."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        found = _answering(lock)
        if found is not None:
            return found
        if child.poll() is not None:
            deadline = min(deadline, time.monotonic() + _OTHERS_SECONDS)
        time.sleep(0.05)
    return None


@contextmanager
def kept_awake(address: PracticeAddress) -> Iterator[None]:
    """While this lasts the practice org does not end for want of requests."""
    ended = threading.Event()

    def knock() -> None:
        while not ended.wait(_AWAKE_SECONDS):
            _is_answering(address)

    thread = threading.Thread(target=knock, name="practice-awake", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()


def _start(folder: Path, lock: Path, log: Path) -> subprocess.Popen[bytes]:
    command = module_command(
        "crmdesk.practice",
        "serve",
        "--data",
        str(folder),
        "--lock",
        str(lock),
        "--idle-exit",
        str(_IDLE_SECONDS),
    )
    with open_private(log, "ab") as output:
        # Detached, so that Ctrl-C for the command that started it does not end it under another one.
        if sys.platform == "win32":
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=output,
                creationflags=subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW,
            )
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=output, start_new_session=True
        )


def teach(address: PracticeAddress, path: str, body: bytes) -> bytes:
    """Post to the control endpoint of the org; what it answers. Raises RemoteError when it refuses."""
    headers = {"Authorization": f"Bearer {address.access_token}", "Content-Type": "application/json"}
    lesson = urllib.request.Request(f"{address.url}{path}", body, headers)  # noqa: S310 - loopback
    try:
        with _direct().open(lesson, timeout=_LESSON_SECONDS) as answer:
            said: bytes = answer.read()
            return said
    except urllib.error.HTTPError as refused:
        with refused:
            said = refused.read()
        raise RemoteError(f"The practice org did not take that: {said.decode(errors='replace')}") from None


def _direct() -> urllib.request.OpenerDirector:
    """Loopback never goes through a proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _answering(lock: Path) -> PracticeAddress | None:
    try:
        said = json.loads(lock.read_text(encoding="utf-8"))
        address = PracticeAddress(said["url"], said["access_token"], said["org_id"])
    except (OSError, ValueError, KeyError):
        return None  # not there, or being written just now
    return address if _is_answering(address) else None


def _is_answering(address: PracticeAddress) -> bool:
    """Whether the very org of that file answers, not another that was given its port since."""
    bearer = {"Authorization": f"Bearer {address.access_token}"}
    question = urllib.request.Request(f"{address.url}/services/oauth2/userinfo", headers=bearer)  # noqa: S310 - loopback
    try:
        with _direct().open(question, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
