"""The listener to which a browser brings the answer of a sign-in: on this computer only, for one answer.

RFC 8252, "OAuth 2.0 for Native Apps", section 7.3, but at a port that is known beforehand: Salesforce compares the
whole callback address (Salesforce Help, "External Client App OAuth settings").
"""

from __future__ import annotations

import hmac
import queue
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from crmdesk.connectors.token import CancelToken
from crmdesk.errors import SignInError, UserError

PATH = "/OauthRedirect"
_GLANCE_SECONDS = 0.1
_LAST_PORT = 65_535
_FIRST_PORT = 1_024
_PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>CRM Desk</title>'
    "<body style='font: 16px/1.5 sans-serif; margin: 4em auto; max-width: 30em'><p>{text}</p></body></html>"
)
_TAKEN = "CRM Desk has the answer. You may close this page."
_FOREIGN = "This answer does not belong to the sign-in that CRM Desk waits for. Close this page and look for the other."


class Callback:
    """Waits at `http://localhost:PORT/OauthRedirect` for the answer that carries `state`."""

    def __init__(self, port: int, state: str) -> None:
        self.port = port
        self.state = state
        self._answers: queue.Queue[Mapping[str, str]] = queue.Queue(1)

    @property
    def address(self) -> str:
        """The callback address, as the app in the CRM has to know it."""
        return callback_address(self.port)

    def wait(self, token: CancelToken, patience: float) -> Mapping[str, str]:
        """The parameters of the answer. Raises Cancelled, and SignInError after `patience` seconds."""
        left = patience
        while left > 0:
            token.check()
            try:
                return self._answers.get(timeout=_GLANCE_SECONDS)
            except queue.Empty:
                left -= _GLANCE_SECONDS
        raise SignInError(
            f"Nobody finished the sign-in in the browser within {patience / 60:.0f} minutes.",
            hint="Sign in again. If the page in the browser told an error, its words say what to do.",
        )

    def _is_ours(self, host: str) -> bool:
        return host.lower() in {f"localhost:{self.port}", f"127.0.0.1:{self.port}"}

    def answered(self, host: str, target: str) -> tuple[int, str]:
        """Status and page for a request of the browser; the first that is the answer is taken, no other."""
        parts = urlsplit(target)
        if not self._is_ours(host) or parts.path != PATH:
            return 404, "There is nothing here."
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        if not hmac.compare_digest(given.get("state", "").encode(), self.state.encode()):
            return 400, _FOREIGN
        try:
            self._answers.put_nowait(given)
        except queue.Full:
            return 400, _FOREIGN
        return 200, _TAKEN


def callback_address(port: int) -> str:
    """Where the answer of a sign-in is awaited."""
    return f"http://localhost:{port}{PATH}"


@contextmanager
def listening(port: int, state: str) -> Iterator[Callback]:
    """A listener until the block ends. Raises UserError for a port that is in use or may not be used."""
    if not _FIRST_PORT <= port <= _LAST_PORT:
        raise UserError(
            f"{port} is no port that a program may listen at.",
            hint=f"Choose one from {_FIRST_PORT:,} to {_LAST_PORT:,}; the app in the CRM has to know its address.",
            place="port",
        )
    callback = Callback(port, state)
    try:
        server = _Server(("127.0.0.1", port), _handler(callback))
    except OSError as error:
        raise UserError(
            f"Port {port} of this computer is in use, so the browser could not bring the answer back.",
            hint="Close the other program (or the other sign-in), or choose another port whose address the app in the"
            f" CRM knows, {callback_address(port + 1)} for instance.",
            place="port",
        ) from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield callback
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    allow_reuse_address = sys.platform != "win32"  # Windows would let a second program listen at the same port
    daemon_threads = True


def _handler(callback: Callback) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        timeout = 10
        server_version = "CRMDesk"
        sys_version = ""

        def log_message(self, *_: object) -> None:
            """Says nothing: the address holds the code."""

        def do_GET(self) -> None:
            status, text = callback.answered(self.headers.get("Host", ""), self.path)
            page = _PAGE.format(text=text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            self.end_headers()
            self.wfile.write(page)

    return Answering
