"""The process that has loaded the program, and is copied for what tests do in a process of its own.

Python keeps a single one of them, whoever asks for copies; what it loads is therefore said here and nowhere else.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from crmdesk.cli.parts import COMMANDS, GROUPS

CAN_COPY = "forkserver" in multiprocessing.get_all_start_methods()

if CAN_COPY:
    copies = multiprocessing.get_context("forkserver")
    _parts = dict.fromkeys(["app", *COMMANDS, *(module for module, _ in GROUPS.values())])
    _behind_doors = [
        "cli.progress_bar",
        "connectors.salesforce.bulk",
        "connectors.salesforce.collections",
        "connectors.salesforce.lookback",
        "connectors.salesforce.reading.source",
        "connectors.salesforce.session",
        "connectors.salesforce.sign_in.opening",
        "connectors.salesforce.sinks",
        "desk.accounts.learning",
        "desk.accounts.signing_in",
        "desk.backup",
        "desk.ends.deleted_rows",
        "desk.ends.local_ends",
        "desk.ends.populations",
        "desk.ends.sources",
        "desk.ends.tables",
        "desk.jobs.jobs",
        "desk.jobs.making",
        "desk.jobs.planning",
        "desk.mending.door",
        "desk.mending.retrying",
        "desk.mending.rewriting",
        "desk.options",
        "desk.reporting.door",
        "desk.runs.rehearsing",
        "desk.runs.restarting",
        "desk.runs.door",
        "desk.runs.running",
        "desk.runs.stretch",
        "desk.runs.undoing",
        "desk.runs.writing",
        "engine.duplicates.source",
        "engine.importing",
        "engine.index.settling",
        "engine.index.tracked",
        "engine.planning.reading",
        "engine.planning.writing",
        "store.ledger",
        "store.results",
        "tabular.files.csv",
        "tabular.files.csv_target",
        "tabular.formula.formula",
        "tabular.targets.files",
    ]
    """What the program loads only when somebody asks for it, as most commands of tests do."""
    copies.set_forkserver_preload(
        [
            "crmdesk.__main__",
            *(f"crmdesk.cli.{each}" for each in _parts),
            *(f"crmdesk.{each}" for each in _behind_doors),
            "keyring.backends.chainer",
            "tests.harness.import_kills",
        ]
    )

    _turn = threading.Lock()
    """Whoever starts a copy also looks which of the others have ended, and an end is told but once."""

    def begun(target: Callable[..., None], *arguments: object) -> BaseProcess:
        """A copy that carries out `target`."""
        process = copies.Process(target=target, args=arguments)
        with _turn:
            process.start()
        return process

    def exit_code(process: BaseProcess, seconds: float | None = None) -> int | None:
        """That of a copy, once it has ended; None when it has not within so many seconds."""
        if not wait([process.sentinel], seconds):
            return None
        with _turn:
            process.join()
        return process.exitcode
