"""The process that has loaded the program, and is copied for what tests do in a process of its own.

Python keeps a single one of them, whoever asks for copies; what it loads is therefore said here and nowhere else.
"""

from __future__ import annotations

import multiprocessing

from crmdesk.cli.parts import COMMANDS, GROUPS

CAN_COPY = "forkserver" in multiprocessing.get_all_start_methods()

if CAN_COPY:
    copies = multiprocessing.get_context("forkserver")
    _parts = dict.fromkeys(["app", *COMMANDS, *(module for module, _ in GROUPS.values())])
    _doors = ("accounts.learning", "jobs.making", "mending.door", "mending.retrying", "reporting.door", "runs.undoing")
    copies.set_forkserver_preload(
        [
            "crmdesk.__main__",
            *(f"crmdesk.cli.{each}" for each in _parts),
            *(f"crmdesk.desk.{each}" for each in _doors),
            "tests.harness.import_kills",
        ]
    )
