"""`python -I -S relay.py SOCKET ARGS`: stands for a command of the program, which tests/stand_ins.py carries out.

It hands over its streams, place, environment and arguments, passes signals on, and ends as the command ends. It loads
next to nothing, which is what it is for.
"""

import os
import signal
import socket
import sys


def main() -> None:
    there = socket.socket(socket.AF_UNIX)
    there.connect(sys.argv[1])
    place = os.getcwd()  # noqa: PTH109 - pathlib takes longer to load than all of this
    texts = [place, str(len(os.environ)), *(f"{name}={text}" for name, text in os.environ.items()), *sys.argv[2:]]
    message = "\0".join(texts).encode(errors="surrogateescape")
    socket.send_fds(there, [len(message).to_bytes(4, "big")], [0, 1, 2])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: there.send(bytes([received])))
    there.sendall(message)
    code = int.from_bytes(there.recv(2), "big", signed=True)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


main()
