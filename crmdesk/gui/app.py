"""The window's process: one for a profile, from the lock to the last cancelled task."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any

import qasync
from filelock import FileLock, Timeout
from PySide6.QtWidgets import QApplication

from crmdesk import __version__
from crmdesk.desk.window.engine_child import EngineChild
from crmdesk.desk.window.history import History
from crmdesk.desk.window.run_children import RunChildren
from crmdesk.errors import Cancelled, CrmDeskError, UserError
from crmdesk.gui.crash import CRASH, QUIT, crash_dialog
from crmdesk.gui.dialogs import Dialog, show_error
from crmdesk.gui.garbage import collect_now_and_then, collected_here
from crmdesk.gui.left_draft import offer_draft
from crmdesk.gui.one_window import Doorbell, ring
from crmdesk.gui.shell import Shell
from crmdesk.gui.spawn import failed, give_up_all, on_failure, spawn
from crmdesk.gui.theme import Scheme, theme
from crmdesk.places import private_directory
from crmdesk.viewmodel.app import SIGN_IN_AGAIN, AppModel, PageName

LOCK = "window.lock"


def open_window(home: Path) -> int:
    """Show the window of the profile until it is closed, and give the exit code.

    Where the profile has a window already, that one comes to the front. Raises UserError when it does not answer, and
    StoreError for a profile that cannot be used; both are said in a dialog before.
    """
    application = make_application()
    try:
        lock = FileLock(private_directory(home) / LOCK, mode=0o600)
        try:
            lock.acquire(blocking=False)
        except Timeout as error:
            if ring(home):
                return 0
            raise UserError(
                "CRM Desk is open already on this profile.",
                hint="Use the window that is there. Another profile is opened with --home DIR.",
            ) from error
        with lock:
            _run(application, run_window(home))
    except CrmDeskError as error:
        _run(application, _tell(error))  # who started it by a double click sees no other words
        raise
    return 0


def _run(application: QApplication, work: Coroutine[object, object, None]) -> None:
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(work)


async def _tell(error: CrmDeskError) -> None:
    theme.apply(Scheme.SYSTEM)
    await show_error(None, error)


def make_application() -> QApplication:
    """The one QApplication, with the names that the system shows."""
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("crmdesk")
    application.setApplicationDisplayName("CRM Desk")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("crmdesk")
    application.setQuitOnLastWindowClosed(False)  # else the last dialog that closes would end the loop
    return application


async def run_window(home: Path, shown: Callable[[Shell], None] | None = None) -> None:
    """Open the profile, show the window, and leave everything tidy when it is closed. `shown` is told of the window."""
    with collected_here():
        await _run_window(home, shown)


async def _run_window(home: Path, shown: Callable[[Shell], None] | None) -> None:
    hook = sys.excepthook
    history = History.open(home)
    engine = EngineChild(home)
    try:
        model = AppModel(history, engine, RunChildren(home))
        window = Shell(model)
        gone = asyncio.Event()
        window.closed.connect(gone.set)
        on_failure(lambda error: _show_failure(window, home, error))
        _catch_strays(asyncio.get_running_loop())
        Doorbell(home, window)
        window.show()
        spawn(model.watch())
        spawn(offer_draft(window, model))
        spawn(collect_now_and_then())
        if shown is not None:
            shown(window)
        await gone.wait()
        await give_up_all()  # before the window goes, which they may still speak to
        window.deleteLater()
    finally:
        sys.excepthook = hook
        await give_up_all()
        await engine.close()
        history.close()


def _show_failure(window: Shell, home: Path, error: BaseException) -> None:
    """The one place where an error becomes a dialog."""
    if isinstance(error, Cancelled):
        return
    if isinstance(error, CrmDeskError):
        spawn(_show_error(window, error))
        return
    if window.findChild(Dialog, CRASH) is None:  # one bug often brings more, and the first tells most
        spawn(_show_crash(window, crash_dialog(window, home, error)))


async def _show_error(window: Shell, error: CrmDeskError) -> None:
    again = window.model.account_to_sign_in(error, window.subject_account())
    if await show_error(window, error, *window.where(), can_sign_in=bool(again)):
        window.model.show(PageName.ACCOUNTS, f"{SIGN_IN_AGAIN}{again}")


async def _show_crash(window: Shell, dialog: Dialog) -> None:
    if await dialog.ended() == QUIT:
        window.close()


def _catch_strays(loop: asyncio.AbstractEventLoop) -> None:
    """What goes wrong in a slot or in a callback of the loop comes the same way as what goes wrong in a coroutine."""

    def from_slot(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            failed(error)

    def from_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        failed(error if isinstance(error, BaseException) else RuntimeError(str(context.get("message", ""))))

    sys.excepthook = from_slot
    loop.set_exception_handler(from_loop)
