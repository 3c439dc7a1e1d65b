"""One practice org for many profiles: started once, and found by each of them through a copy of its lock file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from crmdesk.places import private_directory
from crmdesk.practice_child import lock_of
from tests.cli.program import Program, profile

_started: list[Program] = []


@contextmanager
def org_for_all() -> Iterator[None]:
    """Within this block `lend_org` has an org to lend, which ends with the block."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="crmdesk-org-"))
        _started.append(stack.enter_context(profile(Path(folder) / "profile")))
        try:
            yield
        finally:
            _started.clear()


def lend_org(home: Path) -> Path:
    """Let the profile `home` use the common org, whose records it must leave as they are; gives `home` back."""
    (program,) = _started
    program.org()
    lock = lock_of(home)
    private_directory(private_directory(home) / lock.parent.name)
    shutil.copy(lock_of(program.home), lock)
    return home
