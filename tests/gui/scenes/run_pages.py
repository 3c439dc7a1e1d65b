"""A run while it moves, in each of its ends, and the history of runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from crmdesk.gui.confirm_run import confirm_run
from crmdesk.gui.pages.runs.run import RunPage
from crmdesk.gui.shell import Shell
from crmdesk.gui.spawn import spawn
from crmdesk.model.account import Account, Environment, Identity
from crmdesk.model.job import Action, ExportOptions, Job, LocalFile, Operation
from crmdesk.model.run import Phase, Progress, RunOutcome, Tally
from crmdesk.viewmodel.app import PageName
from crmdesk.viewmodel.launch import question_for
from tests.gui.hands import opened
from tests.gui.kept_runs import KeptRuns, ended, kept_runs, moving, some_causes
from tests.gui.scenes import Scene


def of_run(make: Callable[[KeptRuns], str]) -> Callable[[Path], AbstractAsyncContextManager[QWidget]]:
    """The page of the run that `make` puts into the profile."""

    @asynccontextmanager
    async def setting(folder: Path) -> AsyncIterator[QWidget]:
        with kept_runs(folder / "profile") as kept:
            run = make(kept)
            async with opened(kept.home) as window:
                window.model.show(PageName.RUN, run)
                await asyncio.sleep(0.3)
                yield window

    return setting


def of_history(
    make: Callable[[KeptRuns], object], page: PageName = PageName.RUNS
) -> Callable[[Path], AbstractAsyncContextManager[QWidget]]:
    """The history with the runs that `make` puts into the profile."""

    @asynccontextmanager
    async def setting(folder: Path) -> AsyncIterator[QWidget]:
        with kept_runs(folder / "profile") as kept:
            make(kept)
            async with opened(kept.home) as window:
                window.model.show(page)
                yield window

    return setting


def preparing(kept: KeptRuns) -> str:
    tally = Tally(253_952, pending=253_952)
    return kept.add(
        RunOutcome.RUNNING, tally, progress=Progress(Phase.READING, 253_952, None, tally), is_prepared=False
    )


def stopping(kept: KeptRuns) -> str:
    tally = Tally(412_300, created=299_869, unchanged=1_484, rejected=760, pending=110_187)
    return kept.add(RunOutcome.STOPPED, tally, causes=some_causes(318, 141, 96, 58, 51, 41, 33, 22))


def broken_off(kept: KeptRuns) -> str:
    tally = Tally(412_300, created=183_732, updated=16_174, unchanged=1_484, rejected=711, pending=210_199)
    causes = some_causes(318, 141, 96, 58, 51, 41, 6)
    return kept.add(RunOutcome.INTERRUPTED, tally, on_the_way=100_012, causes=causes)


def stopped_and_taken_back(kept: KeptRuns) -> str:
    run = stopping(kept)
    kept.add(RunOutcome.REJECTS, Tally(299_869, deleted=299_607, rejected=262), action=Action.UPDATE, undo_of=run)
    return run


def full(kept: KeptRuns) -> str:
    why = (
        "The data storage of the org is full: storage limit exceeded. "
        "Make space in the org (Setup, Storage Usage), then resume the run: nothing that arrived is sent again."
    )
    tally = Tally(412_300, created=299_869, rejected=318, pending=112_113)
    return kept.add(RunOutcome.PAUSED, tally, error=why, causes=some_causes(318))


def failed(kept: KeptRuns) -> str:
    why = (
        "The CRM gave up on the job twice with the same words: InvalidBatch: field name not found: Segment__c. "
        "Mend the cause, then resume the run: nothing that arrived is sent again."
    )
    causes = some_causes(318, 141, 96, 41, 33)
    return kept.add(RunOutcome.FAILED, Tally(412_300, rejected=629, pending=411_671), error=why, causes=causes)


def astray(kept: KeptRuns) -> str:
    return kept.add(RunOutcome.SUCCEEDED, Tally(412_300, created=380_114, updated=29_902))


def unknown(kept: KeptRuns) -> str:
    return kept.add(RunOutcome.REJECTS, Tally(1_200, created=1_000, unknown=200), action=Action.INSERT)


def read(kept: KeptRuns) -> str:
    return kept.add(
        RunOutcome.SUCCEEDED, Tally(5_012, created=5_012), action=None, account="practice_org", job="accounts nightly"
    )


def missing(kept: KeptRuns) -> str:
    return "9"


def several(kept: KeptRuns) -> None:
    read(kept)
    first = ended(kept)
    kept.add(RunOutcome.SUCCEEDED, Tally(318, updated=318), retry_of=first)
    stopping(kept)
    broken_off(kept)
    failed(kept)
    unknown(kept)
    kept.add(RunOutcome.SUCCEEDED, Tally(37, deleted=37), action=Action.DELETE, job="leads nobody answers")
    moving(kept)


@asynccontextmanager
async def confirming(folder: Path) -> AsyncIterator[QWidget]:
    account = Account("acme", "Acme AB", "salesforce", "https://acme.my.salesforce.com", "token")
    seen = datetime.now(UTC).isoformat()
    identity = Identity("m.admin@acme.example", "Acme AB", "00D", Environment.PRODUCTION, seen, 73_944, 100_000)
    export = ExportOptions(Action.UPSERT, "Legacy_Id__c")
    job = Job("contacts", "acme", "Contact", Operation.EXPORT, LocalFile("/legacy.csv"), (), export=export)
    notes = ("412,300 rows of legacy.csv.", "629 are rejected already and stay behind.")
    question = question_for(job, account, identity, 410_187, label="contacts", notes=notes)
    async with opened(folder) as window:
        asked = spawn(confirm_run(window, question))
        await asyncio.sleep(0.1)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        yield dialog
        dialog.close()
        await asyncio.wait({asked})


@asynccontextmanager
async def mistyped(folder: Path) -> AsyncIterator[QWidget]:
    async with confirming(folder) as dialog:
        for field in dialog.findChildren(QLineEdit, "confirm-number"):
            field.setText("4101870")
        await asyncio.sleep(0.1)
        yield dialog


@asynccontextmanager
async def taking_back(folder: Path) -> AsyncIterator[QWidget]:
    async with of_run(ended)(folder) as window:
        assert isinstance(window, Shell)
        page = window.page(PageName.RUN)
        assert isinstance(page, RunPage)
        page._take_back.wanted.emit()
        await asyncio.sleep(0.2)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        yield dialog
        dialog.close()


SCENES = [
    Scene("run", of_run(moving)),
    Scene("run-reading", of_run(preparing)),
    Scene("run-finished", of_run(ended)),
    Scene("run-stopped", of_run(stopping)),
    Scene("run-taken-back", of_run(stopped_and_taken_back)),
    Scene("run-broken-off", of_run(broken_off)),
    Scene("run-waits", of_run(full)),
    Scene("run-failed", of_run(failed)),
    Scene("run-astray", of_run(astray)),
    Scene("run-no-answer", of_run(unknown)),
    Scene("run-read", of_run(read)),
    Scene("run-missing", of_run(missing)),
    Scene("run-confirm", confirming),
    Scene("run-confirm-mistyped", mistyped),
    Scene("run-take-back", taking_back),
    Scene("runs", of_history(several)),
    Scene("runs-empty", of_history(lambda _: None)),
]
