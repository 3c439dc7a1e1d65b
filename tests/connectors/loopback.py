"""A small web server on loopback that answers as a test scripts it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Reply = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Reply:
    """A whole answer; header names are written with underscores."""

    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return reply


def cut_short(request: BaseHTTPRequestHandler) -> None:
    """Half an answer, then the connection closes."""
    request.send_response(200)
    request.send_header("Content-Length", "100")
    request.end_headers()
    request.wfile.write(b"half")
    request.wfile.flush()
    request.close_connection = True


def hang_up(request: BaseHTTPRequestHandler) -> None:
    """No answer at all."""
    request.close_connection = True


class Script:
    """What the server says to each path, one reply after the other (the last one again and again)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.replies: dict[str, list[Reply]] = defaultdict(list)
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def say(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def next(self, path: str) -> Reply:
        replies = self.replies[path.split("?", maxsplit=1)[0]]
        return replies.pop(0) if len(replies) > 1 else replies[0]


@contextmanager
def scripted_server() -> Iterator[Script]:
    class Listener(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            script.seen.append((self.command, self.path, dict(self.headers), body))
            script.next(self.path)(self)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815 - the library's names

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    script = Script(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
