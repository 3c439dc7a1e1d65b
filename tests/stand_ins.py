"""Children of the window in copies of a process that has loaded the program: all of a real child but the loading.

The window starts tests/relay.py in place of the program. What that hands over is carried out here, by a copy which has
its streams, environment, arguments and place, a session of its own, and a process id that is its own. Ended by force,
the relay takes the copy with it; the copy's end, by a signal too, is the relay's.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.reduction import DupFd
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from crmdesk.__main__ import main
from crmdesk.desk.window import own_command
from tests.copies import begun, exit_code

_RELAY = Path(__file__).with_name("relay.py")


class _Stream:
    """An open file on its way into a copy."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __getstate__(self) -> Any:
        return DupFd(self.descriptor)

    def __setstate__(self, handed: Any) -> None:
        self.descriptor = handed.detach()


@contextmanager
def stand_ins() -> Iterator[None]:
    """As long as the block lasts, what the window of this process starts is carried out by copies."""
    before = own_command.PROGRAM
    with TemporaryDirectory(prefix="crmdesk-relay-") as folder, socket.socket(socket.AF_UNIX) as listener:
        place = str(Path(folder) / "socket")
        listener.bind(place)
        listener.listen(50)
        threading.Thread(target=_listen, args=(listener,), name="stand-ins", daemon=True).start()
        own_command.PROGRAM = [sys.executable, "-I", "-S", str(_RELAY), place]
        try:
            yield
        finally:
            own_command.PROGRAM = before
            listener.shutdown(socket.SHUT_RDWR)


def _listen(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):  # nobody wants any more
        while True:
            relay, _ = listener.accept()
            threading.Thread(target=_attend, args=(relay,), name="stand-in", daemon=True).start()


def _attend(relay: socket.socket) -> None:
    """Carry out what one relay asks for."""
    with relay:
        size, descriptors, *_ = socket.recv_fds(relay, 4, 3)
        length = int.from_bytes(size, "big")
        message = relay.recv(length, socket.MSG_WAITALL)
        if not size or len(message) < length:  # ended by force before it had said what it wants
            for each in descriptors:
                os.close(each)
            return
        cwd, count, *texts = message.decode(errors="surrogateescape").split("\0")
        environment = dict(text.split("=", 1) for text in texts[: int(count)])
        copy = begun(_be_it, texts[int(count) :], environment, cwd, [_Stream(each) for each in descriptors])
        for each in descriptors:
            os.close(each)
        heard: list[object] = [copy.sentinel, relay]
        while copy.sentinel not in wait(heard):  # type: ignore[arg-type]
            if number := relay.recv(1):
                with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(copy.pid or 0, number[0])
            else:
                copy.kill()
                heard.remove(relay)
        code = exit_code(copy) or 0
        with contextlib.suppress(OSError):  # the relay was ended by force
            relay.send(code.to_bytes(2, "big", signed=True))


def _be_it(arguments: list[str], environment: dict[str, str], cwd: str, streams: Sequence[_Stream]) -> None:
    """Be the program, in the copy."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream.descriptor, number)
        os.close(stream.descriptor)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - they live as long as the process
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["crmdesk", *arguments]
    main()
