"""A company's proxy: it wants a sign-in, opens what is encrypted, and is announced by a script.

Hosts behind it exist nowhere else. Their certificates are signed by a root of its own. What passes is a request to an
org on this computer, whose own address is replaced by the outer one in every answer.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.certificates import certificates

HOST = "acme.crm.test"
USER, PASSWORD = "m.admin", "p:ss/w@rd %41"
_HOP = frozenset({"connection", "keep-alive", "proxy-authorization", "proxy-connection", "transfer-encoding", "host"})
_SCRIPT = """function FindProxyForURL(url, host) {{
  if (dnsDomainIs(host, ".crm.test")) return "PROXY 127.0.0.1:{dead}; PROXY 127.0.0.1:{port}";
  return "DIRECT";
}}
"""


@dataclass
class InspectingProxy:
    """`root` is the PEM file of its root certificate; `seen` are methods with paths, after decryption."""

    port: int
    root: Path
    upstream: str
    dead: int
    seen: list[tuple[str, str]] = field(default_factory=list)
    tunnels: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def script(self) -> str:
        return f"http://127.0.0.1:{self.port}/proxy.pac"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The org as it is seen from behind the proxy."""
        return f"https://{HOST}"


@contextmanager
def inspecting_proxy(folder: Path, upstream: str) -> Iterator[InspectingProxy]:
    """A proxy that leads HOST to `upstream`, until the block ends."""
    leaf = certificates(folder, HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Gate)
        server.daemon_threads = True
        proxy = InspectingProxy(server.server_port, folder / "root.pem", upstream, unused.getsockname()[1])
        server.proxy = proxy  # type: ignore[attr-defined]
        server.context = context  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def use_proxy_of_the_desktop(folder: Path, script: str) -> Path:
    """A `gsettings` that says what the one of a desktop would; gives the folder to put before PATH."""
    folder.mkdir(exist_ok=True)
    program = folder / "gsettings"
    answers = {"mode": "auto", "autoconfig-url": script}
    cases = "".join(f"  {key}) echo \"'{value}'\";;\n" for key, value in answers.items())
    program.write_text(f'#!/bin/sh\ncase "$3" in\n{cases}  *) exit 1;;\nesac\n', encoding="utf-8")
    program.chmod(0o700)
    return folder


class _Gate(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    @property
    def proxy(self) -> InspectingProxy:
        found = self.server.proxy  # type: ignore[attr-defined]
        assert isinstance(found, InspectingProxy)
        return found

    def do_CONNECT(self) -> None:
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Proxy-Authorization") != wanted:
            self.proxy.refused += 1
            self._plain(407, b"sign in", Proxy_Authenticate='Basic realm="Acme"')
            return
        host, _, port = self.path.partition(":")
        self.proxy.tunnels.append(self.path)
        if (host, port) != (HOST, "443"):
            self._plain(403, b"not allowed")
            return
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.connection = self.server.context.wrap_socket(  # type: ignore[attr-defined]
                self.connection, server_side=True
            )
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False

    def finish(self) -> None:
        super().finish()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.close()

    def do_any(self) -> None:
        if not isinstance(self.connection, ssl.SSLSocket):
            script = _SCRIPT.format(port=self.proxy.port, dead=self.proxy.dead).encode()
            self._plain(200 if self.path == "/proxy.pac" else 404, script)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.proxy.seen.append((self.command, self.path.partition("?")[0]))
        self._passed_on(body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_any  # noqa: N815 - the library's names

    def _passed_on(self, body: bytes) -> None:
        there = urlsplit(self.proxy.upstream)
        inside = http.client.HTTPConnection(there.hostname or "", there.port, timeout=100)
        headers = {name: text for name, text in self.headers.items() if name.lower() not in _HOP}
        headers["Accept-Encoding"] = "identity"
        inside.request(self.command, self.path, body or None, headers)
        answer = inside.getresponse()
        content = answer.read().replace(self.proxy.upstream.encode(), self.proxy.url.encode())
        kept = {
            name: text.replace(self.proxy.upstream, self.proxy.url)
            for name, text in answer.getheaders()
            if name.lower() not in _HOP | {"content-length", "date", "server"}
        }
        inside.close()
        self._plain(answer.status, content, **kept)

    def _plain(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
